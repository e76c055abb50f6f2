/** Reads a file of prices in whatever layout its vendor writes, and names every row that is no bar. */

import { readFile, stat } from 'node:fs/promises';
import { describeBars, formatShort, formatTimeframe } from '#domain';
import type { Bars, BarsDescription, Timeframe } from '#domain';
import { BarCollector, rowsMax } from './bar-collector.ts';
import { readLines, startsLikeJson } from './file-lines.ts';
import type { FileFacts, FileProgress } from './file-lines.ts';
import { takeInlineBars } from './inline-bars.ts';
import { localTimeConverter } from './local-time.ts';
import { isAdjustedClose } from './price-columns.ts';
import type { ColumnRole } from './price-columns.ts';
import { PriceFileError, shown } from './price-file-error.ts';
import type { BadRow } from './price-file-error.ts';
import { describeLayout, detectLayout } from './price-layout.ts';
import type { PriceLayout } from './price-layout.ts';
import { dateOrderOf } from './price-time.ts';
import type { DateOrder } from './price-time.ts';
import { RowParser } from './row-parser.ts';
import { splitRow } from './row-splitting.ts';

export interface PriceFileOptions {
  /** Leave bad rows out and report them; default: the first bad row is an error. */
  readonly skipBad?: boolean | undefined;
  /** Order of the numbers in dates like 03/04/2020, where the file does not show it: `dmy`, `mdy` or `ymd`. */
  readonly dateFormat?: string | undefined;
  /** Zone of times without offset, such as `America/New_York`; default UTC. Dates alone are not moved. */
  readonly timeZone?: string | undefined;
  /** Whose rows to take from a file with several symbols. */
  readonly symbol?: string | undefined;
  /** Columns by name or by number from 1, where their names say nothing. */
  readonly columns?: Readonly<Partial<Record<ColumnRole, string | number>>> | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PriceFile {
  readonly bars: Bars;
  /** The column of adjusted closes beside the raw ones, where the file has it. */
  readonly adjustedClose: Float64Array | null;
  /** The symbol named in the rows, where there is such a column. */
  readonly symbol: string | null;
  readonly timeframe: Timeframe | null;
  readonly description: BarsDescription;
  /** How the file was read, in one line. */
  readonly layout: string;
  /** What was noticed or put right, in sentences without full stop. */
  readonly notes: readonly string[];
  /** Rows left out because of `skipBad`, the first thousand of them, and how many there are. */
  readonly rejected: readonly BadRow[];
  readonly rejectedCount: number;
}

/**
 * Reads CSV and its relatives (plain or gzip) or JSON bars. Streams: the memory taken is about that
 * of the columns. Throws {@link PriceFileError}.
 */
export const readPriceFile = async (path: string, options: PriceFileOptions = {}): Promise<PriceFile> => {
  const toUtc = converterFor(path, options.timeZone);
  if (await startsLikeJson(path)) return await readJson(path, options);
  const start = await readStart(path, options);
  const detected = detectLayout({
    file: path,
    lines: start.lines,
    columns: options.columns,
    dateOrder: orderFor(path, options.dateFormat),
  });
  const layout =
    detected.dateOrder === 'unknown'
      ? { ...detected, dateOrder: await findDateOrder(path, detected, options) }
      : detected;
  const parser = new RowParser({ layout, toUtc, symbol: options.symbol });
  const collector = new BarCollector({
    rowsExpected: expectedRows(start),
    adjusted: layout.places.adjustedClose !== undefined,
  });
  let others = 0;
  await readLines({ path, onProgress: options.onProgress, signal: options.signal }, (bytes, from, to, line) => {
    if (line < layout.dataLine || isBlank(bytes, from, to)) return true;
    const outcome = parser.parse(bytes, from, to);
    if (outcome === 'row') collector.add(parser.values, line);
    else if (outcome === 'other') {
      others++;
      if (options.symbol === undefined) refuseSeveralSymbols(path, parser, line);
    } else collector.reject({ line, ...outcome });
    if (collector.full) refuseTooMany(path);
    return true;
  });
  if (collector.length === 0 && others > 0) {
    throw new PriceFileError(
      'price-file-no-such-symbol',
      `${path} has no rows of ${shown(options.symbol ?? '')}; it has some of ${shown(parser.otherSymbol ?? '')}.`,
      { file: path, remedy: 'Check the symbol as the file writes it.' },
    );
  }
  const notes = [...layout.notes, ...layoutNotes(layout, options.timeZone)];
  if (parser.volumesMissing > 0) notes.push(`${parser.volumesMissing} rows have no volume: taken as 0`);
  if (others > 0) notes.push(`${others} rows of other symbols left out`);
  return finish({
    path,
    collector,
    options,
    notes,
    layout: describeLayout(layout),
    symbol: parser.symbol,
    closeColumn: layout.names[layout.places.close ?? -1] ?? null,
  });
};

/** Lines looked at to tell the layout. */
const startLinesMax = 200;

/** JSON has to be held whole while it is read, so it is for small data. */
const jsonBytesMax = 256 * 1024 * 1024;

interface Start {
  readonly lines: readonly string[];
  readonly facts: FileFacts;
  readonly lineBytes: number;
}

const readStart = async (path: string, { signal }: PriceFileOptions): Promise<Start> => {
  const lines: string[] = [];
  let bytes = 0;
  const facts = await readLines({ path, signal }, (buffer, from, to) => {
    const text = buffer.toString('utf8', from, to);
    if (text.includes('\0')) {
      throw new PriceFileError('price-file-format', `${path} is not a text file.`, {
        file: path,
        remedy: 'Give a CSV, TXT or JSON file with prices, plain or compressed with gzip.',
      });
    }
    lines.push(text);
    bytes += to - from + 1;
    return lines.length < startLinesMax;
  });
  return { lines, facts, lineBytes: Math.max(1, bytes / Math.max(1, lines.length)) };
};

/** A little more than the start lets expect, so that the columns rarely have to grow. */
const expectedRows = ({ facts, lineBytes }: Start): number =>
  Math.ceil((facts.bytes * (facts.compressed ? 5 : 1) * 1.05) / lineBytes) + 16;

const isBlank = (bytes: Buffer, from: number, to: number): boolean => {
  if (to - from > 8) return false; // no need to look: a row of blanks is a bad row then
  for (let i = from; i < to; i++) if (bytes[i] !== 0x20 && bytes[i] !== 0x09) return false;
  return true;
};

const converterFor = (path: string, zone: string | undefined): ((local: number) => number) | undefined => {
  if (zone === undefined || zone === 'UTC') return undefined;
  const converter = localTimeConverter(zone);
  if (converter !== null) return converter;
  throw new PriceFileError('price-file-time-zone', `There is no time zone ${shown(zone)}.`, {
    file: path,
    field: 'timeZone',
    remedy: 'Write it as America/New_York, Europe/Berlin or UTC.',
  });
};

const orderFor = (path: string, dateFormat: string | undefined): DateOrder | undefined => {
  if (dateFormat === undefined) return undefined;
  const order = ({ dmy: 'day-first', mdy: 'month-first', ymd: 'year-first' } as const)[
    dateFormat.toLowerCase() as 'dmy'
  ]; // any other text gives undefined
  if (order !== undefined) return order;
  throw new PriceFileError('price-file-date-format', `${shown(dateFormat)} is no order of dates.`, {
    file: path,
    field: 'dateFormat',
    remedy: 'Write dmy (day first), mdy (month first) or ymd (year first).',
  });
};

/** Looks through the whole file for a date that shows which number is the month. */
const findDateOrder = async (path: string, layout: PriceLayout, { signal }: PriceFileOptions): Promise<DateOrder> => {
  const place = layout.places.time ?? 0;
  let found: DateOrder | null = null;
  let example = '';
  await readLines({ path, signal }, (bytes, from, to, line) => {
    if (line < layout.dataLine) return true;
    const cell = splitRow(bytes.toString('utf8', from, to), layout.delimiter)?.[place] ?? '';
    const order = dateOrderOf(cell);
    if (order === 'day-first' || order === 'month-first') found = order;
    else if (order === 'either') example ||= cell.trim();
    return found === null;
  });
  if (found !== null) return found;
  throw new PriceFileError(
    'price-file-ambiguous-dates',
    `${path} has dates such as ${shown(example)}, and none of them shows whether the day or the month comes first.`,
    {
      file: path,
      field: layout.names[place] ?? 'time',
      remedy: 'Say which: --date-format dmy or --date-format mdy.',
    },
  );
};

const refuseSeveralSymbols = (path: string, parser: RowParser, line: number): never => {
  throw new PriceFileError(
    'price-file-several-symbols',
    `${path} has prices of ${shown(parser.symbol ?? '')} and, at line ${line}, of ${shown(parser.otherSymbol ?? '')}.`,
    {
      file: path,
      line,
      remedy: 'Say whose rows to take, or split the file by symbol.',
    },
  );
};

const refuseTooMany = (path: string): never => {
  throw new PriceFileError('price-file-too-long', `${path} has more than ${rowsMax} rows.`, {
    file: path,
    remedy: 'Split it, or use coarser bars.',
  });
};

const layoutNotes = ({ places, timeKind }: PriceLayout, timeZone: string | undefined): string[] => {
  const notes: string[] = [];
  if (timeKind === 'none') notes.push('no column for time: rows are taken as days from 1970-01-01');
  if (timeKind === 'counter') notes.push('rows are numbered, not dated: the numbers are taken as days from 1970-01-01');
  if (places.open === undefined) notes.push('there is only one price per row: bars without range');
  if (places.volume === undefined) notes.push('no column for volume: taken as 0');
  if (timeZone !== undefined && timeZone !== 'UTC') notes.push(`times without offset are read as ${timeZone}`);
  return notes;
};

const readJson = async (path: string, options: PriceFileOptions): Promise<PriceFile> => {
  const { size } = await stat(path);
  if (size > jsonBytesMax) {
    throw new PriceFileError('price-file-json', `${path} is JSON of ${size} bytes; at most ${jsonBytesMax} are read.`, {
      file: path,
      remedy: 'Convert it to CSV, which is read in pieces.',
    });
  }
  let json: unknown;
  try {
    json = JSON.parse((await readFile(path, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new PriceFileError(
      'price-file-json',
      `${path} starts like JSON and is none: ${cause instanceof Error ? cause.message : 'unknown'}.`,
      { file: path, remedy: 'Check how it was written, or whether it is complete.', cause },
    );
  }
  options.onProgress?.({ bytesDone: size, bytesTotal: size });
  return barsFromJson(json, path, options);
};

/** The bars of parsed JSON, as {@link takeInlineBars} describes it; `name` stands for the file in messages. */
export const barsFromJson = (json: unknown, name: string, options: PriceFileOptions = {}): PriceFile => {
  const collector = new BarCollector({ rowsExpected: 1024, adjusted: false });
  const { counted } = takeInlineBars(
    json,
    name,
    (values, row) => collector.add(values, row),
    (row) => collector.reject(row),
  );
  const notes = counted ? ['times are small whole numbers: taken as days from 1970-01-01'] : [];
  return finish({ path: name, collector, options, notes, layout: 'JSON', symbol: null, closeColumn: null });
};

interface Finish {
  readonly path: string;
  readonly collector: BarCollector;
  readonly options: PriceFileOptions;
  readonly notes: readonly string[];
  readonly layout: string;
  readonly symbol: string | null;
  /** The column that the close was read from, where columns have names. */
  readonly closeColumn: string | null;
}

const finish = ({ path, collector, options, notes, layout, symbol, closeColumn }: Finish): PriceFile => {
  const { bars, adjustedClose, notes: orderNotes } = collector.finish();
  const { badRows, badRowCount } = collector;
  if (badRowCount > 0 && (options.skipBad !== true || bars.time.length === 0))
    throw badRowError(path, badRows, badRowCount, remedyFor(badRows, closeColumn));
  if (bars.time.length === 0) {
    throw new PriceFileError('price-file-no-rows', `${path} has no rows of prices.`, {
      file: path,
      remedy: 'Check how the file was made: it holds no prices.',
    });
  }
  const description = describeBars(bars);
  const { gapCount, largestGap, timeframe } = description;
  const all = [...notes, ...orderNotes];
  if (gapCount > 0 && largestGap !== null && timeframe !== null) {
    all.push(
      `${gapCount} ${gapCount === 1 ? 'gap' : 'gaps'} beyond the usual pauses, ${gapCount === 1 ? 'from' : 'the largest from'} ${formatShort(largestGap.from)} to ${formatShort(largestGap.to)} (bars of ${formatTimeframe(timeframe)})`,
    );
  }
  if (badRowCount > 0) all.push(`${badRowCount} bad ${badRowCount === 1 ? 'row' : 'rows'} left out`);
  return {
    bars,
    adjustedClose,
    symbol,
    timeframe,
    description,
    layout,
    notes: all,
    rejected: badRows,
    rejectedCount: badRowCount,
  };
};

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
