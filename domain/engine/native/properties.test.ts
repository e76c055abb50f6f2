/** What holds for every run of the native engine, whatever is ordered: found by random markets, settings and orders. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sliceBars } from '../../market/bars.ts';
import type { Feed } from '../../market/feed.ts';
import type { OrderRequest, OrderType, Trade } from '../order.ts';
import type { RuleBook } from '../rule-book.ts';
import { barPaths, fillTimes } from './native-config.ts';
import { barsOf, feedOf, play } from './test-market.ts';
import type { Row } from './test-market.ts';

interface Wish {
  readonly step: number;
  readonly feed: number;
  readonly type: OrderType;
  readonly isBuy: boolean;
  readonly lots: number;
  /** Distances of limit and stop from the newest close, in ticks. */
  readonly limit: number;
  readonly stop: number;
  readonly exits: boolean;
  readonly reduceOnly: boolean;
  readonly timeInForce: 'GTC' | 'DAY' | 'IOC' | 'FOK';
  readonly group: boolean;
}

const steps = 30;
const tick = 0.01;

const row = fc.tuple(
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: 0, max: 500 }),
);

/** Bars around 100 that gap and wander, on the tick, never below 10. */
const market = fc.array(row, { minLength: steps, maxLength: steps }).map((moves) => {
  let last = 10_000;
  return moves.map(([gap, up, down, change, volume]): Row => {
    const open = Math.max(2000, last + gap);
    const close = Math.max(2000, open + change);
    last = close;
    return [open / 100, (Math.max(open, close) + up) / 100, (Math.min(open, close) - down) / 100, close / 100, volume];
  });
});

const wish: fc.Arbitrary<Wish> = fc.record({
  step: fc.integer({ min: 0, max: steps - 2 }),
  feed: fc.integer({ min: 0, max: 1 }),
  type: fc.constantFrom<OrderType>(
    'market',
    'market',
    'limit',
    'stop',
    'stop-limit',
    'trailing-stop',
    'trailing-stop-limit',
    'market-on-close',
    'market-on-open',
  ),
  isBuy: fc.boolean(),
  lots: fc.integer({ min: 1, max: 60 }),
  limit: fc.integer({ min: -400, max: 400 }),
  stop: fc.integer({ min: 1, max: 400 }),
  exits: fc.boolean(),
  reduceOnly: fc.boolean(),
  timeInForce: fc.constantFrom('GTC', 'GTC', 'DAY', 'IOC', 'FOK'),
  group: fc.boolean(),
});

const settings = fc.record({
  fillAt: fc.constantFrom(...fillTimes),
  insideBar: fc.constantFrom(...barPaths),
  positions: fc.constantFrom('netting', 'hedging'),
  leverage: fc.constantFrom(1, 1, 3),
  volumeShare: fc.constantFrom(null, 0.1),
  commission: fc.constantFrom(
    0,
    0.001,
    { perUnit: 0.013, minimum: 0.7 },
    { maker: -0.0001, taker: 0.0007, perOrder: 0.01 },
  ),
  slippage: fc.constantFrom(0, 0.0013, { model: 'fixed', amount: 0.05, limitToBar: true }),
  spread: fc.constantFrom(0, 0.0007),
  borrowRate: fc.constantFrom(0, 0.05),
  funding: fc.constantFrom(null, 0.0001),
});

const scenario = fc.record({
  first: market,
  second: market,
  wishes: fc.array(wish, { maxLength: 40 }),
  config: settings,
  lot: fc.constantFrom(1, 0.001),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const feedsOf = ({ first, second, lot }: Scenario, upTo = steps): Feed[] => [
  feedOf(sliceBars(barsOf(first), 0, upTo), { tick, lot }),
  feedOf(sliceBars(barsOf(second), 0, upTo), { tick, lot, id: 'other' }),
];

const requestOf = (
  { feed, type, isBuy, lots, limit, stop, exits, reduceOnly, timeInForce, group }: Wish,
  close: number,
  lot: number,
): OrderRequest => {
  const sign = isBuy ? 1 : -1;
  const at = (ticks: number): number => Math.round(close * 100 + ticks) / 100;
  const expected = type === 'limit' || type === 'stop-limit' ? limit : type === 'stop' ? sign * stop : 0;
  return {
    feed,
    type,
    side: isBuy ? 'buy' : 'sell',
    size: { quantity: lots * (lot === 1 ? 1 : 0.517) },
    ...(type.includes('limit') ? { limit: at(limit) } : {}),
    ...(type === 'stop' || type === 'stop-limit' ? { stop: at(sign * stop) } : {}),
    ...(type.startsWith('trailing') ? { trail: { amount: stop / 100 } } : {}),
    ...(exits ? { stopLoss: at(expected - sign * 150), takeProfit: at(expected + sign * 150) } : {}),
    ...(reduceOnly ? { reduceOnly } : {}),
    ...(group ? { ocoGroup: 'group' } : {}),
    timeInForce,
  };
};

/** Plays a scenario, calling `each` after the orders of every step. */
const run = (one: Scenario, { upTo = steps, each }: { upTo?: number; each?: (book: RuleBook) => void } = {}) => {
  const feeds = feedsOf(one, upTo);
  return play(feeds, { cash: 10_000, ...one.config }, (book, { step }) => {
    for (const wanted of one.wishes) {
      if (wanted.step === step) book.submit(requestOf(wanted, feeds[wanted.feed]!.bars.close[step]!, one.lot)); // two feeds of the same bars
    }
    each?.(book);
  });
};

const holds = (check: (one: Scenario) => void, numRuns = 150): void => {
  fc.assert(fc.property(scenario, check), { numRuns });
};

/** Money as whole quanta of 1e-8, as the ledger of 10,000 keeps it. */
const quanta = (amount: number): bigint => BigInt(Math.round(amount * 1e8));

describe('every run', () => {
  it('keeps books that add up to the last unit', () => {
    holds((one) => {
      const { book } = run(one);
      const { fills, commission, funding, borrow, marginInterest, dividends, shortfall } = book.log;
      let cash = quanta(10_000);
      for (const { side, quantity, price, commission: fee } of fills) {
        const value = BigInt(Math.round(price * 100)) * BigInt(Math.round(quantity * 1000)) * 1000n; // cents × thousandths
        cash += (side === 'buy' ? -value : value) - quanta(fee);
      }
      expect(quanta(book.cash)).toBe(
        cash - quanta(funding) - quanta(borrow) - quanta(marginInterest) + quanta(dividends) + quanta(shortfall),
      );
      expect(quanta(commission)).toBe(fills.reduce((sum, fill) => sum + quanta(fill.commission), 0n));
    });
  });

  it('explains its cash by its closed trades once it is flat', () => {
    holds((one) => {
      const { book } = run(one);
      if (book.openTrades?.().length !== 0) return;
      const { trades, funding, borrow, marginInterest, shortfall } = book.log;
      const profit = trades.reduce((sum, { pnl }) => sum + quanta(pnl), 0n);
      expect(quanta(book.cash)).toBe(
        quanta(10_000) + profit - quanta(funding) - quanta(borrow) - quanta(marginInterest) + quanta(shortfall),
      );
    });
  });

  it('has at each step an equity of cash and marked positions, never below zero', () => {
    holds((one) => {
      let last = NaN;
      const { book } = run(one, {
        each: (b) => {
          const unrealized = b.position(0).unrealized + b.position(1).unrealized;
          const cost = [0, 1].reduce((sum, feed) => sum + b.position(feed).quantity * b.position(feed).averagePrice, 0);
          if (one.config.positions === 'netting') expect(b.equity).toBeCloseTo(b.cash + cost + unrealized, 6);
          last = b.equity;
        },
      });
      expect(Math.min(...book.log.equity)).toBeGreaterThanOrEqual(0);
      expect(Number.isNaN(last)).toBe(book.log.equity.length === 0);
      if (!book.ruined) expect(book.log.equity.at(-1)).toBe(book.equity);
    });
  });

  it('fills inside the bar, but for costs', () => {
    holds((one) => {
      const {
        book,
        market: { feeds },
      } = run({ ...one, config: { ...one.config, slippage: 0, spread: 0 } });
      for (const { feed, bar, price } of book.log.fills) {
        const { low, high } = feeds[feed]!.bars; // a fill names its feed
        expect(price).toBeGreaterThanOrEqual(low[bar]! - 1e-9); // and its bar
        expect(price).toBeLessThanOrEqual(high[bar]! + 1e-9);
      }
    });
  });

  it('never fills a limit worse than its limit, nor a stop better than its stop', () => {
    holds((one) => {
      const { book, orders } = run(one);
      for (const { order: id, side, price } of book.log.fills) {
        const { type, limit, stop, request } = orders[id]!; // ids are places in the log
        const sign = side === 'buy' ? 1 : -1;
        if (limit !== null && type !== 'trailing-stop-limit') expect(sign * (limit - price)).toBeGreaterThanOrEqual(0);
        // What a bar's volume left of a triggered stop goes on as a market order.
        if (stop !== null && type === 'stop' && request.trail === undefined && one.config.volumeShare === null)
          expect(sign * (price - stop)).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it('closes first in first out as much as it opens: the quantities of fills and trades add up', () => {
    holds((one) => {
      const { book } = run(one);
      for (const feed of [0, 1]) {
        const net = book.log.fills
          .filter((fill) => fill.feed === feed)
          .reduce((sum, { side, quantity }) => sum + (side === 'buy' ? 1 : -1) * Math.round(quantity * 1000), 0);
        const thousandths = ({ side, quantity }: Trade): number =>
          (side === 'long' ? 1 : -1) * Math.round(quantity * 1000);
        const trades = book.log.trades.filter((trade) => trade.feed === feed);
        const open = trades.filter(({ exitBar }) => exitBar === null);
        expect(open.reduce((sum, trade) => sum + thousandths(trade), 0)).toBe(net);
        expect(Math.round(book.position(feed).quantity * 1000)).toBe(net);
        const traded = book.log.fills
          .filter((fill) => fill.feed === feed)
          .reduce((sum, { quantity }) => sum + Math.round(quantity * 1000), 0);
        const halves = trades.reduce(
          (sum, trade) => sum + Math.abs(thousandths(trade)) * (trade.exitBar === null ? 1 : 2),
          0,
        );
        expect(halves).toBe(traded);
      }
    });
  });

  it('never lets a reduce-only order make a position larger, or turn it', () => {
    holds((one) => {
      const { book, orders } = run({ ...one, config: { ...one.config, positions: 'netting' } });
      const held = [0, 0];
      for (const { order, feed, side, quantity } of book.log.fills) {
        const before = held[feed]!; // two feeds
        const after = before + (side === 'buy' ? 1 : -1) * Math.round(quantity * 1000);
        held[feed] = after;
        if (orders[order]?.request.reduceOnly !== true) continue;
        expect(Math.abs(after)).toBeLessThan(Math.abs(before));
        expect(after * before).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it('knows nothing of the future: its first steps are the same whatever comes after them', () => {
    fc.assert(
      fc.property(scenario, fc.integer({ min: 2, max: steps - 1 }), (one, upTo) => {
        const whole = run(one).book.log;
        const part = run(one, { upTo }).book.log;
        expect([...part.equity]).toEqual([...whole.equity].slice(0, upTo));
        expect(part.fills).toEqual(whole.fills.filter(({ step }) => step < upTo));
        expect([...part.exposed]).toEqual([...whole.exposed].slice(0, upTo));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same when run again', () => {
    holds((one) => {
      const { news: _, ...first } = run(one).book.log;
      const { news: __, ...second } = run(one).book.log;
      expect(first).toEqual(second);
    }, 60);
  });

  it('leaves each order in a state that its fills explain', () => {
    holds((one) => {
      const { book, orders } = run(one);
      const filled = orders.map(() => 0);
      for (const { order, quantity } of book.log.fills) filled[order]! += Math.round(quantity * 1000); // ids are places in the log
      orders.forEach(({ id, status, quantity, filledQuantity, reason, fillPrice }) => {
        expect(Math.round(filledQuantity * 1000)).toBe(filled[id]);
        if (status === 'filled') expect(filledQuantity).toBe(quantity);
        if (status === 'rejected') expect(filledQuantity).toBe(0);
        if (status === 'rejected' || status === 'cancelled' || status === 'expired') expect(reason).toMatch(/\S\.$/);
        expect(fillPrice === null).toBe(filledQuantity === 0);
      });
      const open = orders.filter(
        ({ status }) => status === 'waiting' || status === 'held' || status === 'partly-filled',
      );
      expect(book.openOrders()).toEqual(open);
    });
  });
});
