import { expect, it } from 'vitest';
import type { Account, Fill, Order } from '#sdk';
import { afterAccountEvent, isOpen, withListed } from './account-book.ts';
import type { AccountBook } from './account-book.ts';

const account: Account = {
  id: 'u.a',
  name: 'Paper',
  type: 'paper',
  currency: 'USD',
  cash: '100000',
  createdAt: '2026-01-01T00:00:00Z',
  reserved: '0',
  equity: '100000',
  realisedProfit: '0',
  fees: '0',
  positions: [],
  openOrders: 0,
  version: 1,
};
const order = (id: string, part: Partial<Order> = {}): Order => ({
  id,
  accountId: 'u.a',
  clientOrderId: id,
  symbol: 'GOOG',
  side: 'buy',
  type: 'limit',
  timeInForce: 'GTC',
  quantity: '10',
  limitPrice: '99',
  filledQuantity: '0',
  filledPrice: null,
  status: 'accepted',
  reason: null,
  placedAt: `2026-01-31T09:00:0${id}Z`,
  updatedAt: `2026-01-31T09:00:0${id}Z`,
  ...part,
});
const fill: Fill = {
  id: 'f',
  orderId: '1',
  symbol: 'GOOG',
  side: 'buy',
  quantity: '10',
  price: '98',
  fee: '0',
  at: '2026-01-31T09:01:00Z',
};
const book: AccountBook = { account, orders: [order('1')], fills: [] };

it('takes a new order in, the newest first', () => {
  const after = afterAccountEvent(book, { type: 'order', order: order('2') });
  expect(after.orders.map(({ id }) => id)).toEqual(['2', '1']);
});

it('changes an order that it knows, and leaves changes of others out', () => {
  const after = afterAccountEvent(book, { type: 'order', order: { id: '1', status: 'cancelled' } });
  expect(after.orders).toEqual([order('1', { status: 'cancelled' })]);
  expect(after.orders.filter(isOpen)).toEqual([]);
  expect(afterAccountEvent(book, { type: 'order', order: { id: '9', status: 'cancelled' } })).toEqual(book);
});

it('notes a fill with its order, once', () => {
  const event = { type: 'fill', fill, order: { id: '1', status: 'filled' } } as const;
  const after = afterAccountEvent(book, event);
  expect(after.fills).toEqual([fill]);
  expect(after.orders[0]?.status).toBe('filled');
  expect(afterAccountEvent(after, event)).toEqual(after);
});

it('keeps what came live where a list is older', () => {
  const live = afterAccountEvent(book, {
    type: 'order',
    order: { id: '1', status: 'filled', updatedAt: '2026-01-31T09:05:00Z' },
  });
  const after = withListed({ ...live, fills: [fill] }, [order('1'), order('0', { status: 'rejected' })], [fill]);
  expect(after.orders.map(({ id, status }) => [id, status])).toEqual([
    ['1', 'filled'],
    ['0', 'rejected'],
  ]);
  expect(after.fills).toEqual([fill]);
});
