/** The bar that is being matched: its prices, how far the price has come, and what volume is left. */

export interface BarState {
  readonly feed: number;
  /** Index among the feed's bars, and start in milliseconds UTC. */
  bar: number;
  time: number;
  /** Step of the run. */
  step: number;
  /** Counts bars (finer ones too): marks orders that have used up a bar's volume. */
  serial: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** Units traded, and lots that this account may still take of them. */
  volume: number;
  lotsLeft: number;
  /** Where the price is now, and what it certainly still covers before the bar ends. */
  at: number;
  sureLow: number;
  sureHigh: number;
  /** False while `at` is the open, before which every waiting order was there. */
  inside: boolean;
}

export const newBarState = (feed: number): BarState => ({
  feed,
  bar: -1,
  time: NaN,
  step: -1,
  serial: -1,
  open: NaN,
  high: NaN,
  low: NaN,
  close: NaN,
  volume: 0,
  lotsLeft: Infinity,
  at: NaN,
  sureLow: NaN,
  sureHigh: NaN,
  inside: false,
});
