/** The queue of waiting orders, in the order in which the next bar will look at them. */

import type { Order } from '../../engine/order.ts';
import type { HeldTrade } from './held-trade.ts';

/** An order in the queue. Prices are those of the scaled bars (see `fractional_unit`). */
export interface QueuedOrder {
  readonly order: Order;
  /** Signed units; between −1 and 1 a fraction of what is affordable when it fills. */
  size: number;
  limit: number | null;
  /** null once the stop has been reached. */
  stop: number | null;
  /** What is to protect the trade that this order opens. */
  readonly stopLoss: number | null;
  readonly takeProfit: number | null;
  /** The trade that this order closes, null for one that stands alone. */
  readonly closes: HeldTrade | null;
  waiting: boolean;
}

/** True for a trade's stop-loss or take-profit, false also for an order that closes it at market. */
export const isProtective = (queued: QueuedOrder): boolean =>
  queued.closes !== null && (queued.closes.stopLoss === queued || queued.closes.takeProfit === queued);

export class OrderQueue {
  readonly orders: QueuedOrder[] = [];

  /** Ahead of all others: stop-losses and closes of a trade. */
  putFirst(queued: QueuedOrder): void {
    queued.waiting = true;
    this.orders.unshift(queued);
  }

  putLast(queued: QueuedOrder): void {
    queued.waiting = true;
    this.orders.push(queued);
  }

  remove(queued: QueuedOrder): void {
    queued.waiting = false;
    const at = this.orders.indexOf(queued);
    if (at >= 0) this.orders.splice(at, 1);
  }

  find(order: Order): QueuedOrder | undefined {
    return this.orders.find((queued) => queued.order === order);
  }
}
