/** The newest price of each feed that is known at this moment: never one of the bar that is just being matched. */

import type { Bars } from '../../market/bars.ts';
import type { Market } from '../market.ts';
import type { PricedBar } from './slippage.ts';

/** The newest bar of a feed, at the time of the run: what is known to whoever asks what an order would pay. */
class NewestBar implements PricedBar {
  readonly #market: Market;
  readonly #feed: number;

  constructor(market: Market, feed: number) {
    this.#market = market;
    this.#feed = feed;
  }

  get time(): number {
    return this.#market.time;
  }
  get volume(): number {
    return this.#bars.volume[this.#row]!; // nobody asks before the feed's first bar, when there is no price
  }
  get low(): number {
    return this.#bars.low[this.#row]!; // as above
  }
  get high(): number {
    return this.#bars.high[this.#row]!; // as above
  }

  get #bars(): Bars {
    return this.#market.feeds[this.#feed]!.bars; // feed indexes come from the market
  }
  get #row(): number {
    return this.#market.index[this.#feed]!; // as above
  }
}

export class KnownPrices {
  /** By feed. */
  readonly newest: readonly PricedBar[];
  readonly #market: Market;
  readonly #closes: readonly Float64Array[];
  /** Divides the close before a split, until the first bar after it has closed. */
  readonly #splitRatio: Float64Array;
  #matching = false;
  /** The step at which `#splitRatio` was last set; Infinity when it is all ones. */
  #splitStep = Infinity;

  constructor(market: Market) {
    this.#market = market;
    this.newest = market.feeds.map((_, feed) => new NewestBar(market, feed));
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
