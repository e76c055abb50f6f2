/** A strategy's hold on one order: live reads, amend and cancel. */

import type { Market } from '../engine/market.ts';
import type { Order, OrderStatus, OrderType, Side } from '../engine/order.ts';
import type { OrderChange, RuleBook } from '../engine/rule-book.ts';
import type { Notebook } from './notebook.ts';
import { readChange } from './order-request.ts';
import type { OrderHandle } from './strategy.ts';

/** What the handles of a run need of it. */
export interface OrderDesk {
  readonly book: RuleBook;
  readonly market: Market;
  readonly notebook: Notebook;
  /** The handle of the order with that id. */
  readonly find: (id: number) => OrderHandle | null;
  /** Throws outside the handlers: a promise may come to its orders when the result is already made. */
  readonly mustTrade: (call: string) => void;
}

/** True while the order can still fill. */
export const isWaiting = ({ status }: Order): boolean =>
  status === 'waiting' || status === 'held' || status === 'partly-filled';

export class LiveOrderHandle implements OrderHandle {
  readonly #order: Order;
  readonly #desk: OrderDesk;

  constructor(order: Order, desk: OrderDesk) {
    this.#order = order;
    this.#desk = desk;
    Object.freeze(this);
  }

  get id(): number {
    return this.#order.id;
  }
  get side(): Side {
    return this.#order.side;
  }
  get type(): OrderType {
    return this.#order.type;
  }
  get status(): OrderStatus {
    return this.#order.status;
  }
  get quantity(): number {
    return this.#order.quantity;
  }
  get filledQuantity(): number {
    return this.#order.filledQuantity;
  }
  get fillPrice(): number | null {
    return this.#order.fillPrice;
  }
  get limit(): number | null {
    return this.#order.limit;
  }
  get stop(): number | null {
    return this.#order.stop;
  }
  get reason(): string | null {
    return this.#order.reason;
  }
  get tag(): string | null {
    return this.#order.request.tag ?? null;
  }
  get isOpen(): boolean {
    return isWaiting(this.#order);
  }
  get stopLoss(): OrderHandle | null {
    return this.#order.stopLossOrder === null ? null : this.#desk.find(this.#order.stopLossOrder);
  }
  get takeProfit(): OrderHandle | null {
    return this.#order.takeProfitOrder === null ? null : this.#desk.find(this.#order.takeProfitOrder);
  }

  amend(change: OrderChange): boolean {
    const { book, market, notebook, mustTrade } = this.#desk;
    mustTrade('amend');
    const reason = book.amend(this.#order, readChange(change));
    if (reason !== null) notebook.log(market.time, [`order ${this.#order.id} was not amended: ${reason}`]);
    return reason === null;
  }

  cancel(): boolean {
    this.#desk.mustTrade('cancel');
    return this.#desk.book.cancel(this.#order);
  }

  /** What `ctx.log(order)` shows. */
  toJSON(): object {
    const { id, side, type, status, quantity, filledQuantity, fillPrice, limit, stop, reason, tag } = this;
    return { id, side, type, status, quantity, filledQuantity, fillPrice, limit, stop, reason, tag };
  }
}
