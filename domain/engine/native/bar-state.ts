/** The bar that is being matched: its prices, how far the price has come, and what volume is left. */

import type { Bars } from '../../market/bars.ts';
import type { PricedBar } from './slippage.ts';

/**
 * Prices are read from their columns when they are asked for: most bars are matched for their open
 * alone, and each other column is a wait for memory.
 */
export class BarState implements PricedBar {
  readonly feed: number;
  /** Index among the feed's bars, and start in milliseconds UTC. */
  bar = -1;
  time = NaN;
  /** Step of the run. */
  step = -1;
  /** Counts bars (finer ones too): marks orders that have used up a bar's volume. */
  serial = -1;
  /** Lots that this account may still take of the bar's volume. */
  lotsLeft = Infinity;
  /** Where the price is now. */
  at = NaN;
  /** The bars that its prices are of, the feed's or its finer ones, and its place among them. */
  #bars: Bars;
  #row = -1;
  /** The same of its volume. */
  #volumes: Float64Array;
  #volumeRow = -1;
  /** NaN while all of the bar is still to come. */
  #sureLow = NaN;
  #sureHigh = NaN;

  constructor(feed: number, bars: Bars) {
    this.feed = feed;
    this.#bars = bars;
    this.#volumes = bars.volume;
  }

  get open(): number {
    return this.#bars.open[this.#row]!; // the market has moved to that row
  }
  get high(): number {
    return this.#bars.high[this.#row]!; // as above
  }
  get low(): number {
    return this.#bars.low[this.#row]!; // as above
  }
  get close(): number {
    return this.#bars.close[this.#row]!; // as above
  }
  /** Units traded. */
  get volume(): number {
    return this.#volumes[this.#volumeRow]!; // as above
  }

  /** What the price certainly still covers before the bar ends. */
  get sureLow(): number {
    return Number.isNaN(this.#sureLow) ? this.low : this.#sureLow;
  }
  get sureHigh(): number {
    return Number.isNaN(this.#sureHigh) ? this.high : this.#sureHigh;
  }

  /** Begins with a row of these bars: the price is at its open, and all of it is still to come. */
  begin(bars: Bars, row: number): void {
    this.#bars = bars;
    this.#row = row;
    this.#volumes = bars.volume;
    this.#volumeRow = row;
    this.at = this.open;
    this.#sureLow = NaN;
    this.#sureHigh = NaN;
  }

  /** After finer bars: shows the prices of the whole bar, while the volume is still that of the last finer one. */
  showWhole(bars: Bars): void {
    this.#bars = bars;
    this.#row = this.bar;
  }

  /** The price is there, and nothing else is certain. */
  moveTo(price: number): void {
    this.at = price;
    this.#sureLow = price;
    this.#sureHigh = price;
  }

  /**
   * The price is met inside the bar while moving in `direction`: for the first time, so the extreme
   * on that side is still to come, and the close is.
   */
  moveInside(price: number, direction: number): void {
    const { high, low, close } = this;
    this.at = price;
    this.#sureHigh = direction > 0 ? high : Math.max(price, close);
    this.#sureLow = direction < 0 ? low : Math.min(price, close);
  }
}
