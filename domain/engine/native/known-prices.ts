/** The newest price of each feed that is known at this moment: never one of the bar that is just being matched. */

import type { Market } from '../market.ts';

export class KnownPrices {
  readonly #market: Market;
  readonly #closes: readonly Float64Array[];
  /** Divides the close before a split, until the first bar after it has closed. */
  readonly #splitRatio: Float64Array;
  #matching = false;
  /** The step at which `#splitRatio` was last set; Infinity when it is all ones. */
  #splitStep = Infinity;

  constructor(market: Market) {
    this.#market = market;
    this.#closes = market.feeds.map(({ bars }) => bars.close);
    this.#splitRatio = new Float64Array(market.feeds.length).fill(1);
  }

  /** The last completed close, NaN before the first. */
  of(feed: number): number {
    const { index, fresh } = this.#market;
    const at = index[feed]!; // feed indexes come from the market
    if (!this.#matching) return at < 0 ? NaN : this.#closes[feed]![at]!; // as above
    const before = at - fresh[feed]!; // as above
    return before < 0 ? NaN : this.#closes[feed]![before]! / this.#splitRatio[feed]!; // as above
  }

  /** Between these two calls the step's bars are not complete, so their closes are not known. */
  startMatching(): void {
    this.#matching = true;
    if (this.#splitStep < this.#market.step) {
      this.#splitRatio.fill(1);
      this.#splitStep = Infinity;
    }
  }

  endMatching(): void {
    this.#matching = false;
  }

  /** Until the step's bars are complete, the newest close is one from before this split. */
  split(feed: number, ratio: number): void {
    this.#splitRatio[feed]! *= ratio; // as above
    this.#splitStep = this.#market.step;
  }
}
