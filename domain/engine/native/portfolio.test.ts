/** Several feeds with shared capital, and hedging: what is shared, what is kept apart. */

import { describe, expect, it } from 'vitest';
import type { RuleBook } from '../rule-book.ts';
import { ask, barsOf, dayMs, feedOf, play, startTime } from './test-market.ts';
import type { Row } from './test-market.ts';

const flat = (price: number): Row => [price, price + 1, price - 1, price];

describe('two feeds with shared capital', () => {
  /** Feed 0 trades on days 0, 1, 2, 3; feed 1 on days 0 and 3 only. */
  const daily = feedOf(barsOf([flat(100), flat(100), flat(110), flat(120)]), { id: 'a', symbol: 'A' });
  const sparseBars = barsOf([flat(50), flat(60)]);
  sparseBars.time[1] = startTime + 3 * dayMs;
  const sparse = feedOf(sparseBars, { id: 'b', symbol: 'B' });

  it('fill nothing on a bar that is not there', () => {
    const { book } = play([daily, sparse], {}, { 0: (b) => void b.submit(ask('buy', 1, { feed: 1 })) });
    expect(book.log.fills).toEqual([
      expect.objectContaining({ feed: 1, step: 3, bar: 1, price: 60, time: startTime + 3 * dayMs }),
    ]);
  });

  it('fill nothing at the close of a bar that is not there', () => {
    const { book } = play(
      [daily, sparse],
      { fillAt: 'same-close' },
      { 1: (b) => void b.submit(ask('buy', 1, { feed: 1 })) },
    );
    expect(book.log.fills).toEqual([expect.objectContaining({ feed: 1, step: 3, price: 60 })]);
  });

  it('are marked to their last closes', () => {
    const { book } = play(
      [daily, sparse],
      { fillAt: 'same-close' },
      {
        0: (b) => {
          b.submit(ask('buy', 10));
          b.submit(ask('buy', 10, { feed: 1 }));
        },
      },
    );
    expect([...book.log.equity]).toEqual([10_000, 10_000, 10_100, 10_300]);
    expect(book.position(1)).toMatchObject({ quantity: 10, averagePrice: 50, unrealized: 100 });
  });

  it('share cash: the second order of a step finds what the first has left', () => {
    const both = [feedOf(barsOf([flat(100), flat(100)])), feedOf(barsOf([flat(100), flat(100)]), { id: 'b' })];
    const { orders } = play(
      both,
      {},
      {
        0: (b) => {
          b.submit(ask('buy', 60));
          b.submit(ask('buy', 60, { feed: 1 }));
        },
      },
    );
    expect(orders.map(({ status }) => status)).toEqual(['filled', 'rejected']);
  });

  it('let a rotation buy before it sells: at one open, closing orders go first', () => {
    const both = [
      feedOf(barsOf([flat(100), flat(100), flat(100)])),
      feedOf(barsOf([flat(100), flat(100), flat(100)]), { id: 'b' }),
    ];
    const { orders } = play(
      both,
      {},
      {
        0: (b) => void b.submit(ask('buy', 100, { feed: 1 })),
        1: (b) => {
          b.submit(ask('buy', 100));
          b.submit(ask('sell', 100, { feed: 1 }));
        },
      },
    );
    expect(orders.map(({ status }) => status)).toEqual(['filled', 'filled', 'filled']);
  });

  it('are judged with the other feed at its last close, not at one that is still to come', () => {
    // With the close of 60 that comes later, equity would be 6,400 against 7,200 of margin.
    const falling = feedOf(barsOf([flat(100), flat(100), [100, 100, 60, 60]]), { id: 'b' });
    const { orders } = play(
      [feedOf(barsOf([flat(100), flat(100), flat(100)])), falling],
      { leverage: 2 },
      {
        0: (b) => void b.submit(ask('buy', 90, { feed: 1 })),
        1: (b) => void b.submit(ask('buy', 90)),
      },
    );
    expect(orders.map(({ status }) => status)).toEqual(['filled', 'filled']);
  });

  it('are judged after a split of one of them by its new price', () => {
    // Feed b is split ten for one on day 2: 10 units at 100 become 100 at 10.
    const split = feedOf(barsOf([flat(100), flat(100), flat(10)]), {
      id: 'b',
      actions: [{ type: 'split', time: startTime + 2 * dayMs, ratio: 10 }],
    });
    const buyA = (quantity: number) => {
      const { orders } = play(
        [feedOf(barsOf([flat(100), flat(100), flat(100)])), split],
        {},
        {
          0: (b) => void b.submit(ask('buy', 10, { feed: 1 })),
          1: (b) => void b.submit(ask('buy', quantity)),
        },
      );
      return orders[1]?.status;
    };
    expect([buyA(90), buyA(91)]).toEqual(['filled', 'rejected']);
  });

  it('liquidate together', () => {
    const crash = [flat(100), flat(100), [100, 100, 40, 45] as Row];
    const { book } = play(
      [feedOf(barsOf(crash)), feedOf(barsOf(crash), { id: 'b' })],
      { leverage: 2, maintenanceMargin: 0.25 },
      {
        0: (b) => {
          b.submit(ask('buy', 80));
          b.submit(ask('buy', 80, { feed: 1 }));
        },
      },
    );
    expect(book.log.fills.slice(2).map(({ feed, price }) => [feed, price])).toEqual([
      [0, 40],
      [1, 40],
    ]);
  });

  it('a child whose parent belongs to another feed starts with the next step', () => {
    const both = [
      feedOf(barsOf([flat(100), flat(100), flat(100)])),
      feedOf(barsOf([flat(50), flat(50), flat(51)]), { id: 'b' }),
    ];
    const { book } = play(
      both,
      {},
      {
        0: (b) => {
          const parent = b.submit(ask('buy', 1));
          b.submit(ask('sell', 1, { feed: 1, parent: parent.id }));
        },
      },
    );
    expect(book.log.fills.map(({ feed, step, price }) => [feed, step, price])).toEqual([
      [0, 1, 100],
      [1, 2, 51],
    ]);
  });
});

describe('netting', () => {
  it('closes first in, first out', () => {
    const { book } = play(
      [feedOf(barsOf([flat(100), flat(101), flat(102), flat(103), flat(104)]))],
      {},
      {
        0: (b) => void b.submit(ask('buy', 3)),
        1: (b) => void b.submit(ask('buy', 4)),
        2: (b) => void b.submit(ask('sell', 5)),
        3: (b) => void b.submit(ask('sell', 4)),
      },
    );
    expect(
      book.log.trades.map(({ side, quantity, entryPrice, exitPrice, pnl }) => [
        side,
        quantity,
        entryPrice,
        exitPrice,
        pnl,
      ]),
    ).toEqual([
      ['long', 3, 101, 103, 6],
      ['long', 2, 102, 103, 2],
      ['long', 2, 102, 104, 4],
      ['short', 2, 104, null, 0],
    ]);
    expect(new Set(book.log.trades.map(({ id }) => id)).size).toBe(4);
  });

  it('without a grid leaves nothing of sums that are not exact', () => {
    const feed = feedOf(barsOf([flat(100), flat(100), flat(100)]), { lot: 0, tick: 0 });
    const { book } = play(
      [feed],
      {},
      {
        0: (b) => [0.1, 0.2, 0.4].forEach((quantity) => b.submit(ask('buy', quantity))),
        1: (b) => void b.submit(ask('sell', 0.7)),
      },
    );
    expect(book.openTrades?.()).toEqual([]);
    expect(book.position(0).quantity).toBe(0);
  });

  it('closes a chosen trade when asked to', () => {
    const { book } = play(
      [feedOf(barsOf([flat(100), flat(100), flat(102), flat(104)]))],
      {},
      {
        0: (b) => void b.submit(ask('buy', 1)),
        1: (b) => void b.submit(ask('buy', 1)),
        2: (b) => void b.submit(ask('sell', 1, { closesTrade: b.openTrades?.()[1]?.id ?? -1 })),
      },
    );
    expect(book.log.trades[0]).toMatchObject({ entryPrice: 102, exitPrice: 104 });
    expect(book.position(0)).toMatchObject({ quantity: 1, averagePrice: 100 });
  });
});

describe('hedging', () => {
  const rows = [flat(100), flat(100), flat(100), flat(110), flat(110)];
  const both = (b: RuleBook): void => {
    b.submit(ask('buy', 10));
    b.submit(ask('sell', 4));
  };

  it('keeps long and short trades of one feed apart', () => {
    const { book } = play([feedOf(barsOf(rows))], { positions: 'hedging' }, { 0: both });
    expect(book.openTrades?.().map(({ quantity }) => quantity)).toEqual([10, -4]);
    expect(book.position(0)).toMatchObject({ quantity: 6, unrealized: 60 });
    expect(book.equity).toBe(10_060);
  });

  it('counts both sides for the margin', () => {
    const { orders } = play(
      [feedOf(barsOf(rows))],
      { positions: 'hedging' },
      {
        0: (b) => {
          b.submit(ask('buy', 60));
          b.submit(ask('sell', 60));
        },
      },
    );
    expect(orders.map(({ status }) => status)).toEqual(['filled', 'rejected']);
  });

  it('closes by reduce-only, by trade, or all at once', () => {
    const { book } = play(
      [feedOf(barsOf(rows))],
      { positions: 'hedging' },
      {
        0: both,
        1: (b) => void b.submit(ask('buy', 9, { reduceOnly: true })),
        2: (b) => void b.submit(ask('sell', 3, { closesTrade: 0 })),
      },
    );
    expect(book.openTrades?.().map(({ quantity }) => quantity)).toEqual([7]);
    const closed = play(
      [feedOf(barsOf(rows))],
      { positions: 'hedging' },
      { 0: both, 1: (b) => expect(b.closePosition?.(0, 'out')?.side).toBe('sell') },
    );
    expect(closed.book.openTrades?.()).toEqual([]);
    expect(closed.book.log.trades.map(({ side, quantity }) => [side, quantity])).toEqual([
      ['long', 10],
      ['short', 4],
    ]);
  });

  it('protects each side with exits of its own', () => {
    const { book } = play(
      [feedOf(barsOf(rows))],
      { positions: 'hedging' },
      {
        0: (b) => {
          b.submit(ask('buy', 10, { takeProfit: 108 }));
          b.submit(ask('sell', 4, { stopLoss: 105 }));
        },
      },
    );
    expect(book.openTrades?.()).toEqual([]);
    expect(book.log.fills.slice(2).map(({ side, quantity, price }) => [side, quantity, price])).toEqual([
      ['sell', 10, 110],
      ['buy', 4, 110],
    ]);
  });
});

describe('the log', () => {
  it('flags the steps in which something was held, to the last moment', () => {
    const { book } = play(
      [feedOf(barsOf([flat(100), flat(100), flat(100), flat(100), flat(100)]))],
      {},
      {
        0: (b) => void b.submit(ask('buy', 1)),
        2: (b) => void b.submit(ask('sell', 1)),
      },
    );
    expect([...book.log.exposed]).toEqual([0, 1, 1, 1, 0]);
    expect(book.log.turnover).toBe(200);
  });

  it('tells each change of an order once, in order', () => {
    const { book } = play(
      [feedOf(barsOf([flat(100), flat(100)]))],
      {},
      { 0: (b) => void b.submit(ask('buy', 1, { stopLoss: 95 })) },
    );
    expect(book.log.news.map((news) => [news.type, news.order.id])).toEqual([
      ['order', 0],
      ['fill', 0],
      ['order', 1],
    ]);
  });
});
