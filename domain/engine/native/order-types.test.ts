/** Each order type against bars written by hand: when it fills, at which price, under which policy. */

import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '../order.ts';
import { ask, barsOf, feedOf, play } from './test-market.ts';
import type { Row } from './test-market.ts';

/** The bar after which the order is made: it closes at 100. */
const first: Row = [100, 101, 99, 100];
/** An ordinary bar, a gap up, a gap down. */
const calm: Row = [101, 106, 96, 103];
const gapUp: Row = [110, 112, 108, 111];
const gapDown: Row = [90, 93, 88, 91];

const filled = (request: OrderRequest, rows: readonly Row[], config: object = {}) => {
  const { book } = play(
    [feedOf(barsOf([first, ...rows]))],
    { leverage: 10, ...config },
    { 0: (b) => void b.submit(request) },
  );
  const [fill] = book.log.fills;
  return fill === undefined ? (book.log.orders[0]?.status ?? null) : [fill.bar, fill.price];
};

describe('with fills at the next open', () => {
  it.each<[string, OrderRequest, Row[], unknown]>([
    ['a market buy', ask('buy', 1), [calm], [1, 101]],
    ['a market sell', ask('sell', 1), [gapDown], [1, 90]],
    ['a buy limit below the open', ask('buy', 1, { type: 'limit', limit: 97 }), [calm], [1, 97]],
    ['a buy limit at the low', ask('buy', 1, { type: 'limit', limit: 96 }), [calm], [1, 96]],
    ['a buy limit under the low', ask('buy', 1, { type: 'limit', limit: 95.99 }), [calm], 'waiting'],
    ['a buy limit over which the price gaps down', ask('buy', 1, { type: 'limit', limit: 97 }), [gapDown], [1, 90]],
    ['a buy limit in a later bar', ask('buy', 1, { type: 'limit', limit: 97 }), [gapUp, calm], [2, 97]],
    ['a sell limit above the open', ask('sell', 1, { type: 'limit', limit: 105 }), [calm], [1, 105]],
    ['a sell limit over which the price gaps up', ask('sell', 1, { type: 'limit', limit: 105 }), [gapUp], [1, 110]],
    ['a buy stop', ask('buy', 1, { type: 'stop', stop: 105 }), [calm], [1, 105]],
    ['a buy stop over which the price gaps up', ask('buy', 1, { type: 'stop', stop: 105 }), [gapUp], [1, 110]],
    ['a buy stop above the high', ask('buy', 1, { type: 'stop', stop: 106.01 }), [calm], 'waiting'],
    ['a sell stop', ask('sell', 1, { type: 'stop', stop: 97 }), [calm], [1, 97]],
    ['a sell stop over which the price gaps down', ask('sell', 1, { type: 'stop', stop: 97 }), [gapDown], [1, 90]],
    [
      'a stop-limit whose limit holds the trigger',
      ask('buy', 1, { type: 'stop-limit', stop: 105, limit: 105.5 }),
      [calm],
      [1, 105],
    ],
    [
      'a stop-limit whose limit is below its trigger, reached by the close',
      ask('buy', 1, { type: 'stop-limit', stop: 105, limit: 104 }),
      [calm],
      [1, 104],
    ],
    [
      'a stop-limit whose limit is below all that is certain after the trigger',
      ask('buy', 1, { type: 'stop-limit', stop: 105, limit: 98 }),
      [calm, gapUp],
      'waiting',
    ],
    [
      'a triggered stop-limit in a later bar',
      ask('buy', 1, { type: 'stop-limit', stop: 105, limit: 98 }),
      [calm, calm],
      [2, 98],
    ],
    [
      'a stop-limit that gaps over both',
      ask('buy', 1, { type: 'stop-limit', stop: 105, limit: 106 }),
      [gapUp],
      'waiting',
    ],
    [
      'a stop-limit that gaps over its stop alone',
      ask('buy', 1, { type: 'stop-limit', stop: 105, limit: 111 }),
      [gapUp],
      [1, 110],
    ],
    ['a sell stop-limit', ask('sell', 1, { type: 'stop-limit', stop: 97, limit: 96.5 }), [calm], [1, 97]],
    ['a market-on-open', ask('buy', 1, { type: 'market-on-open' }), [calm], [1, 101]],
    ['a market-on-close', ask('buy', 1, { type: 'market-on-close' }), [calm], [1, 103]],
  ])('%s', (_, request, rows, expected) => {
    expect(filled(request, rows)).toEqual(expected);
  });
});

describe('with fills at the same close', () => {
  it.each<[string, OrderRequest, unknown]>([
    ['a market order fills at the close of the bar that made it', ask('buy', 1), [0, 100]],
    ['a limit that the close satisfies fills at that close', ask('buy', 1, { type: 'limit', limit: 104 }), [0, 100]],
    ['a stop that the close has passed fills at that close', ask('buy', 1, { type: 'stop', stop: 98 }), [0, 100]],
    ['another limit waits for the next bar', ask('buy', 1, { type: 'limit', limit: 97 }), [1, 97]],
    ['another stop waits for the next bar', ask('buy', 1, { type: 'stop', stop: 105 }), [1, 105]],
    ['a market-on-close fills at the next close', ask('buy', 1, { type: 'market-on-close' }), [1, 103]],
    ['a market-on-open fills at the next open', ask('buy', 1, { type: 'market-on-open' }), [1, 101]],
  ])('%s', (_, request, expected) => {
    expect(filled(request, [calm], { fillAt: 'same-close' })).toEqual(expected);
  });

  it('protective orders start with the next bar', () => {
    const { book } = play(
      [feedOf(barsOf([[100, 130, 70, 100], calm]))],
      { fillAt: 'same-close' },
      {
        0: (b) => void b.submit(ask('buy', 1, { stopLoss: 97, takeProfit: 105 })),
      },
    );
    expect(book.log.fills.map(({ bar, price }) => [bar, price])).toEqual([
      [0, 100],
      [1, 97],
    ]);
  });
});

describe('with fills at the next close', () => {
  it.each<[string, OrderRequest, unknown]>([
    ['a market order fills at the close of the next bar', ask('buy', 1), [1, 103]],
    ['a limit is live in all of the next bar', ask('buy', 1, { type: 'limit', limit: 97 }), [1, 97]],
    ['a stop is live in all of the next bar', ask('buy', 1, { type: 'stop', stop: 105 }), [1, 105]],
    ['a market-on-open still fills at the open', ask('buy', 1, { type: 'market-on-open' }), [1, 101]],
  ])('%s', (_, request, expected) => {
    expect(filled(request, [calm], { fillAt: 'next-close' })).toEqual(expected);
  });
});

describe('a trailing stop', () => {
  const long = (rows: readonly Row[], trail: object, config: object = {}) => {
    const { book } = play(
      [feedOf(barsOf([first, ...rows]))],
      { fillAt: 'same-close', ...config },
      {
        0: (b) => {
          b.submit(ask('buy', 1));
          b.submit(ask('sell', 1, { type: 'trailing-stop', ...trail }));
        },
      },
    );
    return { fills: book.log.fills.slice(1).map(({ bar, price }) => [bar, price]), order: book.log.orders[1] };
  };

  it('starts at its distance from the newest close', () => {
    expect(long([[100, 100.5, 99.5, 100]], { trail: { amount: 3 } }).order?.stop).toBe(97.5);
    expect(long([[100, 100, 97.01, 99]], { trail: { amount: 3 } }).fills).toEqual([]);
    expect(long([[100, 100, 97, 99]], { trail: { amount: 3 } }).fills).toEqual([[1, 97]]);
  });

  it('derives its level in a pessimistic bar from the bars before it', () => {
    // Bar 1 reaches 110; its low of 98 does not touch 97, and the level becomes 107 for bar 2.
    expect(
      long(
        [
          [101, 110, 98, 109],
          [108, 109, 106, 108],
        ],
        { trail: { amount: 3 } },
      ).fills,
    ).toEqual([[2, 107]]);
  });

  it('fills at the open when the price gaps through its moved level', () => {
    expect(
      long(
        [
          [101, 110, 98, 105],
          [105, 106, 104, 105],
        ],
        { trail: { amount: 3 } },
      ).fills,
    ).toEqual([[2, 105]]);
  });

  it('never moves back', () => {
    const { order, fills } = long(
      [
        [101, 110, 108, 109],
        [109, 109.5, 107.5, 108],
        [108, 109, 107, 108],
      ],
      { trail: { amount: 3 } },
    );
    expect(fills).toEqual([[3, 107]]);
    expect(order?.stop).toBe(107);
  });

  it('follows by a fraction of the price', () => {
    expect(
      long(
        [
          [101, 110, 100, 109],
          [108, 109, 99, 100],
        ],
        { trail: { fraction: 0.05 } },
      ).fills,
    ).toEqual([[2, 104.5]]);
  });

  it('honours a first stop that is nearer than its distance', () => {
    expect(long([[100, 100, 98, 99]], { trail: { amount: 5 }, stop: 99 }).fills).toEqual([[1, 99]]);
  });

  it('follows the path inside the bar where the policy knows one', () => {
    // O 101, H 110 moves the stop to 107, which the way down to the low meets.
    expect(long([[101, 110, 98, 109]], { trail: { amount: 3 } }, { insideBar: 'ohlc-path' }).fills).toEqual([[1, 107]]);
    // O 101, L 98.5 (stop 98), H 110 (stop 107), C 109.
    expect(long([[101, 110, 98.5, 109]], { trail: { amount: 3 } }, { insideBar: 'olhc-path' }).fills).toEqual([]);
    expect(long([[101, 110, 98, 106]], { trail: { amount: 3 } }, { insideBar: 'olhc-path' }).fills).toEqual([[1, 98]]);
  });

  it('of a short follows the price down', () => {
    const { book } = play(
      [feedOf(barsOf([first, [99, 100, 90, 92], [92, 95, 91, 94]]))],
      { fillAt: 'same-close' },
      {
        0: (b) => {
          b.submit(ask('sell', 1));
          b.submit(ask('buy', 1, { type: 'trailing-stop', trail: { amount: 3 } }));
        },
      },
    );
    expect(book.log.fills.map(({ bar, price }) => [bar, price])).toEqual([
      [0, 100],
      [2, 93],
    ]);
  });

  it('with a limit keeps the distance between its stop and its limit', () => {
    const { order, fills } = long(
      [
        [101, 110, 100, 109],
        [108, 109, 106, 107],
      ],
      { type: 'trailing-stop-limit', trail: { amount: 3 }, limit: 96.5 },
    );
    expect(order).toMatchObject({ stop: 107, limit: 106.5, status: 'filled' });
    expect(fills).toEqual([[2, 107]]);
  });
});

describe('prices off the grid', () => {
  it('are moved away from the market: a buy limit down, a sell limit up, a buy stop up, a sell stop down', () => {
    const feed = feedOf(barsOf([first, calm]), { tick: 0.5 });
    const { orders } = play(
      [feed],
      { leverage: 10 },
      {
        0: (b) => {
          b.submit(ask('buy', 1, { type: 'limit', limit: 90.7 }));
          b.submit(ask('sell', 1, { type: 'limit', limit: 120.2 }));
          b.submit(ask('buy', 1, { type: 'stop', stop: 120.2 }));
          b.submit(ask('sell', 1, { type: 'stop', stop: 90.7 }));
        },
      },
    );
    expect(orders.map(({ limit, stop }) => limit ?? stop)).toEqual([90.5, 120.5, 120.5, 90.5]);
  });

  it('of bars are paid on the next tick that costs more', () => {
    const rows: Row[] = [first, [100.3, 101, 99, 100], [100.3, 101, 99, 100]];
    const { book } = play(
      [feedOf(barsOf(rows), { tick: 0.5 })],
      {},
      { 0: (b) => void b.submit(ask('buy', 1)), 1: (b) => void b.submit(ask('sell', 1)) },
    );
    expect(book.log.fills.map(({ price }) => price)).toEqual([100.5, 100]);
  });
});

describe('an order that makes no sense is rejected with a reason', () => {
  it.each<[string, OrderRequest, RegExp]>([
    ['a quantity of NaN', ask('buy', NaN), /not a number above 0/],
    ['a negative quantity', ask('buy', -1), /not a number above 0/],
    ['less than a lot', ask('buy', 0.5), /below one lot of 1/],
    ['a limit order without a limit', ask('buy', 1, { type: 'limit' }), /needs a limit price/],
    ['a stop order without a stop', ask('buy', 1, { type: 'stop' }), /needs a stop price/],
    ['a quantity beyond counting', ask('buy', 1e300), /counted exactly/],
    ['a limit beyond counting', ask('buy', 1, { type: 'limit', limit: 1e300 }), /needs a limit price/],
    ['a stop-loss beyond counting', ask('sell', 1, { stopLoss: 1e300 }), /Protective price/],
    [
      'a distance that is larger than the price',
      ask('sell', 1, { type: 'trailing-stop', trail: { amount: 200 } }),
      /known price above its distance/,
    ],
    ['a limit of NaN', ask('buy', 1, { type: 'limit', limit: NaN }), /needs a limit price/],
    ['a trailing stop without a distance', ask('buy', 1, { type: 'trailing-stop' }), /needs a distance/],
    ['a trailing fraction of 1', ask('buy', 1, { type: 'trailing-stop', trail: { fraction: 1 } }), /needs a distance/],
    ['GTD without a time', ask('buy', 1, { timeInForce: 'GTD' }), /needs the time/],
    ['GTD in the past', ask('buy', 1, { timeInForce: 'GTD', expiresAt: 5 }), /expires before/],
    ['a post-only market order', ask('buy', 1, { postOnly: true }), /Post-only is for limit/],
    ['a stop-loss above a buy', ask('buy', 1, { stopLoss: 101 }), /stop-loss 101 must be below the expected entry 100/],
    [
      'a take-profit below a buy',
      ask('buy', 1, { takeProfit: 99 }),
      /take-profit 99 must be above the expected entry 100/,
    ],
    ['a stop-loss below a sell', ask('sell', 1, { stopLoss: 99 }), /must be above/],
    [
      'a stop-loss above a buy limit',
      ask('buy', 1, { type: 'limit', limit: 95, stopLoss: 96 }),
      /must be below the expected entry 95/,
    ],
    ['a feed that is not there', ask('buy', 1, { feed: 7 }), /no feed 7/],
    ['a parent that is not there', ask('buy', 1, { parent: 99 }), /no order 99/],
    ['a trade that is not there', ask('sell', 1, { closesTrade: 3 }), /no open trade 3/],
    ['reduce-only without a position', ask('sell', 1, { reduceOnly: true }), /no position to reduce/],
  ])('%s', (_, request, reason) => {
    const { book, orders } = play([feedOf(barsOf([first, calm]))], {}, { 0: (b) => void b.submit(request) });
    expect(orders).toEqual([expect.objectContaining({ status: 'rejected', reason: expect.stringMatching(reason) })]);
    expect(book.log.fills).toEqual([]);
    expect(book.log.news).toEqual([{ type: 'order', order: orders[0] }]);
  });
});
