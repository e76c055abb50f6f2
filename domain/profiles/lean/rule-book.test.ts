/** Lean's rules on bars of a few lines, each expectation worked out by hand from them. */

import { describe, expect, it } from 'vitest';
import type { Order } from '../../engine/order.ts';
import { dayMs, hourMs } from '../../market/calendar.ts';
import { day0, fillsOf, flat, openFloor, playOn } from '../test-floor.ts';
import type { Ask, Floor, FloorOptions, Played, Row } from '../test-floor.ts';
import { parseLeanConfig } from './config.ts';
import { leanRuleBook } from './rule-book.ts';

interface Options extends FloorOptions {
  readonly config?: object;
}

/** In whole units and without fees, unless told otherwise. */
const floorOf = (rows: readonly Row[], { config = {}, ...options }: Options = {}): Floor =>
  openFloor(leanRuleBook(parseLeanConfig({ fee: { type: 'zero' }, ...config })), [rows], { lot: 1, ...options });

/** Makes the orders at the first bar, plays the rest and returns the orders. */
const play = (rows: readonly Row[], asks: readonly Ask[], options: Options = {}): Played =>
  playOn(floorOf(rows, options), rows.length, asks);

describe('when and where orders fill', () => {
  it('turns market orders on daily bars into orders for the next open, and fills orders for the close there', () => {
    const { book } = play(
      [flat, [101, 105, 99, 104], flat],
      [{ units: 1 }, { units: 1, type: 'market-on-open' }, { units: 1, type: 'market-on-close' }],
    );
    expect(fillsOf(book)).toEqual([
      [1, 1, 101],
      [1, 1, 101],
      [1, 1, 104],
    ]);
  });

  it.each<[string, Ask, Row, number | null]>([
    ['a buy limit at the open when that is lower', { units: 1, type: 'limit', limit: 100 }, [97, 99, 96, 98], 97],
    ['a buy limit inside the bar, at the limit', { units: 1, type: 'limit', limit: 98 }, [100, 101, 97, 100], 98],
    ['no buy limit that is only touched', { units: 1, type: 'limit', limit: 97 }, [100, 101, 97, 100], null],
    [
      'a sell limit at the open when that is higher',
      { units: -1, type: 'limit', limit: 100 },
      [103, 104, 102, 103],
      103,
    ],
    ['no sell limit that is only touched', { units: -1, type: 'limit', limit: 104 }, [103, 104, 102, 103], null],
    ['a buy stop at its price', { units: 1, type: 'stop', stop: 102 }, [100, 104, 99, 103], 102],
    ['a buy stop that is only touched', { units: 1, type: 'stop', stop: 104 }, [100, 104, 99, 103], 104],
    ['a buy stop at the open when that is higher', { units: 1, type: 'stop', stop: 102 }, [103, 104, 99, 100], 103],
    ['a sell stop at its price', { units: -1, type: 'stop', stop: 98 }, [100, 101, 96, 97], 98],
    ['a sell stop at the open when that is lower', { units: -1, type: 'stop', stop: 98 }, [95, 99, 94, 99], 95],
    ['no sell stop above which the bar lies', { units: -1, type: 'stop', stop: 98 }, [100, 101, 98.5, 99], null],
    [
      'a buy stop-limit at its limit when the close is below it',
      { units: 1, type: 'stop-limit', stop: 102, limit: 103 },
      [100, 104, 99, 102.5],
      103,
    ],
    [
      'no buy stop-limit whose limit the close is above',
      { units: 1, type: 'stop-limit', stop: 102, limit: 103 },
      [100, 105, 99, 104],
      null,
    ],
    [
      'a sell stop-limit at its limit when the close is above it',
      { units: -1, type: 'stop-limit', stop: 98, limit: 97 },
      [100, 101, 96, 97.5],
      97,
    ],
    [
      'a buy limit-if-touched at the close that its limit allows',
      { units: 1, type: 'limit-if-touched', stop: 97, limit: 99 },
      [100, 101, 97, 98],
      98,
    ],
    [
      'no buy limit-if-touched that the low stays above',
      { units: 1, type: 'limit-if-touched', stop: 97, limit: 99 },
      [100, 101, 97.5, 98],
      null,
    ],
    [
      'no buy limit-if-touched whose limit the close is above',
      { units: 1, type: 'limit-if-touched', stop: 97, limit: 99 },
      [100, 101, 97, 100],
      null,
    ],
    [
      'a sell limit-if-touched at the close that its limit allows',
      { units: -1, type: 'limit-if-touched', stop: 103, limit: 101 },
      [100, 103, 99, 102],
      102,
    ],
  ])('fills %s', (_, ask, bar, price) => {
    const { book } = play([flat, bar], [ask]);
    expect(fillsOf(book)).toEqual(price === null ? [] : [[1, ask.units, price]]);
  });

  it.each<[string, Ask, Row, number | null]>([
    [
      'a buy limit below which the bar lies, at the high',
      { units: 1, type: 'limit', limit: 100 },
      [97, 99, 96, 98],
      99,
    ],
    [
      'a sell limit above which the bar lies, at the low',
      { units: -1, type: 'limit', limit: 100 },
      [103, 104, 102, 103],
      102,
    ],
    ['no buy limit that is only touched', { units: 1, type: 'limit', limit: 97 }, [100, 101, 97, 100], null],
    [
      'a buy stop at its price when the close is lower',
      { units: 1, type: 'stop', stop: 102 },
      [100, 104, 99, 101],
      102,
    ],
    ['a buy stop at the close when that is higher', { units: 1, type: 'stop', stop: 102 }, [100, 104, 99, 103], 103],
    ['no buy stop that is only touched', { units: 1, type: 'stop', stop: 104 }, [100, 104, 99, 103], null],
    ['a sell stop at the worse of stop and close', { units: -1, type: 'stop', stop: 98 }, [100, 101, 96, 97], 97],
    [
      'a limit-if-touched at its limit',
      { units: 1, type: 'limit-if-touched', stop: 97, limit: 99 },
      [100, 101, 97, 98],
      99,
    ],
  ])('fills under the immediate model %s', (_, ask, bar, price) => {
    const { book } = play([flat, bar], [ask], { config: { fillModel: 'immediate' } });
    expect(fillsOf(book)).toEqual(price === null ? [] : [[1, ask.units, price]]);
  });

  // Prices and fills that Lean's own tests of its model for shares expect.
  it.each<[string, Ask, readonly Row[], number]>([
    [
      'a buy stop above a quiet bar',
      { units: 100, type: 'stop', stop: 101.5 },
      [
        [101, 101, 101, 101],
        [101, 102.5, 101, 102],
      ],
      101.5,
    ],
    [
      'a sell stop below a quiet bar',
      { units: -100, type: 'stop', stop: 101.5 },
      [
        [102, 102, 102, 102],
        [102, 102.5, 101, 101.5],
      ],
      101.5,
    ],
    ['a buy stop by a gap up', { units: 100, type: 'stop', stop: 290.5 }, [[291.5, 292.5, 291.5, 291.5]], 291.5],
    ['a sell stop by a gap down', { units: -100, type: 'stop', stop: 291.5 }, [[290.5, 290.5, 289.5, 290.5]], 290.5],
    [
      'a buy stop-limit some bars after its trigger',
      { units: 100, type: 'stop-limit', stop: 101.5, limit: 101.75 },
      [
        [101, 101, 100, 100],
        [100, 102, 100, 102],
        [102, 102, 102, 102],
        [101, 102, 99, 99],
      ],
      101.75,
    ],
    [
      'a sell stop-limit some bars after its trigger',
      { units: -100, type: 'stop-limit', stop: 101.75, limit: 101.5 },
      [
        [102, 102, 102, 102],
        [101, 101, 101, 101],
        [100, 100, 99, 99],
        [106, 106, 99, 102],
      ],
      101.5,
    ],
  ])('fills like Lean %s', (_, ask, rows, price) => {
    const { book } = play([flat, ...rows], [ask]);
    expect(fillsOf(book)).toEqual([[rows.length, ask.units, price]]);
  });

  it('keeps a stop-limit triggered until a close is inside its limit', () => {
    const { book } = play(
      [flat, [100, 105, 99, 104], [101, 101.5, 100, 101]],
      [{ units: 1, type: 'stop-limit', stop: 102, limit: 103 }],
    );
    expect(fillsOf(book)).toEqual([[2, 1, 101.5]]);
  });

  it('moves a trailing stop after the bar by its best price, and fills it when touched', () => {
    const { book, orders } = play(
      [flat, [100, 110, 99, 108], [108, 109, 105, 106]],
      [{ units: -1, type: 'trailing-stop', trail: { amount: 5 } }],
    );
    expect(orders[0]?.stop).toBe(105);
    expect(fillsOf(book)).toEqual([[2, -1, 105]]);
    const percent = play([flat, [100, 100, 90, 95]], [{ units: 1, type: 'trailing-stop', trail: { fraction: 0.1 } }]);
    expect(percent.orders[0]?.stop).toBeCloseTo(99, 12);
  });

  it('fills market orders within the day at once, and orders for the open on the next day', () => {
    const rows: Row[] = [
      [1, 1, 1, 10],
      [2, 2, 2, 20],
      [3, 3, 3, 30],
      [4, 4, 4, 40],
    ];
    const { book } = play(
      rows,
      [{ units: 1 }, { units: 1, type: 'market-on-open' }, { units: 1, type: 'market-on-close' }],
      { barMs: 8 * hourMs },
    );
    expect(fillsOf(book)).toEqual([
      [0, 1, 10],
      [2, 1, 30],
      [3, 1, 4],
    ]);
  });

  it('fills market orders at once where the market never closes, and knows no open there', () => {
    const { book, orders } = play([[100, 105, 99, 104], flat], [{ units: 1 }, { units: 1, type: 'market-on-open' }], {
      config: { alwaysOpen: true },
    });
    expect(fillsOf(book)).toEqual([[0, 1, 104]]);
    expect(orders[1]?.reason).toMatch(/never closes/);
  });

  it('puts limit and stop prices on the tick, halves to the even one', () => {
    const { orders } = play([flat], [{ units: 1, type: 'stop-limit', stop: 101.125, limit: 101.135 }], { tick: 0.01 });
    expect(orders[0]).toMatchObject({ stop: 101.12, limit: 101.14 });
  });
});

describe('how long orders live', () => {
  it('ends DAY orders at the close of the next day, which a daily bar comes after', () => {
    const { orders } = play([flat, [90, 91, 89, 90]], [{ units: 1, type: 'limit', limit: 95, timeInForce: 'DAY' }]);
    expect(orders[0]?.status).toBe('expired');
  });

  it('lets DAY orders of bars within a day live to its last bar, which ends with the close', () => {
    const low: Row = [90, 91, 89, 90];
    const ask = { units: 1, type: 'limit', limit: 95, timeInForce: 'DAY' } as const;
    const playDay = (...rows: Row[]) => play(rows, [ask], { barMs: 6 * hourMs }).orders[0]?.status;
    expect(playDay(flat, flat, low, flat)).toBe('filled');
    expect(playDay(flat, flat, flat, low, flat)).toBe('expired');
  });

  it('lets DAY orders that are made after the close live through the next day', () => {
    const ask = { units: 1, type: 'limit', limit: 95, timeInForce: 'DAY' } as const;
    const rows: Row[] = [flat, flat, flat, flat, flat, flat, [90, 91, 89, 90], flat];
    const floor = floorOf(rows, { barMs: 6 * hourMs });
    let order: Order | undefined;
    rows.forEach((_, i) => floor.next(() => void (i === 3 && (order = floor.ask(ask)))));
    expect(order?.status).toBe('filled');
  });

  it('ends DAY and GTD orders at midnight where the market never closes', () => {
    const options = { barMs: 6 * hourMs, config: { alwaysOpen: true } };
    const low: Row = [90, 91, 89, 90];
    const ask = { units: 1, type: 'limit', limit: 95 } as const;
    expect(play([flat, flat, low], [{ ...ask, timeInForce: 'DAY' }], options).orders[0]?.status).toBe('filled');
    expect(play([flat, flat, flat, low], [{ ...ask, timeInForce: 'DAY' }], options).orders[0]?.status).toBe('expired');
    const untilToday = { ...ask, timeInForce: 'GTD', expiresAt: day0 + hourMs } as const;
    expect(play([flat, flat, low], [untilToday], options).orders[0]?.status).toBe('filled');
    expect(play([flat, flat, flat, low], [untilToday], options).orders[0]?.status).toBe('expired');
  });

  it('ends GTD orders of bars within a day at the close of their date', () => {
    const low: Row = [90, 91, 89, 90];
    const ask = { units: 1, type: 'limit', limit: 95, timeInForce: 'GTD', expiresAt: day0 + dayMs } as const;
    const playUntil = (rows: readonly Row[]) => play(rows, [ask], { barMs: 6 * hourMs }).orders[0]?.status;
    expect(playUntil([flat, flat, flat, flat, flat, flat, low, flat])).toBe('filled');
    expect(playUntil([flat, flat, flat, flat, flat, flat, flat, low])).toBe('expired');
  });

  it('holds a child until its parent fills, and ends it with its parent', () => {
    const floor = floorOf([flat, flat, [100, 100, 90, 95], [100, 106, 99, 105]]);
    let child: Order | undefined;
    floor.next(() => {
      const parent = floor.ask({ units: 1, type: 'limit', limit: 92 });
      child = floor.ask({ units: -1, type: 'limit', limit: 99, parent: parent.id });
      expect(child.status).toBe('held');
    });
    for (let i = 1; i < 4; i++) floor.next();
    expect(fillsOf(floor.book)).toEqual([
      [2, 1, 92],
      [3, -1, 100],
    ]);
    const other = floorOf([flat, flat]);
    other.next(() => {
      const parent = other.ask({ units: 1, type: 'limit', limit: 92 });
      child = other.ask({ units: -1, type: 'limit', limit: 99, parent: parent.id });
      other.book.cancel(parent);
    });
    expect(child?.status).toBe('cancelled');
  });

  it('ends GTD orders with the bar of their date', () => {
    const ask = { units: 1, type: 'limit', limit: 95, timeInForce: 'GTD', expiresAt: day0 + 2 * dayMs } as const;
    expect(play([flat, [90, 91, 89, 90]], [ask]).orders[0]?.status).toBe('filled');
    expect(play([flat, flat, [90, 91, 89, 90]], [ask]).orders[0]?.status).toBe('expired');
  });

  it('amends and cancels waiting orders', () => {
    const floor = floorOf([flat, flat, [94, 95, 93, 94]]);
    let order: Order | undefined;
    floor.next(() => void (order = floor.ask({ units: 1, type: 'limit', limit: 90 })));
    floor.next(() => expect(order && floor.book.amend(order, { limit: 96, quantity: 3 })).toBe(null));
    floor.next(() => expect(order && floor.book.amend(order, { limit: 97 })).toMatch(/does not wait/));
    expect(fillsOf(floor.book)).toEqual([[2, 3, 94]]);
    const other = floorOf([flat, flat]);
    other.next(() => expect(other.book.cancel(other.ask({ units: 1 }))).toBe(true));
    other.next();
    expect(other.book.log.fills).toEqual([]);
  });

  it('orders the exits of a bracket at the fill; one cancels the other', () => {
    const { book } = play(
      [flat, [100, 120, 80, 100], [100, 112, 99, 111]],
      [{ units: 2, stopLoss: 90, takeProfit: 110 }],
    );
    expect(fillsOf(book)).toEqual([
      [1, 2, 100],
      [2, -2, 110],
    ]);
    expect(book.log.orders.map(({ status }) => status)).toEqual(['filled', 'cancelled', 'filled']);
  });

  it('cancels the other orders of a group', () => {
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
});

describe('orders that belong together', () => {
  it('end as a whole when one of them is cancelled', () => {
    const floor = floorOf([flat, flat, flat]);
    floor.next(() => floor.ask({ units: 2, stopLoss: 90, takeProfit: 110 }));
    floor.next(() => {
      const stop = floor.book.log.orders[1];
      expect(stop && floor.book.cancel(stop)).toBe(true);
    });
    expect(floor.book.openOrders()).toEqual([]);
    const other = floorOf([flat]);
    other.next(() => {
      const first = other.ask({ units: 1, type: 'limit', limit: 90, ocoGroup: 'g' });
      const second = other.ask({ units: 1, type: 'limit', limit: 80, ocoGroup: 'g' });
      other.book.cancel(first);
      expect(second.status).toBe('cancelled');
    });
  });
});

describe('fees and slippage', () => {
  it('values an order with a price of its own at the better of that and the close', () => {
    const config = { fee: { type: 'percent', rate: 0.01 } };
    const feeOf = (ask: Ask): number => play([flat, [100, 110, 90, 105]], [ask], { config }).book.log.commission;
    expect(feeOf({ units: 1 })).toBeCloseTo(1.05, 12);
    expect(feeOf({ units: 1, type: 'limit', limit: 95 })).toBeCloseTo(0.95, 12);
    expect(feeOf({ units: -1, type: 'limit', limit: 108 })).toBeCloseTo(1.08, 12);
    expect(feeOf({ units: 1, type: 'stop', stop: 108 })).toBeCloseTo(1.05, 12);
  });

  it('slips a stop of the model for shares from its own price', () => {
    const { book } = play([flat, [100, 104, 99, 100]], [{ units: 1, type: 'stop', stop: 102 }], {
      config: { slippage: 0.01 },
    });
    expect(book.log.fills[0]?.price).toBe(103);
  });

  it.each([
    [50, {}, 1],
    [1000, {}, 5],
    [50, { fee: { type: 'constant', amount: 3 } }, 3],
    [50, { fee: { type: 'percent', rate: 0.001 } }, 5],
    [50, { fee: 0 }, 0],
  ])('charges for %i shares with %o', (units, config, fee) => {
    const { book } = play([flat, flat], [{ units }], { config: { fee: { type: 'interactive-brokers' }, ...config } });
    expect(book.log.commission).toBe(fee);
  });

  it('caps the fee of a broker at its share of the value', () => {
    const penny: Row = [0.5, 0.5, 0.5, 0.5];
    const { book } = play([penny, penny], [{ units: 10_000 }], { config: { fee: { type: 'interactive-brokers' } } });
    expect(book.log.commission).toBe(25);
  });

  it('slips by a share of the close, or by the share of the volume squared', () => {
    expect(
      play([flat, [101, 101, 99, 100]], [{ units: 1 }], { config: { slippage: 0.01 } }).book.log.fills[0]?.price,
    ).toBe(102);
    const bar: Row = [100, 100, 100, 100, 10_000];
    const byVolume = play([flat, bar], [{ units: -100 }], { config: { slippage: { type: 'volume-share' } } });
    expect(byVolume.book.log.fills[0]?.price).toBeCloseTo(100 - 0.01 * 0.01 * 0.1 * 100, 12);
  });
});

describe('buying power', () => {
  it('holds back a free buffer and the fee, in whole lots', () => {
    const floor = floorOf([flat], { config: { fee: { type: 'interactive-brokers' } } });
    floor.next(() => {
      // 99,750 less a fee of 4.98 buys 997 shares.
      expect(floor.book.unitsFor(0, { fraction: 1 })).toBe(997);
      expect(floor.book.unitsFor(0, { fraction: -0.5 })).toBe(-498);
      expect(floor.book.unitsFor(0, { value: 1050 })).toBe(10);
      expect(floor.book.unitsFor(0, { fraction: 0.0005 })).toBe(0);
    });
  });

  it('refuses what the margin cannot carry, at once and again before the fill', () => {
    expect(play([flat], [{ units: 2001 }]).orders[0]?.reason).toMatch(/Insufficient buying power/);
    expect(play([flat], [{ units: 1001 }], { config: { leverage: 1 } }).orders[0]?.status).toBe('rejected');
    const later = play([flat, [100, 130, 100, 130]], [{ units: 1900 }]);
    expect(later.orders[0]?.status).toBe('rejected');
    expect(later.book.cash).toBe(100_000);
  });

  it('lets an order use all of the margin, as decimals would', () => {
    const row: Row = [1.1, 1.1, 1.1, 1.1];
    const { orders } = play([row, row], [{ units: 3 }], { config: { cash: 3.3, leverage: 1 } });
    expect(orders[0]?.status).toBe('filled');
  });

  it('lets an order use what closing the opposite position frees', () => {
    const floor = floorOf([flat, flat, flat]);
    floor.next(() => floor.ask({ units: 1500 }));
    floor.next(() => floor.ask({ units: -3400 }));
    floor.next();
    expect(floor.book.position(0).quantity).toBe(-1900);
  });

  it('closes what a margin call asks for', () => {
    const floor = floorOf([flat, flat, [100, 100, 50, 50]]);
    floor.next(() => floor.ask({ units: 1950 }));
    floor.next();
    floor.next();
    // Cash −95,000 and 97,500 of shares: worth 2,500, which carries 5,000 of shares.
    expect(floor.book.equity).toBe(2500);
    expect(floor.book.position(0).quantity).toBe(100);
    expect(floor.book.log.orders.at(-1)).toMatchObject({ status: 'filled', quantity: 1850 });
    expect(floor.book.log.fills.at(-1)?.tag).toBe('Margin Call');
  });

  it('makes no margin call for less than a lot', () => {
    const floor = floorOf([flat, flat, [100, 100, 99, 99.99999999999]], { config: { marginCallBuffer: 0 } });
    floor.next(() => floor.ask({ units: 2000 }));
    floor.next();
    floor.next();
    expect(floor.book.log.fills.map(({ quantity }) => quantity)).toEqual([2000]);
  });

  it('stops when nothing is left', () => {
    const floor = floorOf([flat, flat, [40, 40, 40, 40]]);
    floor.next(() => floor.ask({ units: 1950 }));
    floor.next();
    floor.next();
    expect(floor.book.ruined).toBe(true);
  });
});

describe('splits and dividends', () => {
  it('pays dividends on what is held on the ex-date, also by the short side', () => {
    const actions = [{ type: 'dividend', time: day0 + 2 * dayMs, amount: 2 }] as const;
    expect(play([flat, flat, flat], [{ units: 10 }], { actions }).book.equity).toBe(100_020);
    expect(play([flat, flat, flat], [{ units: -10 }], { actions }).book.log.dividends).toBe(-20);
    expect(play([flat, flat, flat], [], { actions }).book.equity).toBe(100_000);
  });

  it('splits what is held and what waits, and pays the odd part in cash', () => {
    const actions = [{ type: 'split', time: day0 + 2 * dayMs, ratio: 1.5 }] as const;
    const rows: Row[] = [flat, flat, [66, 68, 66, 66], [66, 68, 66, 66]];
    const { book, orders } = play(rows, [{ units: 3 }, { units: -3, type: 'limit', limit: 150 }], { actions });
    // 3 ÷ 0.6666667 is 4 units and 0.49999977… of one, paid at 66.66667.
    expect(book.position(0).quantity).toBe(4);
    expect(book.position(0).averagePrice).toBeCloseTo(66.66667, 5);
    expect(orders[1]?.quantity).toBe(4);
    expect(orders[1]?.limit).toBeCloseTo(100, 4);
    expect(book.cash).toBeCloseTo(100_000 - 300 + 0.5 * 66.66667, 3);
  });
});

describe('a split of several units into one', () => {
  const actions = [{ type: 'split', time: day0 + 2 * dayMs, ratio: 0.1 }] as const;
  const rows = [flat, flat, [1000, 1000, 1000, 1000], [1000, 1100, 1000, 1100]] as const;

  it('cancels the orders of which nothing is left', () => {
    const asks = [{ units: 25 }, { units: -3, type: 'limit', limit: 105 }] as const;
    const { book, orders } = play(rows, asks, { actions });
    expect(orders[1]).toMatchObject({ status: 'cancelled', reason: 'A split has left less than a unit of it.' });
    expect(book.log.fills).toHaveLength(1);
    expect(book.position(0).quantity).toBe(2);
  });

  it('pays for all units where none is left, and is flat then', () => {
    const { book } = play(rows, [{ units: 5 }], { actions });
    expect(book.position(0)).toMatchObject({ quantity: 0, averagePrice: 0, unrealized: 0 });
    expect(book.equity).toBe(100_000);
  });
});

describe('a split under a trailing stop', () => {
  it('halves its price and its distance', () => {
    const actions = [{ type: 'split', time: day0 + 2 * dayMs, ratio: 2 }] as const;
    const rows: Row[] = [flat, flat, [50, 52, 49, 50], [50, 50, 49, 50]];
    const { orders } = play(rows, [{ units: -10, type: 'trailing-stop', trail: { amount: 10 } }], { actions });
    // 90 becomes 45; the high of 52 then draws it to 47.
    expect(orders[0]).toMatchObject({ stop: 47, quantity: 20, status: 'waiting' });
  });
});

describe('trades', () => {
  it('are closed first in first out, fees shared by units', () => {
    const floor = floorOf([flat, flat, [110, 110, 110, 110], [120, 120, 120, 120], [120, 120, 120, 120]], {
      config: { fee: 3 },
    });
    floor.next(() => floor.ask({ units: 10 }));
    floor.next(() => floor.ask({ units: 10 }));
    floor.next(() => floor.ask({ units: -15 }));
    floor.next();
    floor.next();
    expect(floor.book.position(0)).toMatchObject({ quantity: 5, averagePrice: 105 });
    floor.book.finish();
    expect(floor.book.log.trades).toMatchObject([
      { quantity: 10, entryPrice: 100, exitPrice: 120, pnl: 195, commission: 5 },
      { quantity: 5, entryPrice: 110, exitPrice: 120, pnl: 47.5, commission: 2.5 },
      { quantity: 5, entryPrice: 110, exitPrice: null, pnl: 48.5 },
    ]);
  });
});

describe('requests that it does not know', () => {
  it.each<[string, Ask]>([
    ['IOC', { units: 1, timeInForce: 'IOC' }],
    ['post-only', { units: 1, postOnly: true }],
    ['a fraction', { units: 1, size: { fraction: 0.5 } }],
    ['a trailing stop with a limit', { units: 1, type: 'trailing-stop-limit', trail: { amount: 1 } }],
    ['less than a lot', { units: 0.5 }],
    ['a limit-if-touched without its trigger', { units: 1, type: 'limit-if-touched', limit: 90 }],
    ['a child of nobody', { units: 1, parent: 77 }],
  ])('rejects %s with a reason', (_, ask) => {
    const { orders } = play([flat, flat], [ask]);
    expect(orders[0]?.status).toBe('rejected');
    expect(orders[0]?.reason).toMatch(/\.$/);
  });
});
