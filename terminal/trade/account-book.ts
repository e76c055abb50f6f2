/** What is known of the account that is shown: its money and positions, orders and fills, after each event. */

import type { Account, AccountEvent, Fill, Order } from '#sdk';

export interface AccountBook {
  readonly account: Account;
  /** The newest first. */
  readonly orders: readonly Order[];
  /** The newest first. */
  readonly fills: readonly Fill[];
}

/** The lists of the server have the rest. */
const rowsMax = 200;

export const isOpen = ({ status }: Order): boolean => status === 'accepted' || status === 'partially-filled';

/** Telling an event twice changes nothing. Of orders that were never told whole, changes are left out. */
export const afterAccountEvent = (book: AccountBook, event: AccountEvent): AccountBook => {
  switch (event.type) {
    case 'order':
      return { ...book, orders: withOrder(book.orders, event.order) };
    case 'fill': {
      const { fill, order } = event;
      const isKnown = book.fills.some(({ id }) => id === fill.id);
      return {
        ...book,
        orders: order === undefined ? book.orders : withOrder(book.orders, order),
        fills: isKnown ? book.fills : [fill, ...book.fills].slice(0, rowsMax),
      };
    }
    case 'account':
      return { ...book, account: { ...book.account, ...event.account } };
    case 'deposit':
      return book;
  }
};

/** Orders and fills of a list, among those that came live: what is newer counts. */
export const withListed = (book: AccountBook, orders: readonly Order[], fills: readonly Fill[]): AccountBook => ({
  ...book,
  orders: orders.reduce((known, order) => withListedOrder(known, order), book.orders),
  fills: [...book.fills, ...fills.filter(({ id }) => book.fills.every((fill) => fill.id !== id))]
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, rowsMax),
});

const withListedOrder = (orders: readonly Order[], order: Order): readonly Order[] => {
  const known = orders.find(({ id }) => id === order.id);
  return known !== undefined && known.updatedAt >= order.updatedAt ? orders : withOrder(orders, order);
};

const withOrder = (orders: readonly Order[], change: Partial<Order> & { readonly id: string }): readonly Order[] => {
  const place = orders.findIndex(({ id }) => id === change.id);
  if (place >= 0) return orders.with(place, { ...(orders[place] as Order), ...change }); // found there
  if (!isWhole(change)) return orders;
  return [...orders, change].sort((a, b) => (a.placedAt < b.placedAt ? 1 : -1)).slice(0, rowsMax);
};

const isWhole = (order: Partial<Order>): order is Order =>
  order.symbol !== undefined && order.placedAt !== undefined && order.status !== undefined;
