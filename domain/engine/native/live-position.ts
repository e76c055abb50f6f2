/** A view of one feed's position that stays true as the run goes on. */

import { fromSteps } from '../../money.ts';
import type { PositionView } from '../rule-book.ts';
import type { KnownPrices } from './known-prices.ts';
import type { Ledger } from './ledger.ts';

export class LivePosition implements PositionView {
  readonly #ledger: Ledger;
  readonly #prices: KnownPrices;
  readonly #feed: number;

  constructor(ledger: Ledger, prices: KnownPrices, feed: number) {
    this.#ledger = ledger;
    this.#prices = prices;
    this.#feed = feed;
  }

  get quantity(): number {
    return fromSteps(this.#ledger.lots[this.#feed]!, this.#ledger.netLots(this.#feed)); // one grid per feed
  }

  get averagePrice(): number {
    const weight = this.#ledger.weight[this.#feed]!; // as above
    return weight === 0 ? 0 : this.#ledger.netCost(this.#feed) / weight;
  }

  get unrealized(): number {
    const ledger = this.#ledger;
    if (!(ledger.gross[this.#feed]! > 0)) return 0; // as above
    return ledger.weight[this.#feed]! * this.#prices.of(this.#feed) - ledger.netCost(this.#feed);
  }
}
