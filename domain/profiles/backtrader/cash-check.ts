/** Whether the cash would bear the orders just made, each tried in its turn as if it filled at once. */

import type { BacktraderConfig } from './config.ts';
import type { Costs } from './commission-scheme.ts';
import { averagePriceAfter, splitUnits } from './holding.ts';
import type { Holding, Split } from './holding.ts';

export class CashCheck {
  readonly #shortCash: boolean;
  readonly #quantities: Float64Array;
  readonly #prices: Float64Array;
  readonly #split: Split = { opened: 0, closed: 0 };
  /** What is left after the orders tried so far; negative once they cost too much. */
  cash = 0;

  constructor(feeds: number, { shortCash }: BacktraderConfig) {
    this.#shortCash = shortCash;
    this.#quantities = new Float64Array(feeds);
    this.#prices = new Float64Array(feeds);
  }

  /** Starts from what is held and the cash that is there. */
  start(cash: number, holdings: readonly Holding[]): void {
    this.cash = cash;
    for (let f = 0; f < holdings.length; f++) {
      const { quantity, averagePrice } = holdings[f] as Holding; // f < length
      this.#quantities[f] = quantity;
      this.#prices[f] = averagePrice;
    }
  }

  /**
   * Takes what an order of `units` at `price` would cost. What it closes is credited at that same
   * price, not at the position's: so the original does it.
   */
  take(feed: number, costs: Costs, units: number, price: number): void {
    const size = this.#quantities[feed] as number; // one entry per feed
    splitUnits(size, units, this.#split);
    const { opened, closed } = this.#split;
    this.#prices[feed] = averagePriceAfter(size, this.#prices[feed] as number, units, price);
    this.#quantities[feed] = size + units;
    if (closed !== 0) {
      this.cash += releasedCash(costs, closed, price, this.#shortCash);
      this.cash -= costs.commissionOn(closed, price);
    }
    if (opened !== 0) {
      this.cash -= boundCash(costs, opened, price, this.#shortCash);
      this.cash -= costs.commissionOn(opened, price);
    }
  }
}

/** Cash that comes back when `closed` units (signed as the order) of a position entered at `entryPrice` are closed. */
export const releasedCash = (costs: Costs, closed: number, entryPrice: number, shortCash: boolean): number =>
  unlevered(shortCash ? costs.valueOf(-closed, entryPrice) : costs.operationCost(closed, entryPrice), costs);

/** Cash that `opened` units at `price` bind; negative for what a short sale pays. */
export const boundCash = (costs: Costs, opened: number, price: number, shortCash: boolean): number =>
  unlevered(shortCash ? costs.valueOf(opened, price) : costs.operationCost(opened, price), costs);

const unlevered = (value: number, { scheme }: Costs): number => (value > 0 ? value / scheme.leverage : value);
