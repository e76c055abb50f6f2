/** What the rules of backtesting.py do with orders, on small bars whose outcome was worked out by hand. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOrderTape } from '../../engine/order-tape.ts';
import type { OrderRequest } from '../../engine/order.ts';
import type { BacktestResult } from '../../engine/result.ts';
import type { RuleBook } from '../../engine/rule-book.ts';
import { prepareRunData } from '../../engine/run-data.ts';
import { runBacktest } from '../../engine/run.ts';
import { playTape } from '../../engine/tape-player.ts';
import { allocateBars } from '../../market/bars.ts';
import { dayMs } from '../../market/calendar.ts';
import type { Feed } from '../../market/feed.ts';
import { backtestingPyProfile } from './profile.ts';

type Row = readonly [open: number, high: number, low: number, close: number];

const feedOf = (rows: readonly Row[], id = 'main'): Feed => {
  const bars = allocateBars(rows.length);
  rows.forEach(([open, high, low, close], i) => {
    bars.time[i] = i * dayMs;
    bars.open[i] = open;
    bars.high[i] = high;
    bars.low[i] = low;
    bars.close[i] = close;
  });
  const instrument = { symbol: id, tick: 0, lot: 0, multiplier: 1, currency: 'USD' };
  return { id, symbol: id, timeframeMs: dayMs, instrument, bars };
};

/** Bars that stand still at one price each. */
const flat = (...prices: readonly number[]): readonly Row[] => prices.map((price) => [price, price, price, price]);

const play = (rows: readonly Row[], config: object, tape: readonly object[]): BacktestResult =>
  runBacktest({
    data: prepareRunData('all', [feedOf(rows)]),
    profile: backtestingPyProfile(config),
    trader: { name: 'tape', start: (floor) => playTape(parseOrderTape(tape), floor) },
  });

/** Runs with something that orders by itself, bar by bar. */
const act = (rows: readonly Row[], config: object, onBar: (step: number, book: RuleBook) => void): BacktestResult =>
  runBacktest({
    data: prepareRunData('all', [feedOf(rows)]),
    profile: backtestingPyProfile(config),
    trader: {
      name: 'test',
      start: ({ market, book }) => ({
        advance() {},
        isWarm: () => true,
        act: () => onBar(market.step, book),
        stop() {},
      }),
    },
  });

/** Closed trades: signed units, entry bar and price, exit bar and price. */
const closed = ({ trades }: BacktestResult): readonly (readonly (number | null)[])[] =>
  trades
    .filter(({ exitBar }) => exitBar !== null)
    .map(({ side, quantity, entryBar, entryPrice, exitBar, exitPrice }) => [
      side === 'long' ? quantity : -quantity,
      entryBar,
      entryPrice,
      exitBar,
      exitPrice,
    ]);

/** Open trades: signed units, entry bar and price. */
const open = ({ trades }: BacktestResult): readonly (readonly number[])[] =>
  trades
    .filter(({ exitBar }) => exitBar === null)
    .map(({ side, quantity, entryBar, entryPrice }) => [side === 'long' ? quantity : -quantity, entryBar, entryPrice]);

const order = (request: Partial<OrderRequest> & { readonly size: OrderRequest['size'] }): OrderRequest => ({
  feed: 0,
  side: 'buy',
  type: 'market',
  ...request,
});

describe('market orders', () => {
  it('fill at the next open, with the spread on the entry only', () => {
    const result = play(flat(90, 95, 100, 110), { spread: 0.01, finalize_trades: true }, [{ bar: 1, size: 10 }]);
    expect(closed(result)).toEqual([[10, 2, 101, 3, 110]]);
    expect([...result.equity]).toEqual([10_000, 10_000, 9_990, 10_090]);
  });

  it('sell below the open by the spread', () => {
    expect(open(play(flat(90, 95, 100), { spread: 0.01 }, [{ bar: 1, size: -10 }]))).toEqual([[-10, 2, 99]]);
  });

  it('are not made before the second bar', () => {
    expect(play(flat(90, 95, 100), {}, [{ bar: 0, size: 10 }]).fills).toEqual([]);
  });

  it('that are made at the last bar never fill', () => {
    expect(play(flat(90, 95, 100), {}, [{ bar: 2, size: 10 }]).fills).toEqual([]);
  });
});

describe('limit and stop orders', () => {
  it('fill a buy limit at the better of limit and open', () => {
    const inside: Row = [100, 101, 94, 99];
    const below: Row = [93, 96, 92, 95];
    expect(open(play([...flat(100, 100), inside], {}, [{ bar: 1, size: 1, limit: 95 }]))).toEqual([[1, 2, 95]]);
    expect(open(play([...flat(100, 100), below], {}, [{ bar: 1, size: 1, limit: 95 }]))).toEqual([[1, 2, 93]]);
  });

  it('fill a limit that is just touched', () => {
    expect(open(play([...flat(100, 100), [100, 101, 95, 99]], {}, [{ bar: 1, size: 1, limit: 95 }]))).toEqual([
      [1, 2, 95],
    ]);
  });

  it('fill a buy stop at the worse of stop and open, and a sell stop likewise', () => {
    const up: Row = [103, 107, 102, 106];
    expect(open(play([...flat(100, 100), up], {}, [{ bar: 1, size: 1, stop: 105 }]))).toEqual([[1, 2, 105]]);
    expect(open(play([...flat(100, 100), up], {}, [{ bar: 1, size: 1, stop: 101 }]))).toEqual([[1, 2, 103]]);
    const down: Row = [97, 98, 93, 94];
    expect(open(play([...flat(100, 100), down], {}, [{ bar: 1, size: -1, stop: 95 }]))).toEqual([[-1, 2, 95]]);
    expect(open(play([...flat(100, 100), down], {}, [{ bar: 1, size: -1, stop: 99 }]))).toEqual([[-1, 2, 97]]);
  });

  it('wait for bars that reach them', () => {
    expect(open(play(flat(100, 100, 102, 104, 106), {}, [{ bar: 1, size: 1, stop: 105 }]))).toEqual([[1, 4, 106]]);
  });

  it('fill a stop-limit at its stop when the limit leaves room', () => {
    const bar: Row = [110, 114, 109, 113];
    expect(open(play([...flat(110, 110), bar], {}, [{ bar: 1, size: 1, stop: 112, limit: 113 }]))).toEqual([
      [1, 2, 112],
    ]);
    const down: Row = [110, 111, 104, 105];
    expect(open(play([...flat(110, 110), down], {}, [{ bar: 1, size: -1, stop: 107, limit: 105 }]))).toEqual([
      [-1, 2, 107],
    ]);
  });

  it('leave a stop-limit whose limit is not beyond its stop waiting as a limit after the trigger', () => {
    const trigger: Row = [15, 16, 11, 15];
    const next: Row = [13, 14, 11.5, 12];
    const result = play([...flat(14, 14), trigger, next], {}, [{ bar: 1, size: 10, stop: 16, limit: 12 }]);
    expect(open(result)).toEqual([[10, 3, 12]]);
  });

  it('take a stop entry under trade_on_close from the last close, even when the open lies beyond', () => {
    const gap: Row = [110, 112, 109, 111];
    expect(open(play([...flat(100, 100), gap], { trade_on_close: true }, [{ bar: 1, size: 1, stop: 105 }]))).toEqual([
      [1, 2, 105],
    ]);
  });
});

describe('protective orders', () => {
  const wide: Row = [100, 106, 94, 100];

  it('are live in the entry bar of a market order, the stop-loss first', () => {
    const result = play([...flat(100, 100), wide, ...flat(100)], {}, [{ bar: 1, size: 10, sl: 95, tp: 105 }]);
    expect(closed(result)).toEqual([[10, 2, 100, 2, 95]]);
    expect(result.trades[0]).toMatchObject({ stopLoss: 95, takeProfit: 105, pnl: -50 });
  });

  it('wait for the next bar after a limit entry', () => {
    const result = play([...flat(100, 100), wide, ...flat(98)], {}, [{ bar: 1, size: 10, limit: 97, sl: 95, tp: 105 }]);
    expect(open(result)).toEqual([[10, 2, 97]]);
  });

  it('fill the target of a stop entry in its bar when the stop-loss was not touched', () => {
    const falling: Row = [109, 110, 104, 106];
    const result = play([...flat(109, 109), falling], {}, [{ bar: 1, size: -1, stop: 108, tp: 105, sl: 113 }]);
    expect(closed(result)).toEqual([[-1, 2, 108, 2, 105]]);
    const both: Row = [109, 113, 104, 106];
    expect(open(play([...flat(109, 109), both], {}, [{ bar: 1, size: -1, stop: 108, tp: 105, sl: 113 }]))).toEqual([
      [-1, 2, 108],
    ]);
  });

  it('fill at the open when the bar has gapped through', () => {
    const tape = [{ bar: 1, size: 1, sl: 90, tp: 120 }];
    expect(closed(play(flat(100, 100, 100, 50), {}, tape))).toEqual([[1, 2, 100, 3, 50]]);
    expect(closed(play(flat(100, 100, 100, 130), {}, tape))).toEqual([[1, 2, 100, 3, 130]]);
  });

  it('are cancelled by each other', () => {
    const result = play(flat(100, 100, 100, 130, 80), {}, [{ bar: 1, size: 1, sl: 90, tp: 120 }]);
    expect(result.orders.map(({ type, status }) => [type, status])).toEqual([
      ['market', 'filled'],
      ['limit', 'filled'],
      ['stop', 'cancelled'],
    ]);
  });

  it('move with the tape', () => {
    const rising = flat(100, 100, 100, 110, 120, 104);
    const result = play(rising, {}, [
      { bar: 1, size: 1, sl: 90 },
      { bar: 2, size: -1, stop: 90, contingent: 'sl', closesTradeEnteredAtBar: 2 },
      { bar: 3, size: -1, stop: 99, contingent: 'sl', closesTradeEnteredAtBar: 2 },
      { bar: 4, size: -1, stop: 108, contingent: 'sl', closesTradeEnteredAtBar: 2 },
    ]);
    expect(closed(result)).toEqual([[1, 2, 100, 5, 104]]);
    expect(result.trades[0]?.stopLoss).toBe(108);
    expect(result.orders.filter(({ type }) => type === 'stop')).toHaveLength(3);
  });

  it('are refused on the wrong side of the price, spread counted in', () => {
    const result = play(flat(100, 100, 100), { spread: 0.02 }, [
      { bar: 1, size: 1, tp: 101 },
      { bar: 1, size: 1, sl: 102 },
      { bar: 1, size: -1, sl: 97 },
      { bar: 1, size: 1, limit: 95, sl: 96 },
    ]);
    expect(result.orders.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    expect(result.orders[0]?.reason).toContain('stop-loss < price < take-profit');
  });
});

describe('netting', () => {
  it('closes first in, first out and turns the rest around', () => {
    const result = play(flat(100, 100, 100, 110, 120), { spread: 0.01 }, [
      { bar: 1, size: 10 },
      { bar: 2, size: -15 },
    ]);
    expect(closed(result)).toEqual([[10, 2, 101, 3, 110]]);
    expect(open(result)).toEqual([[-5, 3, 108.9]]);
    expect(result.orders[1]).toMatchObject({ status: 'filled', filledQuantity: 15 });
  });

  it('closes parts of trades, which keep nothing of the protective orders; those shrink', () => {
    const result = play(flat(100, 100, 100, 110, 120, 80), {}, [
      { bar: 1, size: 5, tag: 'a' },
      { bar: 1, size: 5, tag: 'b', sl: 90 },
      { bar: 2, size: -7 },
    ]);
    expect(closed(result)).toEqual([
      [5, 2, 100, 3, 110],
      [2, 2, 100, 3, 110],
      [3, 2, 100, 5, 80],
    ]);
    expect(result.trades.map(({ stopLoss, tag }) => [stopLoss, tag])).toEqual([
      [null, 'a'],
      [null, 'b'],
      [90, 'b'],
    ]);
  });

  it('keeps both directions under hedging', () => {
    const result = play(flat(100, 100, 100, 110, 120), { hedging: true }, [
      { bar: 1, size: 2 },
      { bar: 2, size: -1 },
    ]);
    expect(open(result)).toEqual([
      [2, 2, 100],
      [-1, 3, 110],
    ]);
  });
});

describe('closes of trades', () => {
  it('stand at the front of the queue and close what is left of the trade', () => {
    const close = { bar: 2, size: -5, contingent: 'close', closesTradeEnteredAtBar: 2 };
    const result = play(flat(100, 100, 100, 110, 120), {}, [
      { bar: 1, size: 10 },
      { bar: 2, size: 3 },
      close,
      close,
      close,
    ]);
    expect(closed(result)).toEqual([
      [5, 2, 100, 3, 110],
      [5, 2, 100, 3, 110],
    ]);
    expect(open(result)).toEqual([[3, 3, 110]]);
    expect(result.fills.map(({ side, quantity }) => [side, quantity])).toEqual([
      ['buy', 10],
      ['sell', 5],
      ['sell', 5],
      ['buy', 3],
    ]);
  });

  it('tell trades of one bar apart by their size', () => {
    const result = play(flat(100, 100, 100, 110), {}, [
      { bar: 1, size: 10 },
      { bar: 1, size: 4 },
      { bar: 2, size: -4, contingent: 'close', closesTradeEnteredAtBar: 2 },
    ]);
    expect(open(result)).toEqual([[10, 2, 100]]);
  });

  it('fill under trade_on_close at the close before, protective orders at the open', () => {
    // The library's own regression test: two buys with stops, one closed by hand, one by its stop.
    const closes = [100, 101, 102, 50, 51];
    const rows = closes.map((close): Row => [close - 10, close, close, close]);
    const tape = [
      { bar: 1, size: 1, sl: 90 },
      { bar: 1, size: 1, sl: 80 },
    ];
    const close = { bar: 2, size: -1, contingent: 'close' };
    const onClose = play(rows, { cash: 250, trade_on_close: true }, [
      ...tape,
      { ...close, closesTradeEnteredAtBar: 1 },
    ]);
    expect(closed(onClose)).toEqual([
      [1, 1, 101, 2, 102],
      [1, 1, 101, 3, 40],
    ]);
    const onOpen = play(rows, { cash: 250 }, [...tape, { ...close, closesTradeEnteredAtBar: 2 }]);
    expect(closed(onOpen)).toEqual(
      expect.arrayContaining([
        [1, 2, 92, 3, 40],
        [1, 2, 92, 3, 40],
      ]),
    );
  });
});

describe('exclusive orders', () => {
  it('withdraw what waits and close what is open', () => {
    const result = play(flat(100, 100, 100, 100, 90), { exclusive_orders: true }, [
      { bar: 1, size: 2 },
      { bar: 2, size: 1, limit: 95 },
      { bar: 3, size: -3 },
    ]);
    expect(closed(result)).toEqual([[2, 2, 100, 3, 100]]);
    expect(open(result)).toEqual([[-3, 4, 90]]);
    expect(result.orders.find(({ type }) => type === 'limit')?.status).toBe('cancelled');
  });

  it('play the same whether or not the tape has the closes that they cause', () => {
    const tape = [
      { bar: 1, size: 2 },
      { bar: 2, size: 1, limit: 95 },
      { bar: 3, size: -3 },
    ];
    const caused = { size: -2, contingent: 'close', closesTradeEnteredAtBar: 2 };
    const withCloses = [tape[0], { bar: 2, ...caused }, tape[1], tape[2]] as object[];
    const rows = flat(100, 100, 100, 97, 90, 91);
    expect(play(rows, { exclusive_orders: true }, withCloses).tradeHash).toBe(
      play(rows, { exclusive_orders: true }, tape).tradeHash,
    );
  });

  it('pass over every other waiting order, as the original does', () => {
    const result = play(flat(100, 100, 100, 100), { exclusive_orders: true }, [
      { bar: 1, size: 1 },
      { bar: 2, size: 2 },
      { bar: 2, size: -3 },
    ]);
    expect(open(result)).toEqual([[-1, 3, 100]]);
  });
});

describe('sizes', () => {
  const fillOf = (config: object, tape: readonly object[], rows = flat(100, 100, 100, 100)): number | undefined =>
    play(rows, config, tape).fills.at(-1)?.quantity;

  it('take a fraction of what equity affords, whole units only', () => {
    expect(fillOf({ cash: 1_000 }, [{ bar: 1, size: 0.35 }])).toBe(3);
    expect(fillOf({ cash: 1_000, margin: 0.1 }, [{ bar: 1, size: 0.35 }])).toBe(35);
    expect(fillOf({ cash: 1_000, spread: 0.01 }, [{ bar: 1, size: 0.9999 }])).toBe(9);
    expect(fillOf({ cash: 1_000, commission: 0.01 }, [{ bar: 1, size: 0.9999 }])).toBe(9);
  });

  it('count the fixed fee of a fraction per unit, divided by the fraction', () => {
    // 10,000 × 0.5 ÷ (100 + 10 ÷ 0.5) = 41.67
    expect(fillOf({ commission: [10, 0] }, [{ bar: 1, size: 0.5 }])).toBe(41);
  });

  it('leave out the margin that positions bind at the close of the bar that fills', () => {
    // At the close of bar 3: equity 1,000 + 5 × 20 = 1,100, bound 5 × 120 = 600; 500 × 0.99 ÷ 110 = 4.5
    const rows: readonly Row[] = [...flat(100, 100, 100), [110, 125, 105, 120]];
    expect(
      fillOf(
        { cash: 1_000 },
        [
          { bar: 1, size: 5 },
          { bar: 2, size: 0.99 },
        ],
        rows,
      ),
    ).toBe(4);
  });

  it('cancel an order that is not affordable; what it netted stays netted', () => {
    const result = play(flat(100, 100, 100, 100), { cash: 1_000 }, [
      { bar: 1, size: -5 },
      { bar: 2, size: 1_000 },
    ]);
    expect(closed(result)).toEqual([[-5, 2, 100, 3, 100]]);
    expect(open(result)).toEqual([]);
    expect(result.orders[1]).toMatchObject({
      status: 'cancelled',
      filledQuantity: 5,
      reason: 'The margin does not suffice.',
    });
  });

  it('cancel a fraction that is not even one unit', () => {
    expect(play(flat(100, 100, 100), { cash: 99 }, [{ bar: 1, size: 0.9 }]).orders[0]).toMatchObject({
      status: 'cancelled',
      filledQuantity: 0,
    });
  });

  it('refuse parts of units', () => {
    expect(play(flat(100, 100, 100), {}, [{ bar: 1, size: 2.5 }]).orders[0]?.status).toBe('rejected');
  });

  it('trade parts of units where the fractional unit says so', () => {
    const result = play(flat(100, 100, 100, 110), { cash: 60, fractional_unit: 0.01, finalize_trades: true }, [
      { bar: 1, size: 0.5, tp: 120, sl: 90 },
    ]);
    expect(result.trades[0]).toMatchObject({
      quantity: 0.3,
      entryPrice: 100,
      exitPrice: 110,
      takeProfit: 120,
      stopLoss: 90,
    });
    expect(result.equity.at(-1)).toBeCloseTo(63, 12);
  });
});

describe('commission', () => {
  it('is paid at entry and exit, fixed and relative', () => {
    // The library's own test: 100 units from 1 to 4 at (10, 1 %) cost 10 + 1 + 10 + 4.
    const result = play(flat(1, 1, 1, 2, 4, 1, 2), { cash: 5_000, commission: [10, 0.01] }, [
      { bar: 1, size: 100, tp: 3 },
    ]);
    expect(result.trades[0]).toMatchObject({ commission: 25, pnl: 275 });
    expect(result.equity.at(-1)).toBe(5_275);
    expect(result.profileStatistics?.['Commissions [$]']).toBe(25);
  });

  it('can be a rebate', () => {
    expect(play(flat(100, 100, 100), { commission: -0.001 }, [{ bar: 1, size: 10 }]).equity.at(-1)).toBe(10_001);
  });
});

describe('ruin', () => {
  const rows = flat(100, 100, 100, 85, 90, 95);

  it('closes everything at that close, and equity stays zero', () => {
    const result = play(rows, { cash: 1_000, margin: 0.1 }, [
      { bar: 1, size: 90 },
      { bar: 4, size: 1 },
    ]);
    expect(closed(result)).toEqual([[90, 2, 100, 3, 85]]);
    expect([...result.equity]).toEqual([1_000, 1_000, 1_000, 0, 0, 0]);
    expect(result.orders).toHaveLength(1);
  });

  it('passes over every other trade, as the original does', () => {
    const result = play(rows, { cash: 1_000, margin: 0.1 }, [
      { bar: 1, size: 30 },
      { bar: 1, size: 30 },
      { bar: 1, size: 30 },
    ]);
    expect(closed(result)).toEqual([
      [30, 2, 100, 3, 85],
      [30, 2, 100, 3, 85],
    ]);
    expect(result.profileStatistics?.['# Trades']).toBe(2);
  });
});

describe('the end of the data', () => {
  const rows: readonly Row[] = [...flat(100, 100, 100), [110, 120, 105, 118]];

  it('leaves trades open unless they are finalized', () => {
    const result = play(rows, {}, [{ bar: 1, size: 1 }]);
    expect(open(result)).toEqual([[1, 2, 100]]);
    expect(result.profileStatistics?.['# Trades']).toBe(0);
    expect(result.equity.at(-1)).toBe(10_018);
  });

  it("closes them at the last bar's open, and equity follows", () => {
    const result = play(rows, { finalize_trades: true }, [{ bar: 1, size: 1 }]);
    expect(closed(result)).toEqual([[1, 2, 100, 3, 110]]);
    expect(result.equity.at(-1)).toBe(10_010);
  });

  it('closes them under trade_on_close at the close before the last', () => {
    expect(closed(play(rows, { finalize_trades: true, trade_on_close: true }, [{ bar: 1, size: 1 }]))).toEqual([
      [1, 1, 100, 2, 100],
    ]);
  });

  it('looks once more at all that waits, new entries too', () => {
    const result = play(rows, { finalize_trades: true }, [
      { bar: 1, size: 1 },
      { bar: 3, size: 2 },
    ]);
    expect(closed(result)).toEqual([[1, 2, 100, 3, 110]]);
    expect(open(result)).toEqual([[2, 3, 110]]);
  });
});

describe('what a strategy sees', () => {
  it('is called from the second bar on, or one after its indicators are warm', () => {
    const steps: number[] = [];
    act(flat(1, 1, 1, 1), {}, (step, book) => {
      steps.push(step);
      expect([book.firstStep(0), book.firstStep(19)]).toEqual([1, 20]);
    });
    expect(steps).toEqual([1, 2, 3]);
  });

  it('has a position, cash, equity and whole units to ask for', () => {
    act(flat(100, 100, 100, 110), { cash: 1_000, margin: 0.5, commission: 0.01 }, (step, book) => {
      if (step === 1) {
        expect(book.unitsFor(0, { fraction: 0.5 })).toBe(4);
        expect(book.unitsFor(0, { value: -505 })).toBe(-5);
        expect(book.roundUnits(0, -2.7)).toBe(-2);
        book.submit(order({ size: { quantity: 5 } }));
        expect(book.openOrders()).toHaveLength(1);
      }
      if (step !== 3) return;
      expect(book.position(0)).toEqual({ quantity: 5, averagePrice: 100, unrealized: 50 });
      expect(book.equity).toBe(1_045);
      expect(book.cash).toBe(1_045 - 275);
    });
  });

  it('closes a position ahead of the queue', () => {
    const result = act(flat(100, 100, 100, 110, 120), {}, (step, book) => {
      if (step === 1) book.submit(order({ size: { quantity: 5 } }));
      if (step !== 2) return;
      book.submit(order({ size: { quantity: 2 } }));
      expect(book.closePosition?.(0)).toMatchObject({ side: 'sell', quantity: 5 });
    });
    expect(closed(result)).toEqual([[5, 2, 100, 3, 110]]);
    expect(open(result)).toEqual([[2, 3, 110]]);
  });

  it('amends a waiting order, and a protective one through its handle', () => {
    const result = act(flat(100, 100, 100, 97, 92), {}, (step, book) => {
      if (step === 1) book.submit(order({ size: { quantity: 5 }, stopLoss: 80 }));
      if (step === 1) book.submit(order({ size: { quantity: 1 }, type: 'limit', limit: 50 }));
      if (step !== 2) return;
      const [entry, limit] = book.log.orders;
      const stop = book.log.orders[entry?.stopLossOrder ?? -1];
      if (entry === undefined || limit === undefined || stop === undefined) throw new Error('orders are missing');
      expect(book.amend(stop, { stop: 95 })).toBe(null);
      expect(book.amend(limit, { limit: 97, quantity: 3 })).toBe(null);
      expect(book.amend(limit, { stop: 1 })).toBe('The order has no stop.');
      expect(book.amend(entry, { quantity: 2 })).toBe('The order does not wait any more.');
      expect(book.cancel(entry)).toBe(false);
    });
    expect(closed(result)).toEqual([[5, 2, 100, 4, 92]]);
    expect(open(result)).toEqual([[3, 3, 97]]);
  });

  it('is told why an order is refused', () => {
    const refused: (string | null)[] = [];
    act(flat(100, 100), {}, (_step, book) => {
      for (const request of [
        order({ size: { quantity: 1 }, type: 'trailing-stop', trail: { amount: 1 } }),
        order({ size: { quantity: 1 }, timeInForce: 'DAY' }),
        order({ size: { quantity: 1 }, postOnly: true }),
        order({ size: { quantity: 1 }, type: 'limit' }),
        order({ size: { quantity: 1 }, feed: 1 }),
        order({ size: { quantity: 1 }, closesTrade: 7 }),
      ]) {
        refused.push(book.submit(request).reason);
      }
    });
    expect(refused).toEqual([
      'Under this profile there are no trailing-stop orders.',
      'Under this profile orders wait until they are cancelled.',
      'Under this profile orders have no postOnly.',
      'A limit order has a limit price.',
      'Under this profile only the first feed is traded.',
      'There is no such open trade.',
    ]);
  });
});

describe('whatever is ordered', () => {
  const price = fc.integer({ min: 80, max: 120 });
  const rows = fc
    .array(fc.tuple(price, price, price, price), { minLength: 4, maxLength: 30 })
    .map((list) => list.map((four): Row => [four[0], Math.max(...four), Math.min(...four), four[3]]));
  const level = fc.option(fc.integer({ min: 80, max: 120 }), { nil: null });
  const entry = fc.record({
    bar: fc.integer({ min: 1, max: 29 }),
    size: fc
      .oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(0.3, 0.9999))
      .chain((size) => fc.constantFrom(size, -size)),
    limit: level,
    stop: level,
    sl: level,
    tp: level,
  });
  const config = fc.record({
    commission: fc.constantFrom(0, 0.002, -0.001),
    spread: fc.constantFrom(0, 0.01),
    margin: fc.constantFrom(1, 0.2),
    trade_on_close: fc.boolean(),
    hedging: fc.boolean(),
    exclusive_orders: fc.boolean(),
    finalize_trades: fc.boolean(),
  });

  it('equity is the cash at the start plus what the trades made, and runs repeat', () => {
    fc.assert(
      fc.property(rows, config, fc.array(entry, { maxLength: 25 }), (bars, settings, tape) => {
        const result = play(bars, settings, tape);
        expect(play(bars, settings, tape).tradeHash).toBe(result.tradeHash);
        const final = result.equity.at(-1) ?? NaN;
        if (final === 0) return; // closed out: the loss beyond the cash is forgiven
        const made = result.trades.reduce((sum, { pnl }) => sum + pnl, 0);
        expect(final).toBeCloseTo(10_000 + made, 6);
      }),
    );
  });
});
