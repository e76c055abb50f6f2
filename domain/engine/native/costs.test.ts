/** What trading and holding cost: spread, slippage, commission, funding, interest, splits and dividends. */

import { describe, expect, it } from 'vitest';
import type { RuleBook } from '../rule-book.ts';
import { ask, barsOf, dayMs, feedOf, play, startTime } from './test-market.ts';
import type { FeedOptions, Row } from './test-market.ts';

const first: Row = [100, 101, 99, 100];
const calm: Row = [100, 102, 99, 100];

const run = (
  config: object,
  script: Readonly<Record<number, (book: RuleBook) => void>>,
  rows: readonly Row[] = [calm, calm],
  options: FeedOptions = {},
) => play([feedOf(barsOf([first, ...rows]), options)], { cash: 100_000, ...config }, script).book;

const roundTrip = {
  0: (b: RuleBook) => void b.submit(ask('buy', 10)),
  1: (b: RuleBook) => void b.submit(ask('sell', 10)),
};
const prices = (book: RuleBook) => book.log.fills.map(({ price }) => price);
const fees = (book: RuleBook) => book.log.fills.map(({ commission }) => commission);

describe('the price paid', () => {
  it.each<[string, object, number[]]>([
    ['is the price itself without costs', {}, [100, 100]],
    ['has half the spread on each side, in currency', { spread: { amount: 0.5 } }, [100.25, 99.75]],
    ['has half the spread on each side, as a fraction', { spread: 0.002 }, [100.1, 99.9]],
    ['has fixed slippage', { slippage: { model: 'fixed', amount: 0.3 } }, [100.3, 99.7]],
    ['has slippage in percent', { slippage: 0.01 }, [101, 99]],
    [
      'has slippage by its share of the volume',
      { slippage: { model: 'volume-share', impact: 0.5, exponent: 1 } },
      [100.5, 99.5],
    ],
    [
      'has slippage by the square of its share',
      { slippage: { model: 'volume-share', impact: 0.5, exponent: 2 } },
      [100.01, 99.99],
    ],
    ['may leave the bar', { slippage: { model: 'fixed', amount: 5 } }, [105, 95]],
    ['stays in the bar when told to', { slippage: { model: 'fixed', amount: 5, limitToBar: true } }, [102, 99]],
    [
      'adds spread and slippage',
      { spread: { amount: 0.5 }, slippage: { model: 'fixed', amount: 0.3 } },
      [100.55, 99.45],
    ],
    ['is rounded to the tick that costs more', { slippage: 0.00012 }, [100.02, 99.98]],
  ])('%s', (_, config, expected) => {
    expect(prices(run(config, roundTrip))).toEqual(expected);
  });

  it('of a limit order is never worse than its limit, whatever the costs', () => {
    const costly = { slippage: 0.05, spread: 0.02 };
    expect(prices(run(costly, { 0: (b) => void b.submit(ask('buy', 1, { type: 'limit', limit: 99.5 })) }))).toEqual([
      99.5,
    ]);
    expect(prices(run(costly, { 0: (b) => void b.submit(ask('buy', 1, { type: 'limit', limit: 101 })) }))).toEqual([
      101,
    ]);
  });

  it('of a stop order has the costs of a taker', () => {
    expect(
      prices(
        run(
          { slippage: { model: 'fixed', amount: 0.3 } },
          { 0: (b) => void b.submit(ask('buy', 1, { type: 'stop', stop: 101 })) },
        ),
      ),
    ).toEqual([101.3]);
  });
});

describe('commission', () => {
  it.each<[string, object | number, number[]]>([
    ['by value', 0.001, [1, 1]],
    ['by unit', { perUnit: 0.05 }, [0.5, 0.5]],
    ['by order', { perOrder: 2 }, [2, 2]],
    ['added up', { rate: 0.001, perUnit: 0.05, perOrder: 2 }, [3.5, 3.5]],
    ['with a minimum', { perUnit: 0.005, minimum: 1 }, [1, 1]],
    ['with a maximum', { rate: 0.01, maximum: 3 }, [3, 3]],
    [
      'with a maximum in percent that wins over the minimum',
      { perUnit: 0.005, minimum: 10, maximumFraction: 0.005 },
      [5, 5],
    ],
    ['of a rebate', { maker: -0.0001, taker: -0.001 }, [-1, -1]],
    [
      'by a table over the run',
      {
        tiers: {
          by: 'quantity',
          over: 'run',
          table: [
            { from: 0, perUnit: 1 },
            { from: 10, perUnit: 0.5 },
          ],
        },
      },
      [10, 5],
    ],
    [
      'by a table over the month, by value',
      {
        tiers: {
          by: 'value',
          over: 'month',
          table: [
            { from: 0, rate: 0.01 },
            { from: 1000, rate: 0.005 },
          ],
        },
      },
      [10, 5],
    ],
    [
      'by a table over each order',
      {
        tiers: {
          by: 'quantity',
          over: 'order',
          table: [
            { from: 0, perUnit: 1 },
            { from: 5, perUnit: 0.5 },
          ],
        },
      },
      [10, 10],
    ],
  ])('%s', (_, commission, expected) => {
    const book = run({ commission }, roundTrip);
    expect(fees(book)).toEqual(expected);
    expect(book.log.commission).toBe(expected.reduce((sum, fee) => sum + fee));
    expect(book.cash).toBe(100_000 - book.log.commission);
  });

  it('is judged for affordability by the rate that holds by then', () => {
    const tiers = {
      by: 'quantity',
      over: 'run',
      table: [
        { from: 0, rate: 0.5 },
        { from: 1, rate: 0 },
      ],
    };
    const book = run(
      { commission: { tiers }, cash: 1150 },
      { 0: (b) => void b.submit(ask('buy', 1)), 1: (b) => void b.submit(ask('buy', 10)) },
    );
    expect(book.log.orders.map(({ status }) => status)).toEqual(['filled', 'filled']);
  });

  it('of a limit order that will wait is judged as a maker pays it', () => {
    const book = run(
      { commission: { maker: 0, taker: 0.01 }, cash: 990 },
      { 0: (b) => void b.submit(ask('buy', 10, { type: 'limit', limit: 99 })) },
    );
    expect(book.log.orders[0]?.status).toBe('filled');
  });

  it('starts its table anew with each month', () => {
    const rows = Array.from({ length: 40 }, (): Row => calm);
    const buy = (b: RuleBook) => void b.submit(ask('buy', 10));
    const book = run(
      {
        commission: {
          tiers: {
            by: 'quantity',
            table: [
              { from: 0, perUnit: 1 },
              { from: 10, perUnit: 0.5 },
            ],
          },
        },
      },
      { 0: buy, 1: buy, 35: buy },
      rows,
    );
    expect(fees(book)).toEqual([10, 5, 10]);
  });

  it('bounds an order as a whole, not each of its parts', () => {
    const rows: Row[] = [
      [100, 102, 99, 100, 60],
      [100, 102, 99, 100, 60],
    ];
    expect(
      fees(
        run(
          { commission: { perUnit: 0.1, minimum: 1 }, volumeShare: 0.1 },
          { 0: (b) => void b.submit(ask('buy', 12)) },
          rows,
        ),
      ),
    ).toEqual([1, 0.2]);
    expect(
      fees(run({ commission: { perOrder: 3 }, volumeShare: 0.1 }, { 0: (b) => void b.submit(ask('buy', 12)) }, rows)),
    ).toEqual([3, 0]);
  });

  it('tells makers from takers', () => {
    const commission = { maker: 0.001, taker: 0.002 };
    const limit = (price: number) => ({
      0: (b: RuleBook) => void b.submit(ask('buy', 1, { type: 'limit', limit: price })),
    });
    expect(fees(run({ commission }, limit(99)))).toEqual([0.099]);
    expect(fees(run({ commission }, limit(101)))).toEqual([0.2]);
    expect(fees(run({ commission }, limit(95), [calm, [90, 91, 89, 90]]))).toEqual([0.09]);
  });

  it('is divided over the trades that share a fill', () => {
    const book = run(
      { commission: { perOrder: 1 } },
      {
        0: (b) => {
          b.submit(ask('buy', 1));
          b.submit(ask('buy', 2));
        },
        1: (b) => void b.submit(ask('sell', 3)),
      },
    );
    expect(book.log.trades.map(({ quantity, commission, pnl }) => [quantity, commission, pnl])).toEqual(
      [
        [1, 1.33333333, -1.33333333],
        [2, 1.66666667, -1.66666667],
      ].map((row) => row.map((value) => expect.closeTo(value, 6))),
    );
    expect(book.log.trades.reduce((sum, { pnl }) => sum + pnl, 0)).toBeCloseTo(-3, 10);
  });
});

describe('funding', () => {
  const hours = (count: number) => Array.from({ length: count }, (): Row => calm);
  const hourly = (config: object, side: 'buy' | 'sell', count: number) =>
    play(
      [feedOf(barsOf([first, ...hours(count)], { stepMs: 3_600_000 }))],
      { cash: 100_000, ...config },
      { 0: (b) => void b.submit(ask(side, 10)) },
    ).book;

  it('is paid by longs to shorts at each full interval', () => {
    expect(hourly({ funding: 0.0001 }, 'buy', 7).log.funding).toBe(0);
    expect(hourly({ funding: 0.0001 }, 'buy', 8).log.funding).toBe(0.1);
    expect(hourly({ funding: 0.0001 }, 'buy', 24).log.funding).toBeCloseTo(0.3, 12);
    const short = hourly({ funding: 0.0001 }, 'sell', 8);
    expect(short.log.funding).toBe(-0.1);
    expect(short.equity).toBe(100_000.1);
  });

  it('takes all intervals that a longer bar covers', () => {
    expect(run({ funding: 0.0001 }, { 0: (b) => void b.submit(ask('buy', 10)) }).log.funding).toBeCloseTo(0.3, 12);
  });

  it('takes known rates at their times', () => {
    const table = [
      [startTime, 0.5],
      [startTime + dayMs + 1, 0.001],
      [startTime + 2 * dayMs, -0.0004],
    ];
    expect(run({ funding: { table } }, { 0: (b) => void b.submit(ask('buy', 10)) }).log.funding).toBeCloseTo(0.6, 12);
  });
});

describe('interest', () => {
  it('is paid on shorts by calendar days', () => {
    const book = run({ borrowRate: 0.0365 }, { 0: (b) => void b.submit(ask('sell', 10)) }, [calm, calm, calm]);
    expect(book.log.borrow).toBeCloseTo(0.2, 12);
    expect(book.equity).toBeCloseTo(99_999.8, 9);
  });

  it('is paid on negative cash', () => {
    const book = run({ marginRate: 0.0365, leverage: 2, cash: 1000 }, { 0: (b) => void b.submit(ask('buy', 20)) }, [
      calm,
      calm,
    ]);
    expect(book.log.marginInterest).toBeCloseTo(0.1, 12);
  });

  it('counts the days that no bar covers', () => {
    const bars = barsOf([first, calm, calm]);
    bars.time[2] = startTime + 4 * dayMs; // over a weekend
    const { book } = play([feedOf(bars)], { borrowRate: 0.0365 }, { 0: (b) => void b.submit(ask('sell', 10)) });
    expect(book.log.borrow).toBeCloseTo(0.3, 12);
  });
});

describe('corporate actions', () => {
  const halved: Row[] = [calm, [50, 51, 49.5, 50], [50, 51, 49.5, 50]];
  const split = { actions: [{ type: 'split', time: startTime + 2 * dayMs, ratio: 2 } as const] };

  it('a split doubles the units at half the price, and changes no equity', () => {
    const book = run({}, { 0: (b) => void b.submit(ask('buy', 10)) }, halved, split);
    expect(book.position(0)).toMatchObject({ quantity: 20, averagePrice: 50, unrealized: 0 });
    expect([...book.log.equity]).toEqual([100_000, 100_000, 100_000, 100_000]);
  });

  it('a split moves the waiting orders with the price', () => {
    const book = run(
      {},
      {
        0: (b) => void b.submit(ask('buy', 10, { stopLoss: 97, takeProfit: 110 })),
        1: (b) => void b.submit(ask('sell', 4, { type: 'trailing-stop', trail: { amount: 10 }, stop: 80 })),
      },
      halved,
      split,
    );
    expect(book.openOrders().map(({ quantity, stop, limit }) => [quantity, stop, limit])).toEqual([
      [20, 48.5, null],
      [20, null, 55],
      [8, 46, null],
    ]);
    expect(book.openTrades?.()[0]).toMatchObject({ quantity: 20, stopLoss: 48.5, takeProfit: 55 });
  });

  it('a reverse split settles fractions in cash', () => {
    const actions = [{ type: 'split', time: startTime + 2 * dayMs, ratio: 0.1 } as const];
    const rows: Row[] = [calm, [1000, 1010, 995, 1000]];
    const book = run(
      {},
      {
        0: (b) => {
          b.submit(ask('buy', 18));
          b.submit(ask('buy', 7));
        },
      },
      rows,
      { actions },
    );
    expect(book.position(0)).toMatchObject({ quantity: 2, averagePrice: 1000 });
    expect(book.cash).toBe(100_000 - 2500 + 500);
    expect(book.equity).toBe(100_000);
    expect(book.log.trades).toMatchObject([
      { quantity: 0.5, entryPrice: 1000, exitPrice: 1000, exitBar: 2, pnl: 0 },
      { quantity: 1, exitBar: null, pnl: 0 },
      { quantity: 1, exitBar: null, pnl: 0 },
    ]);
  });

  it('a dividend is paid to longs and charged to shorts', () => {
    const actions = [{ type: 'dividend', time: startTime + 2 * dayMs, amount: 0.5 } as const];
    const long = run({}, { 0: (b) => void b.submit(ask('buy', 10)) }, [calm, calm], { actions });
    expect(long.log.dividends).toBe(5);
    expect(long.cash).toBe(99_005);
    const short = run({}, { 0: (b) => void b.submit(ask('sell', 10)) }, [calm, calm], { actions });
    expect(short.log.dividends).toBe(-5);
  });

  it('an action between two bars takes effect with the next one', () => {
    const actions = [{ type: 'dividend', time: startTime + dayMs + 1, amount: 0.5 } as const];
    expect(run({}, { 0: (b) => void b.submit(ask('buy', 10)) }, [calm, calm], { actions }).log.dividends).toBe(5);
  });

  it('a dividend of the day on which one buys goes to the seller', () => {
    const actions = [{ type: 'dividend', time: startTime + dayMs, amount: 0.5 } as const];
    expect(run({}, { 0: (b) => void b.submit(ask('buy', 10)) }, [calm, calm], { actions }).log.dividends).toBe(0);
  });
});
