/** The newest price of each feed that is known at this moment: never one of the bar that is just being matched. */

import type { Market } from '../market.ts';

export class KnownPrices {
  readonly #market: Market;
  readonly #closes: readonly Float64Array[];
  /** Divides the close before a split, until the first bar after it has closed. */
  readonly #splitRatio: Float64Array;
  #matching = false;
  #splits = false;

  constructor(market: Market) {
    this.#market = market;
    this.#closes = market.feeds.map(({ bars }) => bars.close);
    this.#splitRatio = new Float64Array(market.feeds.length).fill(1);
  }

  /** The last completed close, NaN before the first. */
  of(feed: number): number {
    const { index, fresh } = this.#market;
    const at = index[feed]! - (this.#matching ? fresh[feed]! : 0); // feed indexes come from the market
    return at < 0 ? NaN : this.#closes[feed]![at]! / this.#splitRatio[feed]!;
  }

  /** Between these two calls the step's bars are not complete, so their closes are not known. */
  startMatching(): void {
    this.#matching = true;
  }

  endMatching(): void {
    this.#matching = false;
    if (this.#splits) {
      this.#splitRatio.fill(1);
      this.#splits = false;
    }
  }

  split(feed: number, ratio: number): void {
    this.#splitRatio[feed]! *= ratio;
    this.#splits = true;
  }
}
