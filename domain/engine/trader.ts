/** The port between the run and whoever makes the orders: a strategy or an order tape. */

import type { Market } from './market.ts';
import type { RuleBook } from './rule-book.ts';

/** What a trader trades with. */
export interface TradingFloor {
  readonly market: Market;
  readonly book: RuleBook;
}

export interface Trader {
  /** The first step at which the trader wants to act, decided step by step while indicators warm up. */
  isWarm(): boolean;
  /** A new bar has come and has filled what it fills: the trader may order. */
  act(): void;
  /** The data has ended. */
  stop(): void;
}
