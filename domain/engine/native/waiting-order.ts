/** An order that can still fill, with what the matching knows about it beside its public state. */

import type { Market } from '../market.ts';
import type { Order, OrderRequest } from '../order.ts';
import { noFees } from './commission.ts';
import type { FeeTally } from './commission.ts';
import { closesOpposite } from './open-trade.ts';
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

/**
 * Made again and again in place: most orders live for a bar, and thirty new fields for each would be
 * a quarter of all that a run which trades much allocates.
 */
export class WaitingOrder {
  order: Order;
  sign: Sign = 1;
  waits: Waits = 'market';
  /** Lots still to fill, and filled. */
  lots = NaN;
  filledLots = NaN;
  /** Σ price × lots of the fills, in ticks: for the average price. */
  tickLots = NaN;
  /** Prices on the grid; NaN where the order has none. */
  limit = NaN;
  stop = NaN;
  /** Best price so far of a trailing stop, and how far its limit lies from its stop. */
  best = NaN;
  limitOffset = NaN;
  /** Distance of a trailing stop from the best price; null for other orders. */
  trail: Trail | null = null;
  /** Closing only: never opens, never flips. */
  reduceOnly = false;
  closes: Closes = closesOpposite;
  /** False while it is held by a parent. */
  live = true;
  /** False until it has met its first price: only then can a limit order be one that takes liquidity. */
  arrived = false;
  /** First step at which a bar may fill it. */
  notBeforeStep = 0;
  /** From this time on it is expired; Infinity when it doesn't expire. DAY orders get it from their first bar. */
  expiresAt = Infinity;
  /** Number of the bar whose volume it has used up. */
  blockedBar = -1;
  /** Price at which it came alive inside the bar now matched, NaN if before that bar. */
  from = NaN;
  /** What the price certainly still covers in the bar now matched, for orders that want a better price. */
  sureLow = NaN;
  sureHigh = NaN;
  fee: FeeTally = noFees;
  feeQuanta = NaN;
  children: WaitingOrder[] | null = null;
  parent: WaitingOrder | null = null;
  /** Of a protective order: the protection it belongs to. */
  exitOf: Protection | null = null;

  constructor(order: Order) {
    this.order = order;
    this.startWith(order);
  }

  /** Begins to wait with this order, in place of one that has ended and to which nothing leads any more. */
  startWith(order: Order): this {
    const { request } = order;
    this.order = order;
    this.sign = order.side === 'buy' ? 1 : -1;
    this.waits = 'market';
    this.lots = 0;
    this.filledLots = 0;
    this.tickLots = 0;
    this.limit = order.limit ?? NaN;
    this.stop = order.stop ?? NaN;
    this.best = NaN;
    this.limitOffset = NaN;
    this.trail = request.trail ?? null;
    this.reduceOnly = false;
    this.closes = closesOpposite;
    this.live = order.status !== 'held';
    this.arrived = false;
    this.notBeforeStep = 0;
    this.expiresAt = request.timeInForce === 'GTD' && request.expiresAt !== undefined ? request.expiresAt : Infinity;
    this.blockedBar = -1;
    this.from = NaN;
    this.sureLow = NaN;
    this.sureHigh = NaN;
    this.fee = noFees;
    this.feeQuanta = 0;
    this.children = null;
    this.parent = null;
    this.exitOf = null;
    return this;
  }
}

/** An order as it is submitted; prices on the grid, NaN where it has none. */
export const newOrder = (
  request: OrderRequest,
  {
    id,
    quantity,
    limit = NaN,
    stop = NaN,
    isHeld = false,
    market,
  }: {
    readonly id: number;
    readonly quantity: number;
    readonly limit?: number;
    readonly stop?: number;
    readonly isHeld?: boolean;
    readonly market: Market;
  },
): Order => ({
  id,
  request,
  feed: request.feed,
  side: request.side,
  type: request.type,
  quantity,
  limit: Number.isNaN(limit) ? null : limit,
  stop: Number.isNaN(stop) ? null : stop,
  status: isHeld ? 'held' : 'waiting',
  filledQuantity: 0,
  fillPrice: null,
  createdStep: market.step,
  createdTime: market.time,
  updatedStep: market.step,
  stopLossOrder: null,
  takeProfitOrder: null,
  reason: null,
});

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
