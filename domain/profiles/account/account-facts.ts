/**
 * What a strategy that runs live is told of the account that it trades on: recorded bar by bar, so that
 * its run can be done again, with the same outcome, at each bar that follows. Plain data.
 */

import type { OrderStatus, OrderType, Side } from '../../engine/order.ts';

/** Names an order by what stays the same when the run is done again: its bar, and its place among that bar's orders. */
export interface OrderKey {
  /** Milliseconds UTC: the time of the bar at which it was made. */
  readonly time: number;
  /** From 0. */
  readonly place: number;
}

/** The account as it was read when a bar was decided. Currency and units. */
export interface Standing {
  readonly cash: number;
  /** What new positions may cost. */
  readonly free: number;
  /** What positions in symbols that are none of the strategy's cost. */
  readonly elsewhere: number;
  /** One for each traded feed, in their order. */
  readonly positions: readonly { readonly quantity: number; readonly averagePrice: number }[];
}

/** What the account shows of an order of the strategy. */
export interface OrderNews extends OrderKey {
  readonly status: OrderStatus;
  readonly quantity: number;
  readonly limit: number | null;
  readonly filledQuantity: number;
  readonly fillPrice: number | null;
  /** Paid for what has filled. */
  readonly fee: number;
  readonly reason: string | null;
}

/** An order as it was made, to be held against what the run makes when it is done again. */
export interface RecordedOrder {
  readonly feed: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: number;
  readonly limit: number | null;
}

/** What is known of one bar; bars of which nothing is known have no entry. */
export interface BarFacts {
  readonly time: number;
  /** Absent: as at the bar before. */
  readonly standing?: Standing;
  /** Told to the strategy before it acts at this bar. */
  readonly news?: readonly OrderNews[];
  /** Its orders, by place. */
  readonly orders?: readonly RecordedOrder[];
  /** The bar was made up for: nothing that the strategy wanted at it was done. */
  readonly isMissed?: true;
}

/** An order from before the first bar of the run at which the strategy acts, still open then. */
export interface CarriedOrder extends OrderKey {
  readonly feed: number;
  readonly side: Side;
  readonly type: 'market' | 'limit';
  readonly quantity: number;
  readonly limit: number | null;
}

export interface AccountFacts {
  /** Commission as a fraction of what is traded. */
  readonly feeRate: number;
  /** Bars up to this time were decided before; null: none. The newest bar is being decided, those between were missed. */
  readonly decidedUntil: number | null;
  readonly carried: readonly CarriedOrder[];
  /** Times ascending. */
  readonly bars: readonly BarFacts[];
}
