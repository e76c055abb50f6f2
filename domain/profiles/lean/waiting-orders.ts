/** The orders that can still fill: those that wait in the market, and exits that wait for their entry. */

import type { Order } from '../../engine/order.ts';
import type { Ticket } from './matching.ts';

export class WaitingOrders {
  /** In the order in which they came into the market, an exit with its entry's fill. */
  #tickets: Ticket[] = [];
  /** Children that wait for their parent's fill. */
  #held: Order[] = [];

  /** Those in the market, in a list of its own: it may be walked while orders come and go. */
  tickets(): readonly Ticket[] {
    return this.#tickets.slice();
  }

  get isMarketEmpty(): boolean {
    return this.#tickets.length === 0;
  }

  orders(): readonly Order[] {
    return [...this.#tickets.map(({ order }) => order), ...this.#held];
  }

  has(order: Order): boolean {
    return this.#tickets.some((ticket) => ticket.order === order) || this.#held.includes(order);
  }

  childrenOf(parent: Order): readonly Order[] {
    return this.#held.filter(({ request }) => request.parent === parent.id);
  }

  add(ticket: Ticket): void {
    this.#tickets.push(ticket);
  }

  hold(order: Order): void {
    order.status = 'held';
    this.#held.push(order);
  }

  remove(order: Order): void {
    this.#tickets = this.#tickets.filter((ticket) => ticket.order !== order);
    this.#held = this.#held.filter((candidate) => candidate !== order);
  }
}
