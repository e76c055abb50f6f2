/** What a trading account is told and answers. Money, prices and quantities are decimal strings. */

import type { Command, Refusal } from '#kernel';

export type OrderSide = 'buy' | 'sell';
/** Paper accounts take these now; the others of the mission are refused as `order-type-unsupported`. */
export type AccountOrderType = 'market' | 'limit';
export type AccountTimeInForce = 'GTC' | 'DAY' | 'IOC' | 'FOK';
export type AccountOrderStatus = 'accepted' | 'partially-filled' | 'filled' | 'cancelled' | 'rejected' | 'expired';

export interface OrderView {
  readonly id: string;
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly type: AccountOrderType;
  readonly timeInForce: AccountTimeInForce;
  readonly quantity: string;
  /** null for market orders. */
  readonly limitPrice: string | null;
  readonly filledQuantity: string;
  /** Average; null before the first fill. */
  readonly filledPrice: string | null;
  readonly status: AccountOrderStatus;
  /** Why it was rejected or cancelled. */
  readonly reason: string | null;
  readonly placedAt: number;
  readonly updatedAt: number;
}

export interface FillView {
  readonly id: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly at: number;
}

export interface PositionView {
  readonly symbol: string;
  /** Negative when short. */
  readonly quantity: string;
  readonly averagePrice: string;
  readonly lastPrice: string | null;
  readonly unrealisedProfit: string | null;
  readonly realisedProfit: string;
}

export interface AccountView {
  /** `USER.LOCAL`. */
  readonly id: string;
  readonly name: string;
  readonly type: 'paper';
  readonly currency: string;
  /** The ledger's balance. */
  readonly cash: string;
  /** Held for open buy orders. */
  readonly reserved: string;
  /** Cash and positions, at the prices that were brought, else at what the positions cost. */
  readonly equity: string;
  readonly realisedProfit: string;
  readonly fees: string;
  readonly positions: readonly PositionView[];
  readonly openOrders: number;
  readonly createdAt: number;
  readonly version: number;
}

export interface OpenAccount extends Command<AccountView> {
  readonly type: 'OpenAccount';
  readonly name: string;
  readonly currency: string;
  readonly initialCash: string;
  /** Commission as a share of what is traded: `0.001` is 0.1 %. Default none. */
  readonly feeRate?: string;
}

export interface Deposit extends Command<AccountView> {
  readonly type: 'Deposit';
  readonly amount: string;
}

/** Cancels all orders, closes all positions at nothing, and starts again with that much cash. */
export interface ResetAccount extends Command<AccountView> {
  readonly type: 'ResetAccount';
  readonly initialCash: string;
}

/** Tick and lot come with the order, read from the symbol's listing: the account checks against them. */
export interface OrderGrid {
  readonly tick: string;
  readonly lot: string;
  readonly minQuantity: string | null;
}

export interface PlaceOrder extends Command<OrderView> {
  readonly type: 'PlaceOrder';
  /** Made by the gateway from the command id, so that a retry names the same order. */
  readonly orderId: string;
  /** Unique for the account; placing it again is answered with the order as it is. */
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly orderType: AccountOrderType;
  readonly timeInForce: AccountTimeInForce;
  readonly quantity: string;
  readonly limitPrice: string | null;
  readonly grid: OrderGrid;
  /** Nobody quotes the symbol and no feed would: what can't wait for a price is refused. */
  readonly isUnpriced?: boolean;
}

/** Changes quantity or price of an open limit order; it keeps its id. */
export interface AmendOrder extends Command<OrderView> {
  readonly type: 'AmendOrder';
  readonly orderId: string;
  readonly quantity?: string;
  readonly limitPrice?: string;
}

/** An order not yet known leaves a tombstone, so that it can't come alive after its cancel. */
export interface CancelOrder extends Command<OrderView | null> {
  readonly type: 'CancelOrder';
  readonly orderId: string;
}

export interface CancelAllOrders extends Command<{ readonly cancelled: number }> {
  readonly type: 'CancelAllOrders';
  readonly symbol?: string;
}

/** The live price of a symbol in which the account has open orders or positions. Told by the market, never stored. */
export interface QuoteSeen extends Command<null> {
  readonly type: 'QuoteSeen';
  readonly symbol: string;
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  readonly at: number;
}

/** Prices are the market's, not the account's: whoever wants positions valued brings them, by symbol. */
type Marks = Readonly<Record<string, string>>;

export interface GetAccount extends Command<AccountView> {
  readonly type: 'GetAccount';
  readonly marks?: Marks;
}

/** The end of the day for a DAY order. From its durable timer. */
export interface ExpireOrder extends Command<null> {
  readonly type: 'ExpireOrder';
  readonly orderId: string;
}

export interface GetOrder extends Command<OrderView> {
  readonly type: 'GetOrder';
  readonly orderId?: string;
  readonly clientOrderId?: string;
}

/** Open orders, for a snapshot in a subscription. */
export interface GetOpenOrders extends Command<readonly OrderView[]> {
  readonly type: 'GetOpenOrders';
}

/** What a running strategy has to know of its account, all of one moment. */
export interface AccountStanding {
  readonly cash: string;
  /** What new positions may cost. */
  readonly free: string;
  /** Cost of positions in symbols that were not asked for; below 0 where shorts outweigh. */
  readonly elsewhere: string;
  readonly feeRate: string;
  /** In the order of the symbols asked for. */
  readonly positions: readonly { readonly quantity: string; readonly averagePrice: string }[];
  /** Of the orders asked for those that the account remembers: open ones, and the newest that are closed. */
  readonly orders: readonly OrderView[];
}

export interface GetStanding extends Command<AccountStanding> {
  readonly type: 'GetStanding';
  readonly symbols: readonly string[];
  readonly orderIds: readonly string[];
}

export interface Performance {
  readonly accountId: string;
  readonly realisedProfit: string;
  readonly unrealisedProfit: string;
  readonly fees: string;
  readonly equity: string;
  readonly returnPercent: string;
  readonly maxDrawdownPercent: string;
  readonly trades: number;
  readonly winRatePercent: string | null;
  readonly bySymbol: readonly {
    readonly symbol: string;
    readonly realisedProfit: string;
    readonly fees: string;
    readonly fills: number;
  }[];
  /** After each fill or deposit, at most 500. */
  readonly equityCurve: readonly { readonly at: number; readonly equity: string }[];
}

export interface GetPerformance extends Command<Performance> {
  readonly type: 'GetPerformance';
  readonly marks?: Marks;
}

export type AccountCommand =
  | OpenAccount
  | Deposit
  | ResetAccount
  | PlaceOrder
  | AmendOrder
  | CancelOrder
  | CancelAllOrders
  | QuoteSeen
  | ExpireOrder
  | GetAccount
  | GetOrder
  | GetOpenOrders
  | GetStanding
  | GetPerformance;

export interface AccountRefusal extends Refusal {
  readonly code:
    | 'account-unknown'
    | 'account-exists'
    | 'amount-invalid'
    | 'order-unknown'
    | 'order-closed'
    | 'order-type-unsupported'
    | 'order-quantity'
    | 'order-price'
    | 'order-cancelled-before'
    | 'client-order-id-taken'
    | 'client-order-id-invalid'
    | 'insufficient-funds'
    | 'order-time-in-force'
    | 'no-live-price'
    | 'open-orders-max';
}
