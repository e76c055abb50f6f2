/**
 * Facts that backtrader's own test suite and documentation state about its sample data: a
 * moving-average cross, with each type of entry order. Needs the sample data beside the project.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '../../engine/order.ts';
import type { BacktestResult } from '../../engine/result.ts';
import type { RuleBook } from '../../engine/rule-book.ts';
import { prepareRunData } from '../../engine/run-data.ts';
import { runBacktest } from '../../engine/run.ts';
import { allocateBars, sliceBars } from '../../market/bars.ts';
import type { Bars } from '../../market/bars.ts';
import { dayMs, formatTime, parseTime } from '../../market/calendar.ts';
import { backtraderProfile } from './profile.ts';

const data = new URL('../../../../shared/data/', import.meta.url);

const readBars = (name: string): Bars => {
  const rows = readFileSync(new URL(name, data), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const bars = allocateBars(rows.length);
  rows.forEach(([time = '', ...numbers], i) => {
    const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = numbers.map(Number);
    for (const [column, value] of Object.entries({ time: parseTime(time), open, high, low, close, volume }))
      bars[column as keyof Bars][i] = value; // the keys are Bars' own
  });
  return bars;
};

interface Notes {
  readonly result: BacktestResult;
  readonly book: RuleBook;
  /** Closes at which orders were made. */
  readonly buyCreated: readonly string[];
  readonly sellCreated: readonly string[];
}

interface Cross {
  readonly period: number;
  readonly config?: object;
  /** Makes one order only. */
  readonly once?: boolean;
  /** The entry, by the close and the time of the bar at which it is made. Default: at market. */
  readonly entry?: (close: number, time: number) => Omit<OrderRequest, 'feed' | 'side' | 'size'>;
}

/** Buys one contract when the close crosses above its mean, closes when it crosses below. */
const crossRun = (
  bars: Bars,
  {
    period,
    config = { commission: 2, mult: 10, margin: 1000 },
    once = false,
    entry = () => ({ type: 'market' }),
  }: Cross,
): Notes => {
  const buyCreated: string[] = [];
  const sellCreated: string[] = [];
  const { close } = bars;
  const gap = (i: number): number =>
    (close[i] ?? NaN) - close.slice(i - period + 1, i + 1).reduce((sum, value) => sum + value, 0) / period;
  let books: RuleBook | null = null;
  const result = runBacktest({
    data: prepareRunData('all', [
      {
        id: 'main',
        symbol: 'X',
        timeframeMs: dayMs,
        instrument: { symbol: 'X', tick: 0, lot: 0, multiplier: 1, currency: 'EUR' },
        bars,
      },
    ]),
    profile: backtraderProfile(config),
    trader: {
      name: 'cross',
      start: ({ book, market }) => {
        books = book;
        let before = 0;
        return {
          advance() {},
          isWarm: () => market.step >= period - 1,
          act() {
            const now = gap(market.step);
            const last = before;
            if (now !== 0) before = now;
            if (market.step < period) return;
            if (book.openOrders().length > 0 || (once && book.log.orders.length > 0)) return;
            const held = book.position(0).quantity;
            const shown = (close[market.step] ?? NaN).toFixed(2);
            if (held === 0 && last < 0 && now > 0) {
              buyCreated.push(shown);
              book.submit({
                feed: 0,
                side: 'buy',
                size: { quantity: 1 },
                ...entry(close[market.step] ?? NaN, market.time),
              });
            } else if (held !== 0 && last > 0 && now < 0) {
              sellCreated.push(shown);
              book.submit({ feed: 0, side: 'sell', size: { quantity: 1 }, type: 'market' });
            }
          },
          stop() {},
        };
      },
    },
  });
  if (books === null) throw new Error('The trader was not started.');
  return { result, book: books, buyCreated, sellCreated };
};

describe.runIf(existsSync(data))("backtrader's own tests on its 2006 sample", () => {
  const bars = existsSync(data) ? readBars('bt-2006-day-001.txt') : allocateBars(0);
  const fillsOf = ({ result }: Notes, side: string): readonly string[] =>
    result.fills.filter((fill) => fill.side === side).map(({ price }) => price.toFixed(2));

  it('creates and fills the orders of the 15-day cross at the published prices', () => {
    const notes = crossRun(bars, { period: 15 });
    expect(notes.buyCreated).toEqual([
      '3641.42',
      '3798.46',
      '3874.61',
      '3860.00',
      '3843.08',
      '3648.33',
      '3526.84',
      '3632.93',
      '3788.96',
      '3841.31',
      '4045.22',
      '4052.89',
    ]);
    expect(notes.sellCreated).toEqual([
      '3763.73',
      '3811.45',
      '3823.11',
      '3821.97',
      '3837.86',
      '3604.33',
      '3562.56',
      '3772.21',
      '3780.18',
      '3974.62',
      '4048.16',
    ]);
    expect(fillsOf(notes, 'buy')).toEqual([
      '3643.35',
      '3801.03',
      '3872.37',
      '3863.57',
      '3845.32',
      '3656.43',
      '3542.65',
      '3639.65',
      '3799.86',
      '3840.20',
      '4047.63',
      '4052.55',
    ]);
    expect(fillsOf(notes, 'sell')).toEqual([
      '3763.95',
      '3811.85',
      '3822.35',
      '3822.57',
      '3829.82',
      '3598.58',
      '3545.92',
      '3766.80',
      '3782.15',
      '3979.73',
      '4045.05',
    ]);
    expect(notes.book.equity.toFixed(2)).toBe('12795.00');
    expect(notes.book.cash.toFixed(2)).toBe('11795.00');
  });

  it('ends with the published value and cash for every period of the optimisation', () => {
    const books = Array.from({ length: 40 }, (_, i) => crossRun(bars, { period: i + 5, once: true }).book);
    // All of them hold one contract, which binds its margin.
    expect(books.map(({ cash }) => (cash + 1000).toFixed(2))).toEqual(books.map(({ equity }) => equity.toFixed(2)));
    expect(books.map(({ equity }) => equity.toFixed(2))).toEqual([
      '14525.80',
      '14525.80',
      '15408.20',
      '15408.20',
      ...Array.from({ length: 10 }, () => '14763.90'),
      '13187.10',
      '13187.10',
      '13187.10',
      ...Array.from({ length: 6 }, () => '13684.40'),
      ...Array.from({ length: 4 }, () => '13656.10'),
      ...Array.from({ length: 13 }, () => '12988.10'),
    ]);
  });

  it('gives the published system quality number and yearly return', () => {
    const { result } = crossRun(bars, { period: 15 });
    expect(result.profileStatistics?.['SQN.trades']).toBe(11);
    expect(result.profileStatistics?.['SQN.sqn']).toBeCloseTo(0.912550316439, 12);
    expect(result.profileStatistics?.['TimeReturn.2006']).toBeCloseTo(0.2794999999999983, 14);
  });
});

describe.runIf(existsSync(data))("the runs that backtrader's documentation prints, one for each type of order", () => {
  const bars = existsSync(data) ? readBars('bt-2005-2006-day-001.txt') : allocateBars(0);
  const from = bars.time.findIndex((time) => time >= parseTime('2006-01-01'));
  const year = sliceBars(bars, Math.max(0, from), bars.time.length);
  const dayOf = (step: number): string => formatTime(year.time[step] ?? NaN).slice(0, 10);
  const linesOf = (entry: Cross['entry']): readonly string[] => {
    const { result } = crossRun(year, { period: 15, config: {}, ...(entry === undefined ? {} : { entry }) });
    return result.orders.flatMap(({ status, side, fillPrice, updatedStep }) => {
      if (status === 'filled') return [`${dayOf(updatedStep)} ${side} ${fillPrice?.toFixed(2) ?? ''}`];
      return status === 'expired' ? [`${dayOf(updatedStep)} expired`] : [];
    });
  };
  const valid = (time: number, days: number) => ({ timeInForce: 'GTD', expiresAt: time + days * dayMs }) as const;

  it('Market and Close', () => {
    const market = linesOf(undefined);
    expect(market.slice(0, 2)).toEqual(['2006-01-27 buy 3643.35', '2006-03-03 sell 3763.95']);
    expect(market.at(-1)).toBe('2006-12-12 buy 4052.55');
    const close = linesOf(() => ({ type: 'market-on-close' }));
    expect(close.slice(0, 2)).toEqual(['2006-01-27 buy 3685.48', '2006-03-03 sell 3763.95']);
    expect(close.slice(-3)).toEqual(['2006-11-07 buy 4072.86', '2006-11-27 sell 4045.05', '2006-12-12 buy 4059.74']);
  });

  it('Limit, without and with a time to live', () => {
    expect(linesOf((close) => ({ type: 'limit', limit: close * 0.99 }))).toEqual([
      '2006-05-18 buy 3605.01',
      '2006-06-06 sell 3598.58',
      '2006-06-28 buy 3491.57',
      '2006-07-14 sell 3545.92',
    ]);
    expect(linesOf((close, time) => ({ type: 'limit', limit: close * 0.99, ...valid(time, 4) }))).toEqual([
      ...['01-30', '03-14', '04-03', '04-24', '05-08', '06-05', '06-26', '07-28', '09-18'].map(
        (date) => `2006-${date} expired`,
      ),
      '2006-09-22 buy 3802.90',
      '2006-11-03 sell 3979.73',
      '2006-11-10 expired',
      '2006-12-15 expired',
    ]);
  });

  it('Stop', () => {
    expect(linesOf((close) => ({ type: 'stop', stop: close * 1.01 }))).toEqual([
      '2006-01-27 buy 3677.83',
      '2006-03-03 sell 3763.95',
      '2006-03-15 buy 3836.44',
      '2006-03-29 sell 3811.85',
      '2006-09-29 buy 3913.36',
      '2006-11-03 sell 3979.73',
      '2006-11-13 buy 4085.67',
      '2006-11-27 sell 4045.05',
      '2006-12-13 buy 4093.42',
    ]);
  });

  it('StopLimit with a time to live', () => {
    const lines = linesOf((close, time) => ({
      type: 'stop-limit',
      stop: close * 1.01,
      limit: close * 1.005,
      ...valid(time, 20),
    }));
    expect(lines.slice(0, 5)).toEqual([
      '2006-02-03 buy 3659.63',
      '2006-03-03 sell 3763.95',
      '2006-03-21 buy 3817.45',
      '2006-03-29 sell 3811.85',
      '2006-04-19 expired',
    ]);
    expect(lines.at(-1)).toBe('2006-12-22 buy 4073.15');
  });

  it('brackets: one expires, one is stopped out, one takes its profit', () => {
    const brackets = [
      { made: '2005-01-28', entry: 2941.11055, stop: 2881.99275, limit: 3000.22835 },
      { made: '2005-08-11', entry: 3337.3892, stop: 3270.306, limit: 3404.4724 },
      { made: '2005-09-26', entry: 3383.92535, stop: 3315.90675, limit: 3451.94395 },
    ];
    const result = runBacktest({
      data: prepareRunData('all', [
        {
          id: 'main',
          symbol: 'X',
          timeframeMs: dayMs,
          instrument: { symbol: 'X', tick: 0, lot: 0, multiplier: 1, currency: 'EUR' },
          bars,
        },
      ]),
      profile: backtraderProfile({}),
      trader: {
        name: 'bracket',
        start: ({ book, market }) => ({
          advance() {},
          isWarm: () => true,
          act() {
            const due = brackets.find(({ made }) => parseTime(made) === market.time);
            if (due === undefined) return;
            // Three days to live, counted from the end of the day; the ends of the bracket live on.
            const entry = book.submit({
              feed: 0,
              side: 'buy',
              size: { quantity: 1 },
              type: 'limit',
              limit: due.entry,
              timeInForce: 'GTD',
              expiresAt: market.time + 4 * dayMs - 1,
            });
            book.submit({
              feed: 0,
              side: 'sell',
              size: { quantity: 1 },
              type: 'stop',
              stop: due.stop,
              parent: entry.id,
            });
            book.submit({
              feed: 0,
              side: 'sell',
              size: { quantity: 1 },
              type: 'limit',
              limit: due.limit,
              parent: entry.id,
            });
          },
          stop() {},
        }),
      },
    });
    const days = result.orders.map(
      ({ status, updatedStep }) => `${formatTime(bars.time[updatedStep] ?? NaN).slice(0, 10)} ${status}`,
    );
    expect(days).toEqual([
      '2005-02-01 expired',
      '2005-02-01 cancelled',
      '2005-02-01 cancelled',
      '2005-08-12 filled',
      '2005-08-18 filled',
      '2005-08-18 cancelled',
      '2005-09-27 filled',
      '2005-10-04 cancelled',
      '2005-10-04 filled',
    ]);
  });
});
