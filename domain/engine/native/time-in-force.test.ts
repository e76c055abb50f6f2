/** How long orders live, what they take of a bar's volume, and how they are changed. */

import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '../order.ts';
import type { RuleBook } from '../rule-book.ts';
import { ask, barsOf, dayMs, feedOf, play, startTime } from './test-market.ts';
import type { Row } from './test-market.ts';

const first: Row = [100, 101, 99, 100];
const calm: Row = [100, 101, 99, 100];
const hourMs = 3_600_000;

const statusOf = (request: OrderRequest, rows: readonly Row[], config: object = {}, stepMs = dayMs) => {
  const { orders, book } = play(
    [feedOf(barsOf([first, ...rows], { stepMs }))],
    { cash: 1e6, ...config },
    { 0: (b) => void b.submit(request) },
  );
  const [order] = orders;
  return {
    status: order?.status,
    filled: order?.filledQuantity,
    reason: order?.reason,
    at: order?.updatedStep,
    fills: book.log.fills.map(({ bar, quantity, price }) => [bar, quantity, price]),
  };
};

describe('time in force', () => {
  it('GTC waits as long as it takes', () => {
    expect(statusOf(ask('buy', 1, { type: 'limit', limit: 90 }), [calm, calm, [100, 100, 90, 95]]).fills).toEqual([
      [3, 1, 90],
    ]);
  });

  it('DAY on daily bars lives for the next bar', () => {
    const day = ask('buy', 1, { type: 'limit', limit: 98, timeInForce: 'DAY' });
    expect(statusOf(day, [[100, 101, 98, 100], calm])).toMatchObject({ status: 'filled' });
    expect(statusOf(day, [calm, [100, 101, 98, 100]])).toMatchObject({
      status: 'expired',
      at: 2,
      reason: 'The trading day of a DAY order has ended.',
    });
  });

  it('DAY made at a close that could have filled it lives for the next bar', () => {
    const day = ask('buy', 1, { type: 'limit', limit: 98, timeInForce: 'DAY' });
    expect(statusOf(day, [calm, [100, 101, 98, 100]], { fillAt: 'same-close' })).toMatchObject({
      status: 'expired',
      at: 2,
    });
  });

  it('DAY on hourly bars lives until its day ends', () => {
    const day = ask('buy', 1, { type: 'limit', limit: 98, timeInForce: 'DAY' });
    const quiet = Array.from({ length: 22 }, (): Row => calm);
    expect(statusOf(day, [...quiet, [100, 100, 98, 99]], {}, hourMs).fills).toEqual([[23, 1, 98]]);
    expect(statusOf(day, [...quiet, calm, [100, 100, 98, 99]], {}, hourMs)).toMatchObject({
      status: 'expired',
      at: 24,
    });
  });

  it('DAY honours the hour at which trading days begin', () => {
    const day = ask('buy', 1, { type: 'limit', limit: 98, timeInForce: 'DAY' });
    const quiet = Array.from({ length: 20 }, (): Row => calm);
    expect(statusOf(day, [...quiet, calm, [100, 100, 98, 99]], { dayStartMs: 22 * hourMs }, hourMs)).toMatchObject({
      status: 'expired',
      at: 22,
    });
  });

  it('GTD expires before the first bar at or after its time', () => {
    const until = (days: number) =>
      ask('buy', 1, { type: 'limit', limit: 98, timeInForce: 'GTD', expiresAt: startTime + days * dayMs });
    expect(statusOf(until(3), [calm, [100, 101, 98, 100]])).toMatchObject({ status: 'filled' });
    expect(statusOf(until(2), [calm, [100, 101, 98, 100]])).toMatchObject({
      status: 'expired',
      reason: 'Good till 2024-01-03T00:00:00Z.',
    });
  });

  it('IOC takes what the first price gives and cancels the rest', () => {
    const market = ask('buy', 30, { timeInForce: 'IOC' });
    expect(statusOf(market, [[100, 101, 99, 100, 100]], { volumeShare: 0.2 })).toMatchObject({
      status: 'cancelled',
      filled: 20,
    });
    expect(statusOf(market, [calm])).toMatchObject({ status: 'filled' });
    expect(statusOf(ask('buy', 1, { type: 'limit', limit: 99.5, timeInForce: 'IOC' }), [calm])).toMatchObject({
      status: 'cancelled',
      reason: 'IOC: 100 is beyond the limit.',
    });
    expect(statusOf(ask('buy', 1, { type: 'limit', limit: 100.5, timeInForce: 'IOC' }), [calm]).fills).toEqual([
      [1, 1, 100],
    ]);
  });

  it('FOK fills whole or not at all', () => {
    const market = ask('buy', 30, { timeInForce: 'FOK' });
    expect(statusOf(market, [[100, 101, 99, 100, 100]], { volumeShare: 0.2 })).toMatchObject({
      status: 'cancelled',
      filled: 0,
      reason: "Fill or kill: the bar's volume leaves room for 20 of 30.",
    });
    expect(statusOf(market, [[100, 101, 99, 100, 150]], { volumeShare: 0.2 })).toMatchObject({
      status: 'filled',
      filled: 30,
    });
  });

  it('IOC on a stop counts from its trigger', () => {
    const stop = ask('buy', 30, { type: 'stop', stop: 102, timeInForce: 'IOC' });
    expect(statusOf(stop, [calm, [100, 103, 99, 102, 100]], { volumeShare: 0.2 })).toMatchObject({
      status: 'cancelled',
      filled: 20,
      fills: [[2, 20, 102]],
    });
  });
});

describe('post-only', () => {
  const postOnly = (limit: number) => ask('buy', 1, { type: 'limit', limit, postOnly: true });

  it('is rejected when it would take at the price known', () => {
    expect(statusOf(postOnly(100), [calm])).toMatchObject({
      status: 'rejected',
      reason: 'Post-only: at 100 it would take liquidity at once.',
    });
  });

  it('is cancelled when the first price it meets would fill it at once', () => {
    expect(statusOf(postOnly(99), [[98, 99, 97, 98]])).toMatchObject({
      status: 'cancelled',
      reason: 'Post-only: at 98 it would have taken liquidity at once.',
    });
  });

  it('else fills as a maker', () => {
    const { book } = play(
      [feedOf(barsOf([first, calm]))],
      { commission: { maker: 0, taker: 0.01 } },
      { 0: (b) => void b.submit(postOnly(99)) },
    );
    expect(book.log.fills).toEqual([expect.objectContaining({ price: 99, commission: 0 })]);
  });
});

describe('a share of the volume', () => {
  it('spreads a large order over bars', () => {
    expect(
      statusOf(
        ask('buy', 25),
        [
          [100, 101, 99, 100, 100],
          [101, 102, 100, 101, 100],
          [102, 103, 101, 102, 100],
        ],
        { volumeShare: 0.1 },
      ),
    ).toMatchObject({
      status: 'filled',
      fills: [
        [1, 10, 100],
        [2, 10, 101],
        [3, 5, 102],
      ],
    });
  });

  it('is shared by all orders of a bar', () => {
    const { book } = play(
      [feedOf(barsOf([first, [100, 101, 99, 100, 100]]))],
      { volumeShare: 0.1 },
      {
        0: (b) => {
          b.submit(ask('buy', 7));
          b.submit(ask('buy', 7));
        },
      },
    );
    expect(book.log.fills.map(({ order, quantity }) => [order, quantity])).toEqual([
      [0, 7],
      [1, 3],
    ]);
  });

  it('of a bar without volume is nothing', () => {
    expect(statusOf(ask('buy', 1), [[100, 101, 99, 100, 0], calm], { volumeShare: 0.1 }).fills).toEqual([[2, 1, 100]]);
  });

  it('averages the price over the fills', () => {
    const { orders } = play(
      [feedOf(barsOf([first, [100, 101, 99, 100, 100], [103, 104, 102, 103, 100]]))],
      { volumeShare: 0.1 },
      { 0: (b) => void b.submit(ask('buy', 15)) },
    );
    expect(orders[0]).toMatchObject({ filledQuantity: 15, fillPrice: 101 });
  });
});

describe('amending', () => {
  const waiting = (script: (book: RuleBook) => void, rows: readonly Row[] = [calm]) =>
    play(
      [feedOf(barsOf([first, ...rows]))],
      { cash: 1e6, volumeShare: 0.01 },
      {
        0: (b) => {
          b.submit(ask('buy', 10, { type: 'limit', limit: 99 }));
          b.submit(ask('buy', 10, { type: 'limit', limit: 99 }));
          script(b);
        },
      },
    );

  it('the quantity down keeps the place in the queue', () => {
    const { book } = waiting((b) => expect(b.amend(b.log.orders[0]!, { quantity: 8 })).toBeNull()); // just made
    expect(book.log.fills.map(({ order, quantity }) => [order, quantity])).toEqual([
      [0, 8],
      [1, 2],
    ]);
  });

  it('the quantity up, or the price, loses it', () => {
    for (const change of [{ quantity: 12 }, { limit: 99.5 }]) {
      const { book } = waiting((b) => expect(b.amend(b.log.orders[0]!, change)).toBeNull()); // just made
      expect(book.log.fills[0]?.order).toBe(1);
    }
  });

  it('is told to the strategy', () => {
    waiting((b) => {
      b.log.news.length = 0;
      b.amend(b.log.orders[0]!, { limit: 98 }); // just made
      expect(b.log.news).toEqual([{ type: 'order', order: b.log.orders[0] }]);
      expect(b.log.orders[0]?.limit).toBe(98);
    });
  });

  it.each<[string, object, RegExp]>([
    ['a stop that the order does not have', { stop: 5 }, /A limit order has no stop/],
    ['a quantity of zero', { quantity: 0 }, /not a number above 0/],
    ['a limit of NaN', { limit: NaN }, /not a number above 0/],
  ])('refuses %s', (_, change, reason) => {
    waiting((b) => expect(b.amend(b.log.orders[0]!, change)).toMatch(reason)); // just made
  });

  it('refuses what has ended or has filled beyond the new quantity', () => {
    waiting((b) => {
      const order = b.log.orders[0]!; // just made
      expect(b.cancel(order)).toBe(true);
      expect(b.cancel(order)).toBe(false);
      expect(b.amend(order, { quantity: 5 })).toBe('The order is cancelled.');
    });
    const { book } = play(
      [feedOf(barsOf([first, calm, calm]))],
      { volumeShare: 0.01 },
      {
        0: (b) => void b.submit(ask('buy', 15)),
        1: (b) => expect(b.amend(b.log.orders[0]!, { quantity: 10 })).toMatch(/10 are filled already/), // just made
      },
    );
    expect(book.log.orders[0]?.filledQuantity).toBe(15);
  });
});
