/** Reads a file of prices into memory, and names every row that is no bar. */

import { describeBars } from '#domain';
import type { Bars, BarsDescription, Timeframe } from '#domain';
import { BarCollector } from './bar-collector.ts';
import { findings } from './price-findings.ts';
import { jsonRowsExpected, readPriceRows, rowsOfJson } from './price-rows.ts';
import type { PriceFileOptions, RowsRead } from './price-rows.ts';
import type { BadRow } from './price-file-error.ts';

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
export const readPriceFile = async (path: string, options: PriceFileOptions = {}): Promise<PriceFile> =>
  finish(
    path,
    options,
    await readPriceRows(
      path,
      options,
      ({ rowsExpected, hasAdjustedClose }) => new BarCollector({ rowsExpected, adjusted: hasAdjustedClose }),
    ),
  );

/** The bars of parsed JSON; `name` stands for the file in messages. */
export const barsFromJson = (json: unknown, name: string, options: PriceFileOptions = {}): PriceFile =>
  finish(name, options, rowsOfJson(json, name, new BarCollector({ rowsExpected: jsonRowsExpected, adjusted: false })));

const finish = (path: string, options: PriceFileOptions, read: RowsRead<BarCollector>): PriceFile => {
  const { bars, adjustedClose, notes } = read.sink.finish();
  const found = findings({ path, read, skipBad: options.skipBad === true, rows: bars.time.length });
  const description = describeBars(bars);
  return {
    bars,
    adjustedClose,
    symbol: read.symbol,
    timeframe: description.timeframe,
    description,
    layout: read.layout,
    notes: found.notes(notes, description),
    rejected: found.rejected,
    rejectedCount: found.rejectedCount,
  };
};
