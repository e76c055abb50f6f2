/** Price bars held column by column: the shape in which the engine, the indicators and the files meet. */

/**
 * Bars of one symbol and one timeframe, oldest first.
 *
 * All columns have the same length. `time` is the start of each bar in milliseconds since
 * 1970-01-01 UTC and strictly increases; prices are in the instrument's currency, volume in units
 * traded. Rows are never changed after construction.
 */
export interface Bars {
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** The names of the columns of {@link Bars}, in the order in which files and results carry them. */
export const barColumns = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

export type BarColumn = (typeof barColumns)[number];

/** A bar's price and volume columns: what an indicator may take as input. */
export type PriceColumn = Exclude<BarColumn, 'time'>;

/** Bars with room for `length` rows, all zero, to be filled by whoever made them. */
export const allocateBars = (length: number): Bars => ({
  time: new Float64Array(length),
  open: new Float64Array(length),
  high: new Float64Array(length),
  low: new Float64Array(length),
  close: new Float64Array(length),
  volume: new Float64Array(length),
});

/** The rows `from` (inclusive) to `to` (exclusive), sharing memory with the original. */
export const sliceBars = (bars: Bars, from: number, to: number): Bars => ({
  time: bars.time.subarray(from, to),
  open: bars.open.subarray(from, to),
  high: bars.high.subarray(from, to),
  low: bars.low.subarray(from, to),
  close: bars.close.subarray(from, to),
  volume: bars.volume.subarray(from, to),
});
