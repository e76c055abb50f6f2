/** The orders that wait, feed by feed in order of priority, and every change of what becomes of them. */

import type { Market } from '../market.ts';
import type { Order, OrderStatus } from '../order.ts';
import { RecentById } from '../recent-by-id.ts';
import { recordOrder, tell } from '../run-log.ts';
import type { RunLog } from '../run-log.ts';
import { isOpen, WaitingOrder } from './waiting-order.ts';
import type { Protection } from './waiting-order.ts';

/** Orders that may wait at one time in a run: more is a loop gone wild, and each bar looks at all of them. */
export const waitingOrdersMax = 10_000;

const noOrders: readonly Order[] = [];
const noRivals: readonly WaitingOrder[] = [];

export class OrderQueues {
  /** Live orders by feed, in order of priority. Ended ones stay in place until {@link sweep}. */
  readonly byFeed: readonly WaitingOrder[][];
  /** What protects the units that an entry has opened, by the entry's id. */
  readonly protections = new Map<number, Protection>();
  /** In order of submission, held ones included; ended ones until {@link sweep}. */
  #submitted: WaitingOrder[] = [];
  /** Open orders. */
  readonly #byId = new RecentById<WaitingOrder>();
  /** Places of ended orders to which nothing leads any more, for orders to come. */
  readonly #spare: WaitingOrder[] = [];
  #nextId = 0;
  #openCount = 0;
  readonly #groups = new Map<string, Set<WaitingOrder>>();
  readonly #market: Market;
  readonly #log: RunLog;
  #openList: readonly Order[] | null = noOrders;
  #swept = true;
  /** The earliest time at which an open order expires. */
  nextExpiry = Infinity;

  constructor(market: Market, log: RunLog) {
    this.#market = market;
    this.#log = log;
    this.byFeed = market.feeds.map(() => []);
  }

  get openCount(): number {
    return this.#openCount;
  }

  /** The id of the next order: ids count up from 0. */
  get nextId(): number {
    return this.#nextId;
  }

  /** The open order of that id. */
  find(id: number): WaitingOrder | null {
    return this.#byId.get(id) ?? null;
  }

  /** Orders that can still fill, in order of submission. */
  openOrders(): readonly Order[] {
    this.#openList ??= this.#openCount === 0 ? noOrders : this.open().map(({ order }) => order);
    return this.#openList;
  }

  /** The waiting orders behind {@link openOrders}, as a list that changes to the queues don't disturb. */
  open(): readonly WaitingOrder[] {
    return this.#submitted.filter(isOpen);
  }

  /** Where a new order can wait: the place of an old one where there is one. It is not in a queue yet. */
  placeFor(order: Order): WaitingOrder {
    return this.#spare.pop()?.startWith(order) ?? new WaitingOrder(order);
  }

  /** Takes in a new order, in whatever state it is. Protective orders go ahead of the queue. */
  add(waiting: WaitingOrder): void {
    const { order } = waiting;
    recordOrder(this.#log, order, waiting.exitOf !== null);
    this.#nextId++;
    if (isOpen(waiting)) {
      this.#byId.set(order.id, waiting);
      this.#submitted.push(waiting);
      this.#openCount++;
      this.#openList = null;
      const { ocoGroup } = order.request;
      if (ocoGroup !== undefined) {
        const group = this.#groups.get(ocoGroup);
        if (group === undefined) this.#groups.set(ocoGroup, new Set([waiting]));
        else group.add(waiting);
      }
      if (waiting.parent !== null) (waiting.parent.children ??= []).push(waiting);
      if (waiting.live) this.#enqueue(waiting);
      this.noteExpiry(waiting);
    }
    this.#tell(waiting);
  }

  /** Brings a held order to life. */
  activate(waiting: WaitingOrder): void {
    waiting.live = true;
    waiting.order.status = 'waiting';
    this.#enqueue(waiting);
    this.noteExpiry(waiting);
    this.#tell(waiting);
  }

  /** Enters a fill's effect on the order's state; a filled order leaves the queue. */
  filled(waiting: WaitingOrder): void {
    waiting.order.updatedStep = this.#market.step;
    if (waiting.lots > 0) waiting.order.status = 'partly-filled';
    else {
      waiting.order.status = 'filled';
      this.#remove(waiting);
    }
  }

  /** Ends an order that has not filled completely, and the orders that wait for it. */
  end(waiting: WaitingOrder, status: Extract<OrderStatus, 'cancelled' | 'expired' | 'rejected'>, reason: string): void {
    if (!isOpen(waiting)) return;
    waiting.order.status = status;
    waiting.order.reason = reason;
    this.#remove(waiting);
    this.#tell(waiting);
    for (const child of waiting.children ?? []) {
      if (waiting.filledLots === 0)
        this.end(child, 'cancelled', `Its parent, order ${waiting.order.id}, was ${status}.`);
      else if (isOpen(child) && !child.live) {
        // What has filled of the parent is there for its children to take care of, from the next step on.
        child.notBeforeStep = this.#market.step + 1;
        this.activate(child);
      }
    }
  }

  /** Says that an order was changed. */
  changed(waiting: WaitingOrder): void {
    this.#tell(waiting);
  }

  /** The other open orders of its group: they are cancelled when it fills. */
  rivals(waiting: WaitingOrder): readonly WaitingOrder[] {
    const { ocoGroup } = waiting.order.request;
    const group = ocoGroup === undefined ? undefined : this.#groups.get(ocoGroup);
    return group === undefined ? noRivals : [...group].filter((other) => other !== waiting && isOpen(other));
  }

  /** Puts an order behind all others of its feed. */
  losePlace(waiting: WaitingOrder): void {
    const queue = this.byFeed[waiting.order.feed]!; // feeds of accepted orders exist
    const at = queue.indexOf(waiting);
    if (at < 0) return;
    queue.splice(at, 1);
    queue.push(waiting);
  }

  /** Keeps {@link nextExpiry} at or before the order's expiry. */
  noteExpiry(waiting: WaitingOrder): void {
    if (waiting.expiresAt < this.nextExpiry) this.nextExpiry = waiting.expiresAt;
  }

  /** Takes ended orders out of the queues; called when nobody walks through them. */
  sweep(): void {
    if (this.#swept) return;
    this.#swept = true;
    for (const waiting of this.#submitted) if (!isOpen(waiting)) this.#leave(waiting);
    if (this.#openCount === 0) {
      empty(this.#submitted);
      for (const queue of this.byFeed) empty(queue);
      return;
    }
    this.#submitted = this.#submitted.filter(isOpen);
    for (const queue of this.byFeed) {
      let kept = 0;
      for (const waiting of queue) if (isOpen(waiting)) queue[kept++] = waiting;
      queue.length = kept;
    }
  }

  #enqueue(waiting: WaitingOrder): void {
    const queue = this.byFeed[waiting.order.feed]!; // as above
    queue.push(waiting);
  }

  #remove(waiting: WaitingOrder): void {
    this.#byId.delete(waiting.order.id);
    this.#openCount--;
    this.#openList = null;
    this.#swept = false;
    const { ocoGroup } = waiting.order.request;
    if (ocoGroup !== undefined) this.#groups.get(ocoGroup)?.delete(waiting);
  }

  /** What becomes of an ended order that is in no queue any more. */
  #leave(waiting: WaitingOrder): void {
    const { order, parent, children, exitOf } = waiting;
    if (parent !== null || children !== null || exitOf !== null) return; // others lead to it
    this.#spare.push(waiting);
    this.#log.onLetGo?.(order.id);
  }

  #tell(waiting: WaitingOrder): void {
    waiting.order.updatedStep = this.#market.step;
    tell(this.#log, waiting.order);
  }
}

/** Element by element: setting the length of an array is many times slower for the few that there are. */
const empty = (queue: WaitingOrder[]): void => {
  while (queue.length > 0) queue.pop();
};
