/**
 * Runs of backtesting.py 0.6.6 itself, and facts that its own test suite and documentation state
 * about its sample data. Needs the reference files beside the project.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseOrderTape } from '../../engine/order-tape.ts';
import type { Order } from '../../engine/order.ts';
import type { BacktestResult } from '../../engine/result.ts';
import type { OpenTrade, RuleBook } from '../../engine/rule-book.ts';
import { prepareRunData } from '../../engine/run-data.ts';
import { runBacktest } from '../../engine/run.ts';
import type { RunTrader } from '../../engine/run.ts';
import { playTape } from '../../engine/tape-player.ts';
import { allocateBars, barColumns } from '../../market/bars.ts';
import type { Bars } from '../../market/bars.ts';
import { dayMs, parseTime } from '../../market/calendar.ts';
import { backtestingPyProfile } from './profile.ts';

const shared = new URL('../../../../shared/', import.meta.url);
const runsFolder = new URL('reference/backtests/', shared);

interface ReferenceRun {
  readonly id: string;
  readonly engine: string;
  readonly data: string;
  readonly config: object;
  readonly strategy: { readonly text: string };
  readonly stats: Readonly<Record<string, number | string | null>>;
  readonly trades: readonly Readonly<Record<string, number | string | null>>[];
  readonly bars?: readonly Readonly<Record<string, number>>[];
  readonly orderTape: unknown;
  readonly equity: readonly number[];
}

const barsOf = (rows: readonly Readonly<Record<string, number>>[]): Bars => {
  const bars = allocateBars(rows.length);
  for (const column of barColumns) rows.forEach((row, i) => void (bars[column][i] = row[column] ?? 0));
  return bars;
};

const readCsv = (path: string): Bars =>
  barsOf(
    readFileSync(new URL(path, shared), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [time = '', ...numbers] = line.split(',');
        const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = numbers.map(Number);
        return { time: parseTime(time), open, high, low, close, volume };
      }),
  );

const run = (bars: Bars, config: object, trader: RunTrader): BacktestResult => {
  const instrument = { symbol: 'X', tick: 0, lot: 0, multiplier: 1, currency: 'USD' };
  const feed = { id: 'main', symbol: 'X', timeframeMs: dayMs, instrument, bars };
  return runBacktest({ data: prepareRunData('all', [feed]), profile: backtestingPyProfile(config), trader });
};

/** Runs `onBar` from the bar after `warm` on, as a strategy whose slowest indicator is defined at `warm`. */
const strategyRun = (
  bars: Bars,
  config: object,
  warm: number,
  onBar: (step: number, book: RuleBook) => void,
): BacktestResult => {
  let step = -1;
  return run(bars, config, {
    name: 'test',
    start: ({ market, book }) => ({
      advance: () => void (step = market.step),
      isWarm: () => step >= warm,
      act: () => onBar(step, book),
      stop() {},
    }),
  });
};

const closedOf = (result: BacktestResult): BacktestResult['trades'] =>
  result.trades.filter(({ exitBar }) => exitBar !== null);
const movingAverage = (values: Float64Array, length: number, at: number): number => {
  let sum = 0;
  for (let i = at - length + 1; i <= at; i++) sum += values[i] ?? NaN;
  return sum / length;
};
/** On 2011-02-04 GOOG closed exactly at its average of ten days: a sum's rounding must not decide. */
const roundingMax = 1e-9;
const buy = (book: RuleBook, size: Order['request']['size'], more: Partial<Order['request']> = {}): Order =>
  book.submit({ feed: 0, side: 'buy', type: 'market', size, ...more });
const everything = { fraction: 1 - Number.EPSILON };
const closeTrade = (book: RuleBook, trade: OpenTrade, quantity: number): Order =>
  book.submit({
    feed: 0,
    side: trade.quantity > 0 ? 'sell' : 'buy',
    type: 'market',
    size: { quantity },
    closesTrade: trade.id,
  });

const references: readonly ReferenceRun[] = existsSync(runsFolder)
  ? readdirSync(runsFolder)
      .map((name) => JSON.parse(readFileSync(new URL(name, runsFolder), 'utf8')) as ReferenceRun) // the folder's files have this shape
      .filter(({ engine }) => engine.startsWith('backtesting.py'))
  : [];

describe.runIf(references.length > 0)('recorded runs of backtesting.py', () => {
  it.each(references.map((reference) => [reference.id, reference] as const))(
    '%s comes out the same',
    (_id, reference) => {
      const { config, stats, equity, trades } = reference;
      const bars = reference.bars === undefined ? readCsv(reference.data) : barsOf(reference.bars);
      // A tape does not tell when the indicators were warm, but the text of these strategies does: SMA(20).
      const warmUp = reference.bars === undefined ? { warm_up_bars: 19 } : {};
      const result = run(
        bars,
        { ...config, ...warmUp },
        { name: 'tape', start: (floor) => playTape(parseOrderTape(reference.orderTape), floor) },
      );

      const got = closedOf(result).map((trade) => ({
        size: trade.side === 'long' ? trade.quantity : -trade.quantity,
        entryBar: trade.entryBar,
        exitBar: trade.exitBar,
        entryPrice: trade.entryPrice,
        exitPrice: trade.exitPrice,
        sl: trade.stopLoss,
        tp: trade.takeProfit,
        pnl: trade.pnl,
        commission: trade.commission,
        returnPct: trade.returnFraction,
        tag: trade.tag,
      }));
      expect(got).toEqual(trades.map(({ entryTime: _entry, exitTime: _exit, ...trade }) => trade));
      expect(result.equity.length).toBe(equity.length);
      equity.forEach((value, step) => expect(Math.abs((result.equity[step] ?? NaN) - value)).toBeLessThan(1e-6));
      const statistics = result.profileStatistics ?? {};
      expect(Object.keys(statistics)).toEqual(Object.keys(stats));
      for (const [name, value] of Object.entries(stats)) {
        const own = statistics[name];
        if (typeof value === 'number' && typeof own === 'number')
          expect(Math.abs(own - value), name).toBeLessThanOrEqual(1e-10 * Math.abs(value));
        else expect(own, name).toBe(value);
      }
    },
  );
});

describe.runIf(existsSync(new URL('data/GOOG.csv', shared)))("facts of that library's own tests", () => {
  const goog = existsSync(new URL('data/GOOG.csv', shared)) ? readCsv('data/GOOG.csv') : allocateBars(0);
  const { close, high, low, time } = goog;
  const on = (date: string): number => time.indexOf(parseTime(date));
  const tape = (config: object, entries: readonly object[], bars: Bars = goog): BacktestResult =>
    run(bars, config, { name: 'tape', start: (floor) => playTape(parseOrderTape(entries), floor) });

  const smaCross = (bars: Bars, config: object, fast: number, slow: number): BacktestResult =>
    strategyRun(bars, config, slow - 1, (step, book) => {
      const before = movingAverage(bars.close, fast, step - 1) - movingAverage(bars.close, slow, step - 1);
      const now = movingAverage(bars.close, fast, step) - movingAverage(bars.close, slow, step);
      if (before * now >= 0) return;
      book.closePosition?.(0);
      book.submit({ feed: 0, side: now > 0 ? 'buy' : 'sell', type: 'market', size: everything });
    });

  it('SmaCross(10, 30) on GOOG has the statistics that its documentation prints', () => {
    const { profileStatistics } = smaCross(goog, { finalize_trades: true }, 10, 30);
    const expected = {
      Duration: 3116,
      'Exposure Time [%]': 96.74115456238361,
      'Equity Final [$]': 51422.98999999996,
      'Equity Peak [$]': 75787.44,
      'Return [%]': 414.2298999999996,
      'Buy & Hold Return [%]': 522.0601851851852,
      'Alpha [%]': 394.37391142027462,
      Beta: 0.03803390709192,
      'Max. Drawdown [%]': -47.98012705007589,
      'Avg. Drawdown [%]': -5.925851581948801,
      'Max. Drawdown Duration': 584,
      'Avg. Drawdown Duration': 41,
      '# Trades': 66,
      'Win Rate [%]': 46.96969696969697,
      'Best Trade [%]': 53.59595229490424,
      'Worst Trade [%]': -18.39887353835481,
      'Avg. Trade [%]': 2.531715975158555,
      'Max. Trade Duration': 183,
      'Avg. Trade Duration': 46,
      'Profit Factor': 2.167945974262033,
      'Expectancy [%]': 3.274807806674883,
      SQN: 1.0766187356697705,
      'Kelly Criterion': 0.1518705127029717,
    };
    for (const [name, value] of Object.entries(expected)) {
      expect((profileStatistics?.[name] as number) / value, name).toBeCloseTo(1, 8);
    }
    expect(profileStatistics?.['Return (Ann.) [%]']).toBeCloseTo(21.19, 2);
    expect(profileStatistics?.['CAGR [%]']).toBeCloseTo(21.16, 2);
  });

  it('a stop-loss is hit on the day of a market entry, but not of a stop entry', () => {
    const day = on('2012-10-17');
    expect(tape({}, [{ bar: day, size: 0.9999, sl: 720 }]).trades[0]?.exitPrice).toBe(720);
    expect(tape({}, [{ bar: day, size: 0.9999, stop: 758, sl: 720 }]).trades[0]?.exitPrice).toBe(705.58);
  });

  it('a stop between its stop-loss and its take-profit fills at the stop', () => {
    expect(tape({}, [{ bar: on('2004-09-09'), size: 0.9999, stop: 104, sl: 103, tp: 110 }]).trades[0]?.entryPrice).toBe(
      104,
    );
  });

  it('a stop entry and its take-profit fill in one bar', () => {
    expect(tape({}, [{ bar: 2, size: -0.9999, stop: 108, tp: 105, sl: 113 }]).trades[0]).toMatchObject({
      exitBar: 3,
      exitPrice: 105,
    });
  });

  it('a stop-loss set later is looked at before the take-profit', () => {
    const trade = { bar: 4, size: -1, closesTradeEnteredAtBar: 4 };
    const entries = [
      { bar: 3, size: 1 },
      { ...trade, contingent: 'sl', stop: 105 },
      { ...trade, contingent: 'tp', limit: 107.9 },
    ];
    expect(tape({}, entries).trades[0]?.exitPrice).toBe(104.95);
  });

  it('a stop-loss that was gapped through stays in the record of the trade', () => {
    expect(tape({}, [{ bar: 8, size: 1, sl: 99.5 }]).trades[0]).toMatchObject({ exitPrice: 99.19, stopLoss: 99.5 });
  });

  it('spread and commission come off the equity as stated', () => {
    const entries = [{ bar: 1, size: 1 - Number.EPSILON }];
    const closing = { bar: 2, contingent: 'close', closesTradeEnteredAtBar: 2, size: -1_000 };
    const cents = ({ equity }: BacktestResult): readonly string[] =>
      Array.from(equity.slice(2, 4), (value) => value.toFixed(2));
    expect(cents(tape({ spread: 0.01, commission: 0.01 }, [...entries, closing]))).toEqual(['9685.31', '9749.33']);
    expect(cents(tape({ commission: [100, 0.01] }, [...entries, closing]))).toEqual(['9784.50', '9718.69']);
  });

  it('every trade of EURUSD under trade_on_close exits at a close', () => {
    const eurusd = readCsv('data/EURUSD.csv');
    const trades = closedOf(smaCross(eurusd, { trade_on_close: true, finalize_trades: true }, 10, 30));
    expect(trades.length).toBeGreaterThan(50);
    for (const { exitBar, exitPrice } of trades) expect(exitPrice).toBe(eurusd.close[exitBar ?? -1]);
  });

  it('stop-limit brackets that are closed piece by piece make 131 trades, 132 with the last', () => {
    const halfToEven = (value: number): number => (value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));
    const trades = (config: object): number =>
      closedOf(
        strategyRun(goog, config, 9, (step, book) => {
          const price = close[step] ?? NaN;
          if (movingAverage(close, 10, step - 1) < (close[step - 1] ?? NaN) && movingAverage(close, 10, step) > price) {
            for (const order of book.openOrders())
              if (order.request.closesTrade === undefined || order.type === 'market') book.cancel(order);
            book.submit({
              feed: 0,
              side: 'sell',
              type: 'stop-limit',
              size: { fraction: 0.21 },
              limit: price,
              stop: price,
              stopLoss: 1.05 * price,
              takeProfit: 0.9 * price,
            });
            return;
          }
          const [first] = book.openTrades?.() ?? [];
          if (first === undefined || (time[step] ?? 0) - (time[first.entryBar] ?? 0) <= 3 * dayMs) return;
          for (const portion of [0.5, 0.5, 0.5, 1, 1]) {
            for (const trade of book.openTrades?.() ?? [])
              closeTrade(book, trade, Math.max(1, halfToEven(Math.abs(trade.quantity) * portion)));
          }
        }),
      ).length;
    expect([trades({}), trades({ finalize_trades: true })]).toEqual([131, 132]);
  });

  it('a stop-loss trailed by three average ranges makes 56 trades', () => {
    const ranges = Float64Array.from(close, (_, i) => {
      const previous = close[i - 1] ?? NaN;
      return Math.max(
        (high[i] ?? NaN) - (low[i] ?? NaN),
        Math.abs(previous - (high[i] ?? NaN)),
        Math.abs(previous - (low[i] ?? NaN)),
      );
    });
    const rangeAt = (step: number): number => movingAverage(ranges, 40, Math.max(step, 40));
    const result = strategyRun(goog, {}, 9, (step, book) => {
      const price = close[step] ?? NaN;
      for (const trade of book.openTrades?.() ?? []) {
        book.protect?.(trade.id, 'stop-loss', Math.max(trade.stopLoss ?? -Infinity, price - rangeAt(step) * 3));
      }
      if (book.position(0).quantity === 0 && price > movingAverage(close, 10, step)) buy(book, everything);
    });
    expect(closedOf(result)).toHaveLength(56);
  });

  it('a unit bought above the average at every bar, all sold below it, makes 1,180 trades', () => {
    const result = strategyRun(goog, {}, 0, (step, book) => {
      const above = step < 9 ? 0 : (close[step] ?? NaN) - movingAverage(close, 10, step);
      if (above < -roundingMax) for (const trade of book.openTrades?.() ?? []) closeTrade(book, trade, trade.quantity);
      if (above > roundingMax) buy(book, { quantity: 1 });
    });
    expect(closedOf(result)).toHaveLength(1_180);
  });

  it('millionths of bitcoin on monthly bars make 41 trades, 42 with the last, the first at 236.69', () => {
    const all = readCsv('data/BTCUSD.csv');
    const from = all.time.findIndex((value) => value >= parseTime('2015-01-01'));
    const bars = Object.fromEntries(
      barColumns.map((column) => [column, all[column].subarray(from)]),
    ) as unknown as Bars; // every column is there
    const config = { cash: 100, fractional_unit: 1e-6 };
    const trades = closedOf(smaCross(bars, config, 2, 3));
    expect(trades).toHaveLength(41);
    expect(trades[0]?.entryPrice).toBeCloseTo(236.69, 7);
    expect(closedOf(smaCross(bars, { ...config, finalize_trades: true }, 2, 3))).toHaveLength(42);
  });
});
