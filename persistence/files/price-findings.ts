/** What is said of a price file that has been read: refused for its bad rows, or what was noticed in it. */

import { formatShort, formatTimeframe } from '#domain';
import type { BarsDescription } from '#domain';
import { isAdjustedClose } from './price-columns.ts';
import { PriceFileError, shown } from './price-file-error.ts';
import type { BadRow } from './price-file-error.ts';
import type { RowSink, RowsRead } from './price-rows.ts';

export interface FindingsOptions {
  readonly path: string;
  readonly read: RowsRead<RowSink>;
  readonly skipBad: boolean;
  /** Rows that are bars, repetitions left out. */
  readonly rows: number;
}

export interface Findings {
  /** The first thousand, and how many there are. */
  readonly rejected: readonly BadRow[];
  readonly rejectedCount: number;
  /** All notes on the file, in sentences without full stop; those on the order of its rows are given. */
  notes(ofOrder: readonly string[], description: BarsDescription): readonly string[];
}

/** Throws a {@link PriceFileError} when there are bad rows that are not to be left out, or no others. */
export const findings = ({ path, read, skipBad, rows }: FindingsOptions): Findings => {
  const { badRows, badRowCount } = read.sink.check;
  if (badRowCount > 0 && (!skipBad || rows === 0))
    throw badRowError(path, badRows, badRowCount, remedyFor(badRows, read.closeColumn));
  if (rows === 0) {
    throw new PriceFileError('price-file-no-rows', `${path} has no rows of prices.`, {
      file: path,
      remedy: 'Check how the file was made: it holds no prices.',
    });
  }
  return {
    rejected: badRows,
    rejectedCount: badRowCount,
    notes: (ofOrder, description) => [
      ...read.notes,
      ...ofOrder,
      ...gapNotes(description),
      ...(badRowCount > 0 ? [`${badRowCount} bad ${badRowCount === 1 ? 'row' : 'rows'} left out`] : []),
    ],
  };
};

const gapNotes = ({ gapCount, largestGap, timeframe }: BarsDescription): readonly string[] =>
  gapCount === 0 || largestGap === null || timeframe === null
    ? []
    : [
        `${gapCount} ${gapCount === 1 ? 'gap' : 'gaps'} beyond the usual pauses, ${gapCount === 1 ? 'from' : 'the largest from'} ${formatShort(largestGap.from)} to ${formatShort(largestGap.to)} (bars of ${formatTimeframe(timeframe)})`,
      ];

/** Bad rows that an error lists. */
const badRowsShown = 10;

/** Adjusted closes beside raw prices lie outside their range: no row is wrong then, but the choice of the column. */
const remedyFor = (badRows: readonly BadRow[], closeColumn: string | null): string =>
  closeColumn !== null &&
  isAdjustedClose(closeColumn) &&
  badRows.some(({ problem }) => /^the close is (above|below)/.test(problem))
    ? `${shown(closeColumn)} holds adjusted closes, and the other prices are not adjusted. Do not name it as the close: --adjust moves all prices to it.`
    : 'Correct them in the file, or leave them out with --skip-bad.';

const badRowError = (path: string, badRows: readonly BadRow[], badRowCount: number, remedy: string): PriceFileError => {
  const listed = badRows.toSorted((a, b) => a.line - b.line).slice(0, badRowsShown);
  const more = badRowCount - listed.length;
  const lines = listed.map((row) => `  ${describeBadRow(row)}`);
  const head =
    badRowCount === 1
      ? `${path} has a row that is no price bar:`
      : `${path} has ${badRowCount} rows that are no price bars:`;
  return new PriceFileError(
    'price-file-bad-row',
    [head, ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n'),
    {
      file: path,
      badRows: listed,
      badRowCount,
      ...(listed[0] === undefined
        ? {}
        : { line: listed[0].line, ...(listed[0].column === null ? {} : { field: listed[0].column }) }),
      remedy,
    },
  );
};

/** `line 17, High: "abc" is not a number`. */
export const describeBadRow = ({ line, column, content, problem }: BadRow): string =>
  `line ${line}${column === null || column === '' ? '' : `, ${column}`}: ${content}${/^(it|its|line|the) /.test(problem) ? `: ${problem}` : ` ${problem}`}`;
