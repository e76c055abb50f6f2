/** What a run leaves behind: orders, fills, trades and the equity of every step. */

import type { Fill, Order, Trade } from './order.ts';

/** Something that happened to an order, waiting to be told to the strategy. */
export type OrderNews =
  | { readonly type: 'fill'; readonly order: Order; readonly fill: Fill }
  | { readonly type: 'order'; readonly order: Order };

export interface RunLog {
  readonly orders: Order[];
  readonly fills: Fill[];
  /** Closed trades in the order of their exits; `finish` adds those still open. */
  readonly trades: Trade[];
  /** Equity after each step of the timeline, currency. */
  readonly equity: Float64Array;
  /** Per step: 1 when a position was held at any moment of the step. */
  readonly exposed: Uint8Array;
  /** News not yet told; the run empties it. Written by {@link tell} alone. */
  readonly news: OrderNews[];
  /** False when the trader listens to no news: then none is written. */
  isHeard: boolean;
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

export const newRunLog = (steps: number): RunLog => ({
  orders: [],
  fills: [],
  trades: [],
  equity: new Float64Array(steps),
  exposed: new Uint8Array(steps),
  news: [],
  isHeard: true,
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
