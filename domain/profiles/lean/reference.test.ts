/**
 * Regression algorithms of Lean that trade SPY daily, with the statistics that its repository
 * expects of them. Needs the sample data beside the project.
 */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Order } from '../../engine/order.ts';
import type { BacktestResult } from '../../engine/result.ts';
import type { RuleBook } from '../../engine/rule-book.ts';
import { prepareRunData } from '../../engine/run-data.ts';
import { runBacktest } from '../../engine/run.ts';
import { allocateBars } from '../../market/bars.ts';
import type { Bars } from '../../market/bars.ts';
import { dayMs, parseTime } from '../../market/calendar.ts';
import { leanProfile } from './profile.ts';

const file = new URL('../../../../shared/data/lean-spy-daily-adjusted.csv', import.meta.url);

/** The days from the eve of an algorithm's start date: Lean hands out a day's bar at the midnight after it. */
const readBars = (from: string, to: string): Bars => {
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const chosen = rows.filter(([date = '']) => date >= from && date <= to);
  const bars = allocateBars(chosen.length);
  chosen.forEach(([time = '', ...numbers], i) => {
    const [open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = numbers.map(Number);
    for (const [column, value] of Object.entries({ time: parseTime(time), open, high, low, close, volume }))
      bars[column as keyof Bars][i] = value; // the keys are Bars' own
  });
  return bars;
};

const run = (bars: Bars, act: (book: RuleBook, step: number) => void): BacktestResult =>
  runBacktest({
    data: prepareRunData('all', [
      {
        id: 'spy',
        symbol: 'SPY',
        timeframeMs: dayMs,
        instrument: { symbol: 'SPY', tick: 0, lot: 1, multiplier: 1, currency: 'USD' },
        bars,
      },
    ]),
    profile: leanProfile({}),
    trader: {
      name: 'algorithm',
      start: ({ book, market }) => ({ advance() {}, isWarm: () => true, act: () => act(book, market.step), stop() {} }),
    },
  });

/** As `SetHoldings`. */
const setHoldings = (book: RuleBook, fraction: number): void => {
  const units = book.unitsFor(0, { fraction }) - book.position(0).quantity;
  if (units !== 0)
    book.submit({ feed: 0, side: units > 0 ? 'buy' : 'sell', size: { quantity: Math.abs(units) }, type: 'market' });
};

const average = (period: number) => {
  let value = NaN;
  let seen = 0;
  return {
    next(input: number): number {
      value = seen++ === 0 ? input : value + (2 / (period + 1)) * (input - value);
      return value;
    },
    isReady: () => seen >= period,
  };
};

describe.runIf(existsSync(file))("Lean's own regression algorithms on SPY", () => {
  it('BasicTemplateDailyAlgorithm: all in from the first open', () => {
    const result = run(readBars('2013-10-07', '2013-10-17'), (book) => {
      if (book.position(0).quantity === 0 && book.openOrders().length === 0) setHoldings(book, 1);
    });
    expect(result.profileStatistics).toMatchObject({
      'Total Orders': 1,
      'Average Win': 0,
      'Average Loss': 0,
      'Compounding Annual Return': 246.546,
      Drawdown: 1.2,
      Expectancy: 0,
      'Start Equity': 100_000,
      'End Equity': 103_463.69,
      'Net Profit': 3.464,
      'Sharpe Ratio': 19.094,
      'Sortino Ratio': 0,
      'Probabilistic Sharpe Ratio': 97.754,
      'Loss Rate': 0,
      'Win Rate': 0,
      Alpha: -0.005,
      Beta: 0.998,
      'Annual Standard Deviation': 0.138,
      'Annual Variance': 0.019,
      'Information Ratio': -34.028,
      'Tracking Error': 0,
      'Treynor Ratio': 2.644,
      'Total Fees': 3.45,
      'Portfolio Turnover': 10.09,
    });
  });

  it('MACDTrendAlgorithm: eleven years of entries and exits', () => {
    const bars = readBars('2003-12-31', '2014-12-31');
    const [fast, slow, signal] = [average(12), average(26), average(9)];
    const result = run(bars, (book, step) => {
      const close = bars.close[step] ?? NaN;
      const fastValue = fast.next(close);
      const macd = fastValue - slow.next(close);
      if (!fast.isReady() || !slow.isReady()) return;
      const delta = (macd - signal.next(macd)) / fastValue;
      if (!signal.isReady()) return;
      const held = book.position(0).quantity;
      if (held <= 0 && delta > 0.0025) setHoldings(book, 1);
      else if (held > 0 && delta < -0.0025) setHoldings(book, 0);
    });
    expect(result.profileStatistics).toMatchObject({
      'Total Orders': 84,
      'Average Win': 4.78,
      'Average Loss': -4.16,
      'Compounding Annual Return': 2.952,
      Drawdown: 34.9,
      Expectancy: 0.228,
      'End Equity': 137_751.04,
      'Net Profit': 37.751,
      'Sharpe Ratio': 0.029,
      'Sortino Ratio': 0.022,
      'Probabilistic Sharpe Ratio': 0.141,
      'Loss Rate': 43,
      'Win Rate': 57,
      'Profit-Loss Ratio': 1.15,
      Alpha: -0.015,
      Beta: 0.411,
      'Annual Standard Deviation': 0.103,
      'Annual Variance': 0.011,
      'Information Ratio': -0.34,
      'Tracking Error': 0.123,
      'Treynor Ratio': 0.007,
      'Total Fees': 468.54,
      'Portfolio Turnover': 2.09,
    });
  });

  it('StopLimitOrderRegressionAlgorithm: an entry and an exit by stop-limit', () => {
    const bars = readBars('2012-12-31', '2016-12-30');
    const [fast, slow] = [average(30), average(60)];
    let bought: Order | null = null;
    let sold: Order | null = null;
    const result = run(bars, (book, step) => {
      const close = bars.close[step] ?? NaN;
      const [fastValue, slowValue] = [fast.next(close), slow.next(close)];
      if (!slow.isReady()) return;
      const high = bars.high[step] ?? NaN;
      const low = bars.low[step] ?? NaN;
      if (bought === null) {
        if (fastValue > slowValue * 1.001)
          bought = book.submit({
            feed: 0,
            side: 'buy',
            size: { quantity: 100 },
            type: 'stop-limit',
            stop: high * 1.1,
            limit: high * 1.11,
          });
      } else if (bought.status === 'filled' && sold === null && fastValue < slowValue * 1.001) {
        sold = book.submit({
          feed: 0,
          side: 'sell',
          size: { quantity: 100 },
          type: 'stop-limit',
          stop: low * 0.99,
          limit: low * 0.98,
        });
      }
    });
    expect(result.profileStatistics).toMatchObject({
      'Total Orders': 2,
      'Average Win': 1.44,
      'Compounding Annual Return': 0.359,
      Drawdown: 1.5,
      'End Equity': 101_444.99,
      'Net Profit': 1.445,
      'Sharpe Ratio': -0.749,
      'Sortino Ratio': -0.414,
      'Probabilistic Sharpe Ratio': 5.635,
      'Win Rate': 100,
      Alpha: -0.009,
      Beta: 0.03,
      'Annual Standard Deviation': 0.008,
      'Information Ratio': -0.96,
      'Tracking Error': 0.104,
      'Treynor Ratio': -0.188,
      'Total Fees': 2,
      'Portfolio Turnover': 0.02,
    });
  });

  it('DisplacedMovingAverageRibbon: long while closes of six ages line up', () => {
    const bars = readBars('2008-12-31', '2014-12-31');
    const result = run(bars, (book, step) => {
      if (step < 30) return;
      const values = [5, 10, 15, 20, 25, 30].map((age) => bars.close[step - age] ?? NaN);
      const held = book.position(0).quantity;
      if (held <= 0 && values.every((value, i) => i === 0 || value <= (values[i - 1] ?? NaN))) setHoldings(book, 1);
      else if (held > 0 && values.every((value, i) => i === 0 || value >= (values[i - 1] ?? NaN))) setHoldings(book, 0);
    });
    expect(result.profileStatistics).toMatchObject({
      'Total Orders': 7,
      'Average Win': 19.17,
      'Compounding Annual Return': 16.729,
      Drawdown: 12.4,
      'End Equity': 253_075.04,
      'Net Profit': 153.075,
      'Sharpe Ratio': 1.05,
      'Sortino Ratio': 1.078,
      'Probabilistic Sharpe Ratio': 56.405,
      Alpha: 0.051,
      Beta: 0.507,
      'Annual Standard Deviation': 0.107,
      'Information Ratio': -0.083,
      'Tracking Error': 0.105,
      'Treynor Ratio': 0.221,
      'Total Fees': 49.4,
      'Portfolio Turnover': 0.32,
    });
  });
});
