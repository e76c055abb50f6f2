/** The broker's rules on bars of a few lines, each expectation worked out by hand from them. */

import { describe, expect, it } from 'vitest';
import type { Order } from '../../engine/order.ts';
import { dayMs, hourMs } from '../../market/calendar.ts';
import { day0, fillsOf, flat, openFloor, playOn } from '../test-floor.ts';
import type { Ask, Floor, Played, Row } from '../test-floor.ts';
import { parseBacktraderConfig } from './config.ts';
import { backtraderRuleBook } from './rule-book.ts';

const floorOf = (feedsOfRows: readonly (readonly (Row | null)[])[], config: object = {}, barMs = dayMs): Floor =>
  openFloor(backtraderRuleBook(parseBacktraderConfig(config)), feedsOfRows, { barMs });

/** Makes the orders at the first bar, plays the rest and returns the orders. */
const play = (rows: readonly Row[], asks: readonly Ask[], config: object = {}): Played =>
  playOn(floorOf([rows], config), rows.length, asks);

describe('when and where orders fill', () => {
  it('fills a market order at the next open and a market-on-close order at the next close', () => {
    const { book } = play([flat, [101, 105, 99, 104], flat], [{ units: 1 }, { units: 1, type: 'market-on-close' }]);
    expect(fillsOf(book)).toEqual([
      [1, 1, 101],
      [1, 1, 104],
    ]);
  });

  it.each<[string, Ask, Row, number | null]>([
    ['a buy limit at a lower open', { units: 1, type: 'limit', limit: 100 }, [98, 101, 97, 100], 98],
    [
      'a buy limit at its price once the low reaches it',
      { units: 1, type: 'limit', limit: 99 },
      [100, 101, 99, 100],
      99,
    ],
    ['no buy limit above whose price the bar stays', { units: 1, type: 'limit', limit: 98 }, [100, 101, 99, 100], null],
    ['a sell limit at a higher open', { units: -1, type: 'limit', limit: 100 }, [103, 104, 99, 100], 103],
    [
      'a sell limit at its price once the high reaches it',
      { units: -1, type: 'limit', limit: 104 },
      [103, 104, 99, 100],
      104,
    ],
    ['a buy stop at a higher open', { units: 1, type: 'stop', stop: 102 }, [103, 104, 99, 100], 103],
    ['a buy stop at its price', { units: 1, type: 'stop', stop: 102 }, [100, 104, 99, 100], 102],
    ['a sell stop at a lower open', { units: -1, type: 'stop', stop: 98 }, [97, 104, 90, 100], 97],
    ['a sell stop at its price', { units: -1, type: 'stop', stop: 98 }, [100, 104, 98, 100], 98],
    [
      'a buy stop-limit whose limit is above its stop, at the stop',
      { units: 1, type: 'stop-limit', stop: 102, limit: 103 },
      [100, 104, 99, 101],
      102,
    ],
    [
      'a buy stop-limit below its stop when the bar closes lower than it opened and inside the limit',
      { units: 1, type: 'stop-limit', stop: 102, limit: 101 },
      [101.5, 104, 99, 100],
      101,
    ],
    [
      'no buy stop-limit below its stop in a rising bar',
      { units: 1, type: 'stop-limit', stop: 102, limit: 101 },
      [100, 104, 99, 103],
      null,
    ],
    [
      'a buy stop-limit opened beyond its stop like a limit order',
      { units: 1, type: 'stop-limit', stop: 102, limit: 101 },
      [103, 104, 100, 102],
      101,
    ],
    [
      'a sell stop-limit above its stop when the bar closes inside the limit',
      { units: -1, type: 'stop-limit', stop: 98, limit: 99 },
      [98.5, 104, 97, 100],
      99,
    ],
    [
      'no sell stop-limit above its stop in a falling bar',
      { units: -1, type: 'stop-limit', stop: 98, limit: 99 },
      [100, 104, 95, 96],
      null,
    ],
  ])('fills %s', (_, ask, bar, price) => {
    const { book } = play([flat, bar], [ask]);
    expect(fillsOf(book)).toEqual(price === null ? [] : [[1, ask.units, price]]);
  });

  it('treats a triggered stop-limit as a limit order from the next bar on', () => {
    const { book } = play(
      [flat, [100, 104, 99, 103], [102, 103, 100.5, 102]],
      [{ units: 1, type: 'stop-limit', stop: 102, limit: 101 }],
    );
    expect(fillsOf(book)).toEqual([[2, 1, 101]]);
  });

  it('moves a trailing stop at each close, never back', () => {
    // Stop 95 from the close 100; 103 after the close 108; the next close, 105, leaves it; then 102 is touched at 103.
    const { book, orders } = play(
      [flat, [100, 110, 99, 108], [107, 107, 104, 105], [105, 105, 102, 104]],
      [{ units: -1, type: 'trailing-stop', trail: { amount: 5 } }],
    );
    expect(fillsOf(book)).toEqual([[3, -1, 103]]);
    expect(orders[0]?.stop).toBe(103);
  });

  it('trails by a fraction, and keeps the limit of a trailing stop-limit at its distance', () => {
    const { book, orders } = play(
      [flat, [100, 100, 90, 92], [92, 102, 92, 96]],
      [{ units: 1, type: 'trailing-stop-limit', trail: { fraction: 0.1 }, limit: 111 }],
    );
    // First stop 110, limit one above; after the close 92 the stop is 101.2 and the limit 102.2.
    expect(orders[0]?.stop).toBe(92 + 92 * 0.1);
    expect(fillsOf(book)).toEqual([[2, 1, 92 + 92 * 0.1]]);
  });

  it('fills a market-on-close order of intraday bars at the last close of its day, known a bar later', () => {
    const floor = floorOf(
      [
        [
          [1, 1, 1, 1],
          [2, 2, 2, 2],
          [3, 3, 3, 3],
          [9, 9, 9, 9],
        ],
      ],
      {},
      8 * hourMs,
    );
    floor.next(() => floor.ask({ units: 1, type: 'market-on-close' }));
    for (let i = 1; i < 4; i++) floor.next();
    expect(fillsOf(floor.book)).toEqual([[2, 1, 3]]);
    expect(floor.book.log.fills[0]?.step).toBe(3);
  });
});

describe('how long orders live', () => {
  it('expires an order at the bar of the date on which it expires, without a chance to fill there', () => {
    const { orders, book } = play(
      [flat, flat, [90, 90, 90, 90]],
      [{ units: 1, type: 'limit', limit: 95, timeInForce: 'GTD', expiresAt: day0 + 2 * dayMs }],
    );
    expect(orders[0]?.status).toBe('expired');
    expect(book.log.fills).toEqual([]);
  });

  it('expires a DAY order made on daily bars at the next bar, but fills a market order', () => {
    const { orders } = play(
      [flat, [90, 90, 90, 90]],
      [
        { units: 1, type: 'limit', limit: 95, timeInForce: 'DAY' },
        { units: 1, timeInForce: 'DAY' },
      ],
    );
    expect(orders.map(({ status }) => status)).toEqual(['expired', 'filled']);
  });

  it('cancels accepted orders only', () => {
    const floor = floorOf([[flat, flat, flat]]);
    let order: Order | undefined;
    floor.next(() => {
      order = floor.ask({ units: 1, type: 'limit', limit: 90 });
      expect(floor.book.cancel(order)).toBe(false);
    });
    floor.next(() => expect(order !== undefined && floor.book.cancel(order)).toBe(true));
    expect(order?.status).toBe('cancelled');
    floor.next();
    expect(floor.book.openOrders()).toEqual([]);
  });

  it('cancels the other orders of a group when one fills, even one later in the same bar', () => {
    const group = { ocoGroup: 'g' };
    const { orders } = play(
      [flat, [100, 120, 80, 100]],
      [
        { units: 1, type: 'limit', limit: 90, ...group },
        { units: 1, type: 'limit', limit: 85, ...group },
      ],
    );
    expect(orders.map(({ status }) => status)).toEqual(['filled', 'cancelled']);
  });

  it('starts the ends of a bracket with the bar after the entry, and one end ends the other', () => {
    const { orders, book } = play(
      [flat, [100, 120, 80, 100], [100, 111, 100, 111]],
      [{ units: 1, stopLoss: 90, takeProfit: 110 }],
    );
    expect(fillsOf(book)).toEqual([
      [1, 1, 100],
      [2, -1, 110],
    ]);
    const [entry] = orders;
    expect(book.log.orders.map(({ status }) => status)).toEqual(['filled', 'cancelled', 'filled']);
    expect(entry?.stopLossOrder).toBe(1);
    expect(entry?.takeProfitOrder).toBe(2);
  });

  it('takes the stop of a bracket before its target when a bar has both', () => {
    const { book } = play([flat, flat, [100, 120, 80, 100]], [{ units: 1, stopLoss: 90, takeProfit: 110 }]);
    expect(fillsOf(book)).toEqual([
      [1, 1, 100],
      [2, -1, 90],
    ]);
  });

  it('cancels the ends of a bracket with its entry, and rejects them when it cannot be afforded', () => {
    const floor = floorOf([[flat, flat, flat]]);
    let entry: Order | undefined;
    floor.next(() => void (entry = floor.ask({ units: 1, type: 'limit', limit: 50, stopLoss: 40, takeProfit: 60 })));
    floor.next(() => {
      expect(floor.book.log.orders.map(({ status }) => status)).toEqual(['waiting', 'held', 'held']);
      if (entry !== undefined) floor.book.cancel(entry);
    });
    expect(floor.book.log.orders.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    const { orders, book } = play([flat, flat], [{ units: 1000, stopLoss: 40, takeProfit: 60 }]);
    expect(orders[0]?.reason).toMatch(/^Margin/);
    expect(book.log.orders.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('never calls a child that is made after its parent has filled', () => {
    const floor = floorOf([[flat, flat, flat, flat]]);
    let parent: Order | undefined;
    let child: Order | undefined;
    floor.next(() => void (parent = floor.ask({ units: 1 })));
    floor.next(() => void (child = floor.ask({ units: -1, parent: parent?.id ?? -1 })));
    floor.next();
    floor.next();
    expect(parent?.status).toBe('filled');
    expect(child?.status).toBe('held');
  });

  it('amends by a new order: the change is checked against the cash at the next bar', () => {
    const floor = floorOf([[flat, flat, flat, [100, 100, 94, 95]]]);
    let order: Order | undefined;
    floor.next(() => void (order = floor.ask({ units: 1, type: 'limit', limit: 90 })));
    floor.next(() => expect(order && floor.book.amend(order, { limit: 95, quantity: 2 })).toBe(null));
    floor.next();
    floor.next();
    expect(fillsOf(floor.book)).toEqual([[3, 2, 95]]);
  });
});

describe('cash, costs and value', () => {
  it('rejects an order whose price at the close is more than the cash, counting earlier orders', () => {
    const { orders } = play([flat, flat], [{ units: 60 }, { units: 41 }, { units: 40 }], { cash: 10_000 });
    // 60 cost 6000; 41 more are 100 too many, and the tally stays in the red for the rest of the bar.
    expect(orders.map(({ status }) => status)).toEqual(['filled', 'rejected', 'rejected']);
  });

  it('rejects at the fill what a gap has made too dear, unless nothing is checked before', () => {
    const { orders } = play([flat, [101, 101, 101, 101]], [{ units: 100 }], { cash: 10_000 });
    expect(orders[0]?.status).toBe('rejected');
    expect(orders[0]?.filledQuantity).toBe(0);
    const free = play([flat, flat], [{ units: 101 }], { cash: 10_000, checksubmit: false });
    expect(free.orders[0]?.reason).toMatch(/^Margin/);
  });

  it('checks a market order at the open with cheat-on-open', () => {
    expect(play([flat, [90, 90, 90, 90]], [{ units: 105 }], { coo: true }).orders[0]?.status).toBe('filled');
    expect(play([flat, [90, 90, 90, 90]], [{ units: 105 }]).orders[0]?.status).toBe('rejected');
  });

  it('fills at the close of the order bar with cheat-on-close, booked at the next bar', () => {
    const { book } = play([flat, [110, 110, 110, 110]], [{ units: 1 }], { coc: true });
    expect(fillsOf(book)).toEqual([[0, 1, 100]]);
    expect([...book.log.equity]).toEqual([10_000, 10_010]);
  });

  it('charges commission in percent, in the old percent writing, per share, and per contract of a future', () => {
    const commissionOf = (config: object): number => play([flat, flat], [{ units: 2 }], config).book.log.commission;
    expect(commissionOf({ commission: 0.001 })).toBeCloseTo(0.2, 12);
    expect(commissionOf({ commission: 0.1, percabs: false, commtype: 'COMM_PERC', stocklike: true })).toBeCloseTo(
      0.2,
      12,
    );
    expect(commissionOf({ commission: 0.5, commtype: 'COMM_FIXED', stocklike: true })).toBe(1);
    expect(commissionOf({ commission: 2, margin: 1000, mult: 10 })).toBe(4);
  });

  it('settles futures at each close and binds their margin', () => {
    const { book } = play([flat, [100, 110, 100, 105], [105, 105, 102, 103]], [{ units: 2 }], {
      margin: 1000,
      mult: 10,
      commission: 2,
    });
    // −4 commission, then 2 × 5 × 10 and 2 × −2 × 10; 2000 of it bound.
    expect([...book.log.equity]).toEqual([10_000, 10_096, 10_056]);
    expect(book.cash).toBe(8056);
    const auto = play([flat, flat], [{ units: 2 }], { margin: 1, automargin: 0.5 });
    expect(auto.book.cash).toBe(9900);
  });

  it('pays the proceeds of a short sale into the cash, or binds it without shortcash', () => {
    const rows: Row[] = [flat, flat, [100, 100, 90, 90]];
    const paid = play(rows, [{ units: -10 }]);
    expect(paid.book.cash).toBe(11_000);
    expect(paid.book.equity).toBe(10_100);
    const bound = play(rows, [{ units: -10 }], { shortcash: false });
    expect(bound.book.cash).toBe(9000);
    expect(bound.book.equity).toBe(10_100);
  });

  it('charges interest on shorts for each day since the last bar and counts it as cost of the trade', () => {
    const config = { interest: 0.365 };
    const floor = floorOf(
      [
        [flat, flat, null, flat, flat],
        [flat, flat, flat, flat, flat],
      ],
      config,
    );
    floor.next(() => floor.ask({ units: -10 }));
    floor.next();
    floor.next();
    floor.next(() => floor.ask({ units: 10 }));
    expect(floor.book.cash).toBeCloseTo(11_000 - 2 * 0.001 * 1000, 9);
    floor.next();
    const [trade] = floor.book.log.trades;
    expect(trade?.pnl).toBeCloseTo(-3, 9);
    expect(floor.book.log.borrow).toBeCloseTo(3, 9);
    expect(floor.book.equity).toBeCloseTo(9997, 9);
  });

  it('values a leveraged holding at what it binds plus its gain', () => {
    const { book } = play([flat, [100, 100, 100, 110]], [{ units: 400 }], { leverage: 10, checksubmit: false });
    expect(book.cash).toBe(6000);
    expect(book.equity).toBe(14_000);
  });

  it('averages entries, closes in part and reverses; a trade goes from flat to flat', () => {
    const floor = floorOf([[flat, flat, [110, 110, 110, 110], [120, 120, 120, 120], [130, 130, 130, 130]]]);
    floor.next(() => floor.ask({ units: 10 }));
    floor.next(() => floor.ask({ units: 10 }));
    floor.next(() => {
      expect(floor.book.position(0)).toMatchObject({ quantity: 20, averagePrice: 105, unrealized: 100 });
      floor.ask({ units: -25 });
    });
    floor.next(() => expect(floor.book.position(0)).toMatchObject({ quantity: -5, averagePrice: 120 }));
    floor.next();
    floor.book.finish();
    expect(floor.book.log.trades).toMatchObject([
      { side: 'long', quantity: 20, entryBar: 1, entryPrice: 105, exitBar: 3, exitPrice: 120, pnl: 300 },
      { side: 'short', quantity: 5, entryBar: 3, exitBar: null, pnl: -50 },
    ]);
    expect(floor.book.equity).toBe(10_250);
  });
});

describe('slippage', () => {
  const bar: Row = [100, 101, 99, 100];
  const fillAt = (ask: Ask, config: object): number | undefined =>
    play([flat, bar], [ask], config).book.log.fills[0]?.price;

  it('slips stops, and opens only where asked to', () => {
    expect(fillAt({ units: 1 }, { slip_fixed: 0.5 })).toBe(100);
    expect(fillAt({ units: 1 }, { slip_fixed: 0.5, slip_open: true })).toBe(100.5);
    expect(fillAt({ units: -1 }, { slip_perc: 0.005, slip_open: true })).toBe(99.5);
    expect(fillAt({ units: 1, type: 'stop', stop: 100.5 }, { slip_fixed: 0.25 })).toBe(100.75);
  });

  it('caps at the edge of the bar, goes beyond with slip_out, and does not fill without slip_match', () => {
    const config = { slip_fixed: 5, slip_open: true };
    expect(fillAt({ units: 1 }, config)).toBe(101);
    expect(fillAt({ units: 1 }, { ...config, slip_out: true })).toBe(105);
    expect(fillAt({ units: 1 }, { ...config, slip_match: false })).toBe(undefined);
  });

  it('caps a limit order at its limit even without slip_match, unless slip_limit is off', () => {
    const config = { slip_fixed: 5, slip_open: true, slip_match: false };
    expect(fillAt({ units: 1, type: 'limit', limit: 100.5 }, config)).toBe(100.5);
    expect(fillAt({ units: 1, type: 'limit', limit: 100.5 }, { ...config, slip_limit: false })).toBe(undefined);
  });
});

describe('volume fillers', () => {
  const rows: Row[] = [
    [100, 100, 100, 100, 50],
    [100, 101, 99, 100, 50],
    [102, 102, 102, 102, 30],
    [103, 103, 103, 103, 100],
  ];
  const unitsBy = (filler: object): readonly number[] =>
    play(rows, [{ units: 60 }], { filler }).book.log.fills.map(({ quantity }) => quantity);

  it('fills bar by bar what the volume allows', () => {
    expect(unitsBy({ type: 'FixedSize' })).toEqual([50, 10]);
    expect(unitsBy({ type: 'FixedSize', size: 25 })).toEqual([25, 25, 10]);
    expect(unitsBy({ type: 'FixedBarPerc', perc: 33 })).toEqual([16, 9, 33]);
    // The first bar has 3 price points of 1: 50 ÷ 3, of which half, rounded down.
    expect(unitsBy({ type: 'BarPointPerc', minmov: 1, perc: 50 })).toEqual([8, 15, 37]);
  });

  it('reports the part and the average price', () => {
    const { orders } = play(rows, [{ units: 60 }], { filler: { type: 'FixedSize' } });
    expect(orders[0]).toMatchObject({ status: 'filled', filledQuantity: 60 });
    expect(orders[0]?.fillPrice).toBeCloseTo((50 * 100 + 10 * 102) / 60, 12);
  });
});

describe('several feeds, and targets', () => {
  it('waits for the first bar of every feed', () => {
    expect(
      floorOf([
        [flat, flat, flat, flat],
        [null, null, flat, flat],
      ]).book.firstStep(0),
    ).toBe(2);
    expect(
      floorOf([
        [flat, flat, flat, flat],
        [null, null, flat, flat],
      ]).book.firstStep(3),
    ).toBe(3);
  });

  it('fills a market order only when its own feed has a bar', () => {
    const floor = floorOf([
      [flat, null, [105, 105, 105, 105]],
      [flat, flat, flat],
    ]);
    floor.next(() => floor.ask({ units: 1 }));
    floor.next();
    expect(floor.book.log.fills).toEqual([]);
    floor.next();
    expect(fillsOf(floor.book)).toEqual([[1, 1, 105]]);
  });

  it('matches limit orders on the last bar of a feed that has no new one', () => {
    const floor = floorOf([
      [flat, null, flat],
      [flat, flat, flat],
    ]);
    floor.next(() => floor.ask({ units: 1, type: 'limit', limit: 101 }));
    floor.next();
    expect(fillsOf(floor.book)).toEqual([[0, 1, 100]]);
  });

  it('has commission schemes by symbol', () => {
    const floor = floorOf(
      [
        [flat, flat],
        [flat, flat],
      ],
      { commission: 0.01, commissions: { S1: { commission: 0.02 } } },
    );
    floor.next(() => {
      floor.ask({ units: 1 });
      floor.ask({ units: 1, feed: 1 });
    });
    floor.next();
    expect(floor.book.log.fills.map(({ commission }) => commission)).toEqual([1, 2]);
  });

  it('turns values and fractions into whole units at the close', () => {
    const floor = floorOf([[flat, flat, [110, 110, 110, 110]]]);
    floor.next(() => {
      expect(floor.book.unitsFor(0, { fraction: 0.955 })).toBe(95);
      expect(floor.book.unitsFor(0, { value: -1050 })).toBe(-10);
      floor.ask({ units: 50 });
    });
    floor.next();
    floor.next(() => {
      // Equity 10,500: half of it is 5,250, of which 5,500 are held; the 250 too many are 2 units.
      expect(floor.book.unitsFor(0, { fraction: 0.5 })).toBe(48);
      expect(floor.book.unitsFor(0, { fraction: 0 })).toBe(0);
    });
  });
});

describe('requests that it does not know', () => {
  it.each<[string, Ask]>([
    ['IOC', { units: 1, timeInForce: 'IOC' }],
    ['reduce-only', { units: 1, reduceOnly: true }],
    ['a fraction', { units: 1, size: { fraction: 0.5 } }],
    ['a limit order without limit', { units: 1, type: 'limit' }],
    ['a child of nobody', { units: 1, parent: 77 }],
    ['a quantity of nothing', { units: 0 }],
  ])('rejects %s with a reason', (_, ask) => {
    const { orders } = play([flat, flat], [ask]);
    expect(orders[0]?.status).toBe('rejected');
    expect(orders[0]?.reason).toMatch(/\.$/);
  });
});
