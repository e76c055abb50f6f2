/**
 * The port between the run and the rules under which orders fill: one implementation for the native
 * engine with its named policies, one for each engine whose results we reproduce.
 */

import type { Market } from './market.ts';
import type { Order, OrderRequest } from './order.ts';
import type { RunLog } from './run-log.ts';

/** What a strategy can ask about what it holds in one feed. Units and currency. */
export interface PositionView {
  /** Signed: negative when short, 0 when flat. */
  readonly quantity: number;
  /** Average entry price, 0 when flat. */
  readonly averagePrice: number;
  /** Profit at the newest close, before exit costs. */
  readonly unrealized: number;
}

/** Changes to a waiting order; absent fields stay. */
export interface OrderChange {
  readonly quantity?: number;
  readonly limit?: number;
  readonly stop?: number;
}

/** A trade that is open, in a rule book that keeps the trades of one feed apart. */
export interface OpenTrade {
  readonly id: number;
  readonly feed: number;
  /** Signed units. */
  readonly quantity: number;
  readonly entryBar: number;
  /** The label of the order that opened it. */
  readonly tag: string | null;
  /** Prices of its protective orders, null where it has none. */
  readonly stopLoss: number | null;
  readonly takeProfit: number | null;
}

export interface RuleBook {
  /** Free cash in currency. */
  readonly cash: number;
  /** Cash plus positions at the newest closes. */
  readonly equity: number;
  /** True once the account was closed out; the strategy is not called any more. */
  readonly ruined: boolean;
  position(feed: number): PositionView;
  /** The first step at which the strategy may act, given that its indicators are warm at step `warm`. */
  firstStep(warm: number): number;
  /**
   * Turns a target position (signed units) into the quantity to trade now, or a wish in currency or
   * as a fraction of equity into units, by prices known at this step.
   */
  unitsFor(feed: number, wish: { readonly value: number } | { readonly fraction: number }): number;
  /** A quantity rounded toward zero to what can be traded of that feed. */
  roundUnits(feed: number, units: number): number;
  /** True when `{ fraction }` sizes are resolved at the fill (backtesting.py); absent: sizes are units. */
  readonly sizesAtFill?: boolean;
  /** True where a tape's size between −1 and 1 is units as well, not a fraction of what is affordable. */
  readonly sizesInUnits?: boolean;
  /** Orders that can still fill, in order of submission. Not to be kept: the list is the book's own. */
  openOrders(): readonly Order[];
  /**
   * Closes what is held in a feed where an opposite order would not (hedging; trades closed ahead of
   * the queue). Absent: the opposite order does it. null when nothing is held.
   */
  closePosition?(feed: number, tag?: string): Order | null;
  /** Accepts or rejects an order; a rejection is a status with a reason, never an exception. */
  submit(request: OrderRequest): Order;
  /** null when done, else the reason why not. */
  amend(order: Order, change: OrderChange): string | null;
  /** false when there was nothing left to cancel. */
  cancel(order: Order): boolean;
  /** The market has moved to a new step: fills what the new bars fill. Called before the strategy. */
  open(): void;
  /** The strategy has acted on this step: same-close fills, marking, liquidation, equity. */
  close(): void;
  /** The data has ended. */
  finish(): void;
  readonly log: RunLog;
  /** The open trades in the order of their entries, where trades can be closed and protected one by one. */
  openTrades?(): readonly OpenTrade[];
  /**
   * Sets or moves a protective order of an open trade, or with null withdraws it. Returns the order
   * that now waits, null when there is none.
   */
  protect?(trade: number, exit: 'stop-loss' | 'take-profit', price: number | null): Order | null;
  /** True when a new order by itself closes what is open, so that nobody else should. */
  readonly closesOnEntry?: boolean;
}

/** Makes a rule book for a run, which writes that run's log. */
export type RuleBookFactory = (market: Market, log: RunLog) => RuleBook;
