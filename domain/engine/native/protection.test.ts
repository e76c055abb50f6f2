/** Orders that depend on others: brackets, one-cancels-other, parents and children, reduce-only; and the policies inside a bar. */

import { describe, expect, it } from 'vitest';
import type { RuleBook } from '../rule-book.ts';
import { ask, barsOf, feedOf, play } from './test-market.ts';
import type { Row } from './test-market.ts';

const first: Row = [100, 101, 99, 100];

const run = (rows: readonly Row[], script: Readonly<Record<number, (book: RuleBook) => void>>, config: object = {}) => {
  const { book, orders } = play([feedOf(barsOf([first, ...rows]))], { cash: 100_000, ...config }, script);
  return {
    book,
    orders,
    fills: book.log.fills.map(({ order, bar, side, quantity, price }) => [order, bar, side, quantity, price]),
  };
};

/** Buys ten at the open of bar 1, protected at 97 and 105. */
const bracket = (book: RuleBook) => void book.submit(ask('buy', 10, { stopLoss: 97, takeProfit: 105 }));

describe('a bracket', () => {
  it.each<[string, Row[], string, unknown[]]>([
    ['stops out', [[100, 102, 96, 98]], 'pessimistic', [[1, 1, 'sell', 10, 97]]],
    ['takes its profit', [[100, 106, 98, 104]], 'pessimistic', [[2, 1, 'sell', 10, 105]]],
    ['stops out when a pessimistic bar touches both', [[100, 106, 96, 104]], 'pessimistic', [[1, 1, 'sell', 10, 97]]],
    ['takes its profit first on the way O-H-L-C', [[100, 106, 96, 104]], 'ohlc-path', [[2, 1, 'sell', 10, 105]]],
    ['stops out first on the way O-L-H-C', [[100, 106, 96, 104]], 'olhc-path', [[1, 1, 'sell', 10, 97]]],
    ['without finer bars is matched pessimistically', [[100, 106, 96, 104]], 'finer-bars', [[1, 1, 'sell', 10, 97]]],
    [
      'stops out in a later bar',
      [
        [100, 102, 98, 101],
        [101, 102, 97, 98],
      ],
      'pessimistic',
      [[1, 2, 'sell', 10, 97]],
    ],
    [
      'stops out at the open of a gap',
      [
        [100, 102, 98, 101],
        [95, 96, 94, 95],
      ],
      'pessimistic',
      [[1, 2, 'sell', 10, 95]],
    ],
    [
      'takes its profit at the open of a gap',
      [
        [100, 102, 98, 101],
        [108, 109, 96, 100],
      ],
      'pessimistic',
      [[2, 2, 'sell', 10, 108]],
    ],
    [
      'whose entry gaps below its stop-loss is stopped out at once',
      [[95, 99, 94, 98]],
      'pessimistic',
      [[1, 1, 'sell', 10, 95]],
    ],
    [
      'whose entry gaps above its take-profit is closed at once',
      [[106, 107, 104, 105]],
      'pessimistic',
      [[2, 1, 'sell', 10, 106]],
    ],
    ['waits while neither is touched', [[100, 104.99, 97.01, 101]], 'pessimistic', []],
  ])('%s', (_, rows, insideBar, exits) => {
    const { fills, orders, book } = run(rows, { 0: bracket }, { insideBar });
    expect(fills.slice(1)).toEqual(exits);
    expect(orders[0]).toMatchObject({ status: 'filled', stopLossOrder: 1, takeProfitOrder: 2 });
    const statuses = orders
      .slice(1)
      .map(({ status }) => status)
      .sort();
    expect(statuses).toEqual(exits.length === 0 ? ['waiting', 'waiting'] : ['cancelled', 'filled']);
    expect(book.log.trades[0]).toMatchObject({
      stopLoss: 97,
      takeProfit: 105,
      exitBar: exits.length === 0 ? null : rows.length,
    });
  });

  const entry = (type: 'limit' | 'stop', price: number, stopLoss: number, takeProfit: number) => (book: RuleBook) =>
    void book.submit(ask('buy', 10, { type, [type]: price, stopLoss, takeProfit }));

  it.each<[string, (book: RuleBook) => void, Row, unknown[]]>([
    [
      'of a limit entry can stop out in the entry bar',
      entry('limit', 98, 95, 105),
      [100, 101, 94, 99],
      [[1, 1, 'sell', 10, 95]],
    ],
    [
      'of a limit entry does not count on a high that may have come before',
      entry('limit', 98, 95, 101),
      [100, 106, 97, 99],
      [],
    ],
    [
      'of a limit entry takes a profit that the close proves',
      entry('limit', 98, 95, 101),
      [100, 106, 97, 102],
      [[2, 1, 'sell', 10, 101]],
    ],
    [
      'of a stop entry takes a profit that the high proves',
      entry('stop', 103, 98, 105),
      [100, 106, 99, 101],
      [[2, 1, 'sell', 10, 105]],
    ],
    [
      'of a stop entry stops out when the low touches it, before or after',
      entry('stop', 103, 98, 105),
      [100, 106, 97, 104],
      [[1, 1, 'sell', 10, 98]],
    ],
  ])('%s', (_, submit, row, exits) => {
    expect(run([row], { 0: submit }).fills.slice(1)).toEqual(exits);
  });

  it('of a limit entry on a known path meets only what comes after the entry', () => {
    const row: Row = [100, 106, 97, 101];
    expect(run([row], { 0: entry('limit', 98, 95, 105) }, { insideBar: 'ohlc-path' }).fills.slice(1)).toEqual([]);
    expect(run([row], { 0: entry('limit', 98, 95, 105) }, { insideBar: 'olhc-path' }).fills.slice(1)).toEqual([
      [2, 1, 'sell', 10, 105],
    ]);
  });

  it('protects a short the other way round', () => {
    const { fills } = run([[100, 104, 98, 99]], {
      0: (b) => void b.submit(ask('sell', 10, { stopLoss: 103, takeProfit: 95 })),
    });
    expect(fills).toEqual([
      [0, 1, 'sell', 10, 100],
      [1, 1, 'buy', 10, 103],
    ]);
  });

  it('grows with an entry that fills in parts, and closes what is there', () => {
    // A tenth of 50 units a bar: 5, 5, and the stop meets the third bar.
    const rows: Row[] = [
      [100, 101, 99, 100, 50],
      [100, 101, 99, 100, 50],
      [100, 101, 96, 98, 1000],
    ];
    const { orders, fills } = run(
      rows,
      { 0: (b) => void b.submit(ask('buy', 12, { stopLoss: 97, takeProfit: 110 })) },
      { volumeShare: 0.1 },
    );
    expect(fills).toEqual([
      [0, 1, 'buy', 5, 100],
      [0, 2, 'buy', 5, 100],
      [0, 3, 'buy', 2, 100],
      [1, 3, 'sell', 12, 97],
    ]);
    expect(orders[2]).toMatchObject({ status: 'cancelled', quantity: 12 });
  });

  it('protects only what a reversal opens', () => {
    const { orders } = run(
      [
        [100, 101, 99, 100],
        [100, 101, 99, 100],
      ],
      {
        0: (b) => void b.submit(ask('sell', 4)),
        1: (b) => void b.submit(ask('buy', 10, { stopLoss: 90 })),
      },
    );
    expect(orders[2]).toMatchObject({ type: 'stop', quantity: 6, status: 'waiting' });
  });

  it('shrinks when part of what it protects is closed, and ends with the rest', () => {
    const calm: Row = [100, 101, 99, 100];
    const { orders, book } = run([calm, calm, calm], {
      0: bracket,
      1: (b) => void b.submit(ask('sell', 4)),
      2: (b) => expect(b.log.orders[1]?.quantity).toBe(6),
    });
    expect(orders[1]).toMatchObject({ quantity: 6, status: 'waiting' });
    expect(orders[2]).toMatchObject({ quantity: 6, status: 'waiting' });
    expect(book.position(0).quantity).toBe(6);
    const closed = run([calm, calm, calm], { 0: bracket, 1: (b) => void b.submit(ask('sell', 10)) });
    expect(closed.orders.map(({ status }) => status)).toEqual(['filled', 'cancelled', 'cancelled', 'filled']);
    expect(closed.orders[1]?.reason).toMatch(/protected is closed/);
  });

  it('closes the units of its own entry, so that each of two entries keeps its own exit', () => {
    const { book, fills } = run(
      [
        [100, 101, 99, 100],
        [100, 101, 94, 100],
        [100, 101, 89, 100],
      ],
      {
        0: (b) => {
          b.submit(ask('buy', 1, { stopLoss: 90, tag: 'wide' }));
          b.submit(ask('buy', 1, { stopLoss: 95, tag: 'tight' }));
        },
      },
    );
    expect(fills.slice(2)).toEqual([
      [3, 2, 'sell', 1, 95],
      [2, 3, 'sell', 1, 90],
    ]);
    expect(book.log.trades.map(({ tag, exitPrice }) => [tag, exitPrice])).toEqual([
      ['tight', 95],
      ['wide', 90],
    ]);
  });

  it('can be moved and withdrawn while the trade is open', () => {
    const calm: Row = [100, 101, 99, 100];
    const { orders, fills } = run([calm, [100, 104, 98.5, 103], [103, 104, 99, 100]], {
      0: bracket,
      1: (b) => expect(b.amend(b.log.orders[1]!, { stop: 98 })).toBeNull(), // made by the bracket
      2: (b) => {
        expect(b.openTrades?.()).toEqual([expect.objectContaining({ quantity: 10, stopLoss: 98, takeProfit: 105 })]);
        expect(b.protect?.(0, 'stop-loss', 99.5)?.stop).toBe(99.5);
        b.protect?.(0, 'take-profit', null);
      },
    });
    expect(fills.slice(1)).toEqual([[1, 3, 'sell', 10, 99.5]]);
    expect(orders[2]).toMatchObject({ status: 'cancelled', reason: 'Withdrawn.' });
  });
});

describe('a group of orders that cancel each other', () => {
  it('keeps the first that fills', () => {
    const { orders } = run([[100, 104, 99, 103]], {
      0: (b) => {
        b.submit(ask('buy', 1, { type: 'stop', stop: 103, ocoGroup: 'breakout' }));
        b.submit(ask('sell', 1, { type: 'stop', stop: 97, ocoGroup: 'breakout' }));
        b.submit(ask('sell', 1, { type: 'stop', stop: 50, ocoGroup: 'another' }));
      },
    });
    expect(orders.map(({ status }) => status)).toEqual(['filled', 'cancelled', 'waiting']);
    expect(orders[1]?.reason).toBe('One cancels the other: order 0 filled.');
  });

  it('never fills two in one bar', () => {
    const { fills } = run([[100, 110, 90, 100]], {
      0: (b) => {
        b.submit(ask('buy', 1, { type: 'limit', limit: 95, ocoGroup: 'g' }));
        b.submit(ask('sell', 1, { type: 'limit', limit: 105, ocoGroup: 'g' }));
      },
    });
    expect(fills).toHaveLength(1);
  });
});

describe('a child order', () => {
  it('is held until its parent has filled, and lives from there on', () => {
    const { orders, fills } = run(
      [
        [100, 101, 99, 100],
        [100, 103, 95, 102],
        [102, 106, 101, 105],
      ],
      {
        0: (b) => {
          const parent = b.submit(ask('buy', 1, { type: 'limit', limit: 96 }));
          const child = b.submit(ask('sell', 1, { type: 'limit', limit: 105, parent: parent.id }));
          expect(child.status).toBe('held');
        },
        1: (b) => expect(b.openOrders().map(({ status }) => status)).toEqual(['waiting', 'held']),
      },
    );
    expect(fills).toEqual([
      [0, 2, 'buy', 1, 96],
      [1, 3, 'sell', 1, 105],
    ]);
    expect(orders[1]?.status).toBe('filled');
  });

  it('that trails starts from the price at which its parent filled', () => {
    const { orders } = run([[90, 91, 89, 90]], {
      0: (b) => {
        const parent = b.submit(ask('buy', 1));
        b.submit(ask('sell', 1, { type: 'trailing-stop', trail: { amount: 5 }, parent: parent.id, reduceOnly: true }));
      },
    });
    expect(orders[1]).toMatchObject({ status: 'waiting', stop: 86 });
  });

  it('is cancelled with its parent', () => {
    const { orders } = run([[100, 101, 99, 100]], {
      0: (b) => {
        const parent = b.submit(ask('buy', 1, { type: 'limit', limit: 50 }));
        b.submit(ask('sell', 1, { type: 'limit', limit: 105, parent: parent.id }));
        b.cancel(parent);
      },
    });
    expect(orders.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect(orders[1]?.reason).toBe('Its parent, order 0, was cancelled.');
  });

  it('of a parent that ended with a part filled lives from the next step on', () => {
    const { orders } = run(
      [
        [100, 101, 99, 100, 50],
        [100, 106, 99, 100],
      ],
      {
        0: (b) => {
          const parent = b.submit(ask('buy', 10, { timeInForce: 'IOC' }));
          b.submit(ask('sell', 10, { type: 'limit', limit: 101, parent: parent.id, reduceOnly: true }));
        },
      },
      { volumeShare: 0.1 },
    );
    expect(orders[0]).toMatchObject({ status: 'cancelled', filledQuantity: 5 });
    expect(orders[1]).toMatchObject({ status: 'filled', filledQuantity: 5, quantity: 5, fillPrice: 101 });
  });

  it('of an order that has filled already lives at once', () => {
    const { orders } = run(
      [
        [100, 101, 99, 100],
        [100, 106, 99, 100],
      ],
      {
        0: (b) => void b.submit(ask('buy', 1)),
        1: (b) => void b.submit(ask('sell', 1, { type: 'limit', limit: 105, parent: 0 })),
      },
    );
    expect(orders[1]).toMatchObject({ status: 'filled', fillPrice: 105 });
  });
});

describe('a reduce-only order', () => {
  it('never flips the position', () => {
    const { book, orders } = run(
      [
        [100, 101, 99, 100],
        [100, 101, 99, 100],
      ],
      {
        0: (b) => void b.submit(ask('buy', 5)),
        1: (b) => void b.submit(ask('sell', 8, { reduceOnly: true })),
      },
    );
    expect(book.position(0).quantity).toBe(0);
    expect(orders[1]).toMatchObject({ status: 'filled', quantity: 5, filledQuantity: 5 });
  });

  it('shrinks with the position and ends with it', () => {
    const calm: Row = [100, 101, 99, 100];
    const { orders } = run([calm, calm, calm, calm], {
      0: (b) => void b.submit(ask('buy', 5)),
      1: (b) => {
        b.submit(ask('sell', 5, { type: 'limit', limit: 120, reduceOnly: true }));
        b.submit(ask('sell', 2));
      },
      2: (b) => {
        expect(b.log.orders[1]).toMatchObject({ status: 'waiting', quantity: 3 });
        b.submit(ask('sell', 3));
      },
    });
    expect(orders[1]).toMatchObject({ status: 'cancelled', reason: 'Reduce-only: the position is closed.' });
  });

  it('may be made together with the entry that it will reduce', () => {
    const { orders } = run(
      [
        [100, 101, 99, 100],
        [100, 111, 99, 110],
      ],
      {
        0: (b) => {
          b.submit(ask('buy', 5));
          b.submit(ask('sell', 5, { type: 'limit', limit: 110, reduceOnly: true }));
        },
      },
    );
    expect(orders[1]).toMatchObject({ status: 'filled', fillPrice: 110 });
  });
});

describe('finer bars', () => {
  const hourMs = 3_600_000;

  it('decide which of two exits came first', () => {
    const days = barsOf([first, [100, 106, 96, 104]]);
    const finer = barsOf(
      [
        [100, 103, 99, 102],
        [102, 106, 101, 105],
        [105, 105.5, 96, 104],
      ],
      { start: days.time[1]!, stepMs: 8 * hourMs },
    ); // the second day
    const { book } = play([feedOf(days, { finer })], { insideBar: 'finer-bars' }, { 0: bracket });
    expect(book.log.fills.map(({ bar, price }) => [bar, price])).toEqual([
      [1, 100],
      [1, 105],
    ]);
    expect(book.log.notes).toEqual([]);
  });

  it('leave the close to be that of the whole bar', () => {
    const days = barsOf([first, [100, 106, 96, 104]]);
    const finer = barsOf(
      [
        [100, 103, 99, 102],
        [102, 106, 96, 104],
      ],
      { start: days.time[1]!, stepMs: 12 * hourMs },
    ); // the second day
    const { book } = play(
      [feedOf(days, { finer })],
      { insideBar: 'finer-bars', fillAt: 'same-close' },
      {
        0: (b) => void b.submit(ask('buy', 1, { type: 'market-on-open' })),
        1: (b) => void b.submit(ask('sell', 1)),
      },
    );
    expect(book.log.fills.map(({ bar, price }) => [bar, price])).toEqual([
      [1, 100],
      [1, 104],
    ]);
  });

  it('fall back to pessimistic where they are missing, and say how often', () => {
    const days = barsOf([first, [100, 101, 99, 100], [100, 106, 96, 104]]);
    const finer = barsOf([[100, 101, 99, 100]], { start: days.time[1]! }); // the second day
    const { book } = play([feedOf(days, { finer })], { insideBar: 'finer-bars' }, { 0: bracket });
    expect(book.log.fills.map(({ bar, price }) => [bar, price])).toEqual([
      [1, 100],
      [2, 97],
    ]);
    expect(book.log.notes).toEqual(['finer-bars: 1 bars had no finer bars and were matched as pessimistic.']);
  });

  it('carry a trailing stop from one to the next', () => {
    const days = barsOf([first, [100, 110, 99, 104]]);
    const finer = barsOf(
      [
        [100, 110, 99, 109],
        [109, 109, 104, 104],
      ],
      { start: days.time[1]!, stepMs: 12 * hourMs },
    ); // the second day
    const { book } = play(
      [feedOf(days, { finer })],
      { insideBar: 'finer-bars', fillAt: 'same-close' },
      {
        0: (b) => {
          b.submit(ask('buy', 1));
          b.submit(ask('sell', 1, { type: 'trailing-stop', trail: { amount: 5 } }));
        },
      },
    );
    expect(book.log.fills.map(({ bar, price }) => [bar, price])).toEqual([
      [0, 100],
      [1, 105],
    ]);
  });
});
