/** An order that can still fill, with what the matching knows about it beside its public state. */

import type { Order, OrderRequest } from '../order.ts';
import { noFees } from './commission.ts';
import type { FeeTally } from './commission.ts';
import type { Closes, ProtectionLevels } from './open-trade.ts';
import type { Sign } from './matching.ts';

/** What an order waits for. A stop that has been triggered goes on as `market` or as `limit`. */
export type Waits = 'market' | 'at-open' | 'at-close' | 'limit' | 'stop';

/** The exits that protect what an entry opened. */
export interface Protection {
  readonly levels: ProtectionLevels;
  readonly entry: Order;
  stopLoss: WaitingOrder | null;
  takeProfit: WaitingOrder | null;
}

export type Trail = NonNullable<OrderRequest['trail']>;

export interface WaitingOrder {
  readonly order: Order;
  readonly sign: Sign;
  waits: Waits;
  /** Lots still to fill, and filled. */
  lots: number;
  filledLots: number;
  /** Σ price × lots of the fills, in ticks: for the average price. */
  tickLots: number;
  /** Prices on the grid; NaN where the order has none. */
  limit: number;
  stop: number;
  /** Best price so far of a trailing stop, and how far its limit lies from its stop. */
  best: number;
  readonly limitOffset: number;
  /** Distance of a trailing stop from the best price; null for other orders. */
  trail: Trail | null;
  /** Closing only: never opens, never flips. */
  readonly reduceOnly: boolean;
  readonly closes: Closes;
  /** False while it is held by a parent. */
  live: boolean;
  /** False until it has met its first price: only then can a limit order be one that takes liquidity. */
  arrived: boolean;
  /** First step at which a bar may fill it. */
  notBeforeStep: number;
  /** From this time on it is expired; Infinity when it doesn't expire. DAY orders get it from their first bar. */
  expiresAt: number;
  /** Number of the bar whose volume it has used up. */
  blockedBar: number;
  /** Price at which it came alive inside the bar now matched, NaN if before that bar. */
  from: number;
  /** What the price certainly still covers in the bar now matched, for orders that want a better price. */
  sureLow: number;
  sureHigh: number;
  fee: FeeTally;
  feeQuanta: number;
  children: WaitingOrder[] | null;
  readonly parent: WaitingOrder | null;
  /** Of a protective order: the protection it belongs to. */
  readonly exitOf: Protection | null;
}

export interface WaitingOrderParts {
  readonly id: number;
  readonly request: OrderRequest;
  readonly sign: Sign;
  readonly lots: number;
  readonly quantity: number;
  readonly limit: number;
  readonly stop: number;
  readonly best: number;
  readonly limitOffset: number;
  readonly waits: Waits;
  readonly reduceOnly: boolean;
  readonly closes: Closes;
  readonly step: number;
  readonly time: number;
  readonly parent: WaitingOrder | null;
  readonly exitOf: Protection | null;
}

export const newWaitingOrder = (parts: WaitingOrderParts): WaitingOrder => {
  const { id, request, sign, lots, quantity, limit, stop, waits, reduceOnly, closes, step, time, parent, exitOf } =
    parts;
  const held = parent !== null;
  return {
    order: {
      id,
      request,
      feed: request.feed,
      side: request.side,
      type: request.type,
      quantity,
      limit: Number.isNaN(limit) ? null : limit,
      stop: Number.isNaN(stop) ? null : stop,
      status: held ? 'held' : 'waiting',
      filledQuantity: 0,
      fillPrice: null,
      createdStep: step,
      createdTime: time,
      updatedStep: step,
      stopLossOrder: null,
      takeProfitOrder: null,
      reason: null,
    },
    sign,
    waits,
    lots,
    filledLots: 0,
    tickLots: 0,
    limit,
    stop,
    best: parts.best,
    limitOffset: parts.limitOffset,
    trail: request.trail ?? null,
    reduceOnly,
    closes,
    live: !held,
    arrived: false,
    notBeforeStep: 0,
    expiresAt: request.timeInForce === 'GTD' && request.expiresAt !== undefined ? request.expiresAt : Infinity,
    blockedBar: -1,
    from: NaN,
    sureLow: NaN,
    sureHigh: NaN,
    fee: noFees,
    feeQuanta: 0,
    children: null,
    parent,
    exitOf,
  };
};

export const isOpen = ({ order }: WaitingOrder): boolean =>
  order.status === 'waiting' || order.status === 'partly-filled' || order.status === 'held';

/** True for orders that must fill at their first chance or not at all. */
export const isImmediate = ({ order }: WaitingOrder): boolean =>
  order.request.timeInForce === 'IOC' || order.request.timeInForce === 'FOK';

/** Sets the trigger of a trailing stop, and its limit, NaN where it has none. */
export const moveStop = (waiting: WaitingOrder, stop: number, limit: number): void => {
  waiting.stop = stop;
  waiting.order.stop = stop;
  if (Number.isNaN(limit)) return;
  waiting.limit = limit;
  waiting.order.limit = limit;
};
