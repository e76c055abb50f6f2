/** Orders as every rule book of the engine knows them: what was asked for, and what became of it. */

export type Side = 'buy' | 'sell';

export type OrderType =
  | 'market'
  | 'limit'
  | 'stop'
  | 'stop-limit'
  | 'trailing-stop'
  | 'trailing-stop-limit'
  | 'limit-if-touched' // a limit that waits until the price has come to its stop; profile lean only
  | 'market-on-close'
  | 'market-on-open';

export type TimeInForce = 'GTC' | 'DAY' | 'GTD' | 'IOC' | 'FOK';

export type OrderStatus =
  | 'waiting' // accepted, not filled yet; a triggered stop-limit is waiting too
  | 'held' // a bracket's exit whose entry has not filled yet
  | 'partly-filled'
  | 'filled'
  | 'cancelled'
  | 'expired'
  | 'rejected';

/**
 * How much to trade. `quantity` is in units; `fraction` (0 < f < 1) of what is affordable when the
 * order fills, known to the profile `backtesting.py` only.
 */
export type OrderSize = { readonly quantity: number } | { readonly fraction: number };

/** What a strategy or an order tape asks for. Prices in currency, times in milliseconds UTC. */
export interface OrderRequest {
  readonly feed: number;
  readonly side: Side;
  readonly size: OrderSize;
  readonly type: OrderType;
  /** Limit price of limit and stop-limit orders. */
  readonly limit?: number;
  /** Trigger price of stop and stop-limit orders; the first trigger of a trailing stop. */
  readonly stop?: number;
  /** Distance of a trailing stop from the best price so far: in currency, or as a fraction. */
  readonly trail?: { readonly amount: number } | { readonly fraction: number };
  /** Default GTC. */
  readonly timeInForce?: TimeInForce;
  /** Required for GTD. */
  readonly expiresAt?: number;
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  /** Protects the position that this order opens: a stop order and a limit order, one cancels the other. */
  readonly stopLoss?: number;
  readonly takeProfit?: number;
  /** Orders of one group cancel each other when one of them fills. */
  readonly ocoGroup?: string;
  /** Lives only once that order has filled; cancelled with it. */
  readonly parent?: number;
  /** Closes units of this trade, ahead of the queue. */
  readonly closesTrade?: number;
  /** The author's own label, carried into fills and trades. */
  readonly tag?: string;
}

/** An order and its state. Rule books mutate it; strategies see it through a handle. */
export interface Order {
  readonly id: number;
  readonly request: OrderRequest;
  readonly feed: number;
  readonly side: Side;
  readonly type: OrderType;
  /** Units asked for; 0 until a fraction has been resolved. */
  quantity: number;
  limit: number | null;
  stop: number | null;
  status: OrderStatus;
  filledQuantity: number;
  /** Average price of the fills so far, null before the first. */
  fillPrice: number | null;
  /** Step of the timeline at which the order was made, and time in milliseconds UTC. */
  readonly createdStep: number;
  readonly createdTime: number;
  updatedStep: number;
  /** Ids of the orders that protect what this one opened, once they exist. */
  stopLossOrder: number | null;
  takeProfitOrder: number | null;
  /** Why it was rejected, cancelled or expired: one sentence for people. */
  reason: string | null;
}

export interface Fill {
  readonly order: number;
  readonly feed: number;
  readonly side: Side;
  readonly quantity: number;
  readonly price: number;
  /** Currency paid; negative for a rebate. */
  readonly commission: number;
  /** Step of the timeline, index of the feed's bar, and that bar's time in milliseconds UTC. */
  readonly step: number;
  readonly bar: number;
  readonly time: number;
  readonly tag: string | null;
}

/**
 * A round trip: units that were opened by one fill and closed by another (first in, first out), or
 * still open at the end of the run. `quantity` is positive; `side` tells long from short.
 */
export interface Trade {
  readonly id: number;
  readonly feed: number;
  readonly side: 'long' | 'short';
  readonly quantity: number;
  readonly entryBar: number;
  readonly entryTime: number;
  readonly entryPrice: number;
  /** null while open. */
  readonly exitBar: number | null;
  readonly exitTime: number | null;
  readonly exitPrice: number | null;
  readonly stopLoss: number | null;
  readonly takeProfit: number | null;
  /** Currency, commissions of entry and exit deducted. Of an open trade: marked to the last close. */
  readonly pnl: number;
  /** pnl ÷ (entry price × quantity × multiplier). */
  readonly returnFraction: number;
  readonly commission: number;
  readonly tag: string | null;
}
