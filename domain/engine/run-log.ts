/** What a run leaves behind: orders, fills, trades and the equity of every step. */

import { TradeFigures } from '../statistics/trade-figures.ts';
import type { Fill, Order, Trade } from './order.ts';
import { RunMemory } from './run-memory.ts';
import { TradeHasher } from './trade-hash.ts';

/** Something that happened to an order, waiting to be told to the strategy. */
export type OrderNews =
  | { readonly type: 'fill'; readonly order: Order; readonly fill: Fill }
  | { readonly type: 'order'; readonly order: Order };

export interface RunLog {
  /** By id; incomplete where orders are let go, see `onLetGo`. */
  readonly orders: Order[];
  /** Empty unless rows are kept. */
  readonly fills: Fill[];
  /** Closed trades in the order of their exits; `finish` adds those still open. Empty unless rows are kept. */
  readonly trades: Trade[];
  /**
   * False in a batch, whose members keep numbers alone: then what a run has done becomes part of the
   * hash and the figures below and is forgotten. Objects that live as long as the run cost more to
   * carry through the collections of garbage than to make.
   */
  keepsRows: boolean;
  /** Of every fill and every trade, kept as rows or not. Written by {@link recordFill} and {@link recordTrade}. */
  readonly hash: TradeHasher;
  readonly figures: TradeFigures;
  fillCount: number;
  /** Equity after each step of the timeline, currency. */
  readonly equity: Float64Array;
  /** Per step: 1 when a position was held at any moment of the step. */
  readonly exposed: Uint8Array;
  /** News not yet told; the run empties it. Written by {@link tell} alone. */
  readonly news: OrderNews[];
  /** False when the trader listens to no news: then none is written. */
  isHeard: boolean;
  /**
   * Set by a trader that asks for no order by its id unless as the exit of another: then others are not
   * entered, and each is told to it when it has ended. null: all orders stay to the end.
   */
  onLetGo: ((order: number) => void) | null;
  /** Sums over the run, in currency. Costs are positive when paid; dividends when received. */
  commission: number;
  funding: number;
  borrow: number;
  /** Interest on negative cash. */
  marginInterest: number;
  dividends: number;
  turnover: number;
  /** What a ruined account still owed and could not pay. */
  shortfall: number;
  /** Why the run ended before its data; null when it did not. */
  ruin: string | null;
  /** What a reader of the result should know: one sentence each, such as a liquidation. */
  readonly notes: string[];
}

export const newRunLog = (steps: number, memory = new RunMemory()): RunLog => ({
  orders: [],
  fills: [],
  trades: [],
  keepsRows: true,
  hash: new TradeHasher(),
  figures: new TradeFigures(memory),
  fillCount: 0,
  equity: memory.column(steps), // every rule book writes every step
  exposed: memory.zeroBytes(steps),
  news: [],
  isHeard: true,
  onLetGo: null,
  commission: 0,
  funding: 0,
  borrow: 0,
  marginInterest: 0,
  dividends: 0,
  turnover: 0,
  shortfall: 0,
  ruin: null,
  notes: [],
});

/** Keeps news of an order, and of its fill where there was one, for a trader that listens. */
export const tell = (log: RunLog, order: Order, fill: Fill | null = null): void => {
  if (log.isHeard) log.news.push(fill === null ? { type: 'order', order } : { type: 'fill', order, fill });
};

/** Enters a fill. */
export const recordFill = (log: RunLog, fill: Fill): void => {
  const { feed, bar, side, quantity, price, commission } = fill;
  log.hash.add(feed, bar, side === 'buy' ? quantity : -quantity, price, commission);
  log.fillCount++;
  if (log.keepsRows) log.fills.push(fill);
};

/** Enters a trade that was closed, or is still open at the end of the run. */
export const recordTrade = (log: RunLog, trade: Trade): void => {
  log.figures.addTrade(trade);
  if (log.keepsRows) log.trades.push(trade);
};

/** Enters a new order, unless nobody will look for it. */
export const recordOrder = (log: RunLog, order: Order, isExit: boolean): void => {
  if (log.onLetGo === null || isExit) log.orders[order.id] = order; // ids are places in the list
};
