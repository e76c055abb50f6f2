/** Held against Lean's definitions, with figures worked out by hand. */

import { describe, expect, it } from 'vitest';
import type { Fill } from '../engine/order.ts';
import { allocateBars } from '../market/bars.ts';
import { dayMs, parseTime } from '../market/calendar.ts';
import { leanStatistics } from './lean.ts';
import { averageRiskFreeRate } from './lean-risk-free.ts';

interface Day {
  readonly equity: number;
  readonly close: number;
}

const statisticsOf = (days: Readonly<Record<string, Day>>, fills: readonly Fill[] = [], riskFreeRate = 0) => {
  const names = Object.keys(days);
  const bars = allocateBars(names.length);
  names.forEach((name, i) => {
    bars.time[i] = parseTime(name);
    bars.close[i] = days[name]?.close ?? 0;
  });
  return leanStatistics({ tradingDaysPerYear: 252, riskFreeRate, benchmark: null })({
    timeline: bars.time,
    equity: Float64Array.from(Object.values(days), ({ equity }) => equity),
    exposed: new Uint8Array(names.length),
    trades: [],
    fills,
    orders: [],
    feeds: [
      {
        id: 'main',
        symbol: 'X',
        timeframeMs: dayMs,
        instrument: { symbol: 'X', tick: 0, lot: 1, multiplier: 1, currency: 'USD' },
        bars,
      },
    ],
    startCash: 100,
    sums: { commission: 1.005, funding: 0, borrow: 0, dividends: 0, turnover: 0 },
    warmUpSteps: 0,
  });
};

// A Thursday to a Tuesday: the weekend counts as two days without change.
const week = {
  '2024-02-01': { equity: 100, close: 50 },
  '2024-02-02': { equity: 110, close: 55 },
  '2024-02-05': { equity: 99, close: 52.25 },
  '2024-02-06': { equity: 108.9, close: 57.475 },
};

describe("Lean's statistics", () => {
  it('takes the return of a year of 365 days, from the first midnight to the last', () => {
    const values = statisticsOf(week);
    expect(values).toMatchObject({
      'Start Equity': 100,
      'End Equity': 108.9,
      'Net Profit': 8.9,
      Drawdown: 10,
      'Total Fees': 1.01,
    });
    expect(values['Compounding Annual Return']).toBeCloseTo((1.089 ** (365 / 5) - 1) * 100, 2);
  });

  it('measures risk on the days after the first, weekends included', () => {
    // Returns 0, 0, −10 %, 10 % against 0, 0, −5 %, 10 %.
    const values = statisticsOf(week);
    expect(values['Annual Standard Deviation']).toBeCloseTo(Math.sqrt((0.02 / 3) * 252), 3);
    const covariance = (0.005 + 0.01 - 0) / 3;
    const variance = (0.0025 + 0.01 - 4 * 0.0125 ** 2) / 3;
    expect(values['Beta']).toBeCloseTo(covariance / variance, 3);
    expect(values['Sharpe Ratio']).toBe(0);
  });

  it('counts each closing fill against the capital before it, less twice its fee', () => {
    const fill = (side: 'buy' | 'sell', price: number, day: string): Fill => ({
      order: 0,
      feed: 0,
      side,
      quantity: 1,
      price,
      commission: 0.5,
      step: 0,
      bar: 0,
      time: parseTime(day),
      tag: null,
    });
    const values = statisticsOf(week, [
      fill('buy', 50, '2024-02-01'),
      fill('sell', 56, '2024-02-02'),
      fill('sell', 52, '2024-02-05'),
      fill('buy', 54, '2024-02-06'),
    ]);
    // 6 − 1 of 100, then −2 − 1 of 105.
    expect(values).toMatchObject({
      'Average Win': 5,
      'Average Loss': -2.86,
      'Win Rate': 50,
      'Loss Rate': 50,
      'Profit-Loss Ratio': 1.75,
      Expectancy: 0.375,
    });
    // 56 of 110, nothing on the weekend, 52 of 99 and 54 of 108.9 over five days.
    expect(values['Portfolio Turnover']).toBeCloseTo(((56 / 110 + 52 / 99 + 54 / 108.9) / 5) * 100, 2);
  });

  // Cases and results of Lean's own tests.
  it.each([
    [[100, 90, 100], 2],
    [[100, 90, 95, 100], 3],
    [[100, 90, 100, 90, 80, 100], 3],
    [[100, 90, 95, 90, 100], 4],
    [[100, 90, 80, 70], 0],
    [[50, 100, 98, 99, 100], 3],
    [[100, 100, 100], 0],
    [[100, 98, 100, 101, 100, 99], 2],
  ])('counts the days from a peak of %j to the next one', (equity, days) => {
    const names = ['2024-02-05', '2024-02-06', '2024-02-07', '2024-02-08', '2024-02-09', '2024-02-10'];
    // The first midnight shows the starting cash, 100.
    const values = statisticsOf(
      Object.fromEntries(
        [100, ...equity].map((value, i) => [
          i === 0 ? '2024-02-04' : (names[i - 1] ?? ''),
          { equity: value, close: 1 },
        ]),
      ),
    );
    expect(values['Drawdown Recovery']).toBe(days);
  });

  it('gives 0 where nothing can be said', () => {
    expect(statisticsOf({ '2024-02-01': { equity: 100, close: 50 } })).toMatchObject({
      'Sharpe Ratio': 0,
      Beta: 0,
      'Compounding Annual Return': 0,
      'Probabilistic Sharpe Ratio': 0,
    });
  });

  it('averages the primary credit rate over the days', () => {
    expect(averageRiskFreeRate([parseTime('2013-10-08')])).toBe(0.0075);
    expect(averageRiskFreeRate([parseTime('2015-12-16'), parseTime('2015-12-17')])).toBeCloseTo(0.00875, 12);
    expect(averageRiskFreeRate([parseTime('1999-01-01')])).toBe(0.0225);
    expect(averageRiskFreeRate([])).toBe(0);
  });
});
