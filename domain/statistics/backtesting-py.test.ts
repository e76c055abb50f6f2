/** Held against the definitions, with figures worked out by hand. */

import { describe, expect, it } from 'vitest';
import type { Trade } from '../engine/order.ts';
import { allocateBars } from '../market/bars.ts';
import { dayMs, hourMs, parseTime } from '../market/calendar.ts';
import { backtestingPyStatistics } from './backtesting-py.ts';

type Values = ReturnType<typeof backtestingPyStatistics>;

const statisticsOf = (run: {
  readonly times: readonly number[];
  readonly equity: readonly number[];
  readonly closes?: readonly number[];
  readonly trades?: readonly Trade[];
  readonly warmUpSteps?: number;
}): Values => {
  const { times, equity, closes = equity, trades = [], warmUpSteps = 1 } = run;
  const bars = allocateBars(times.length);
  times.forEach((time, i) => {
    bars.time[i] = time;
    bars.close[i] = closes[i] ?? 0;
  });
  const instrument = { symbol: 'X', tick: 0, lot: 0, multiplier: 1, currency: 'USD' };
  return backtestingPyStatistics({
    timeline: bars.time,
    equity: Float64Array.from(equity),
    exposed: new Uint8Array(times.length),
    trades,
    fills: [],
    orders: [],
    feeds: [{ id: 'main', symbol: 'X', timeframeMs: dayMs, instrument, bars }],
    startCash: equity[0] ?? 0,
    sums: { commission: 0, funding: 0, borrow: 0, dividends: 0, turnover: 0 },
    warmUpSteps,
  });
};

const tradeOf = (
  pnl: number,
  returnFraction: number,
  [entryBar, exitBar]: readonly [number, number],
  more: Partial<Trade> = {},
): Trade => ({
  id: 0,
  feed: 0,
  side: 'long',
  quantity: 1,
  entryBar,
  entryTime: days[entryBar] ?? 0,
  entryPrice: 100,
  exitBar,
  exitTime: days[exitBar] ?? 0,
  exitPrice: 100,
  stopLoss: null,
  takeProfit: null,
  pnl,
  returnFraction,
  commission: 0,
  tag: null,
  ...more,
});

const monday = parseTime('2024-01-01');
const day = (count: number): number => monday + count * dayMs;
const days = [0, 1, 2, 3, 4, 7, 8, 9].map(day); // a week and three days, without its weekend

describe('statistics of backtesting.py', () => {
  const equity = [100, 110, 99, 99, 121, 121, 133.1, 120];
  const closes = [50, 55, 50, 52, 54, 60, 61, 66];
  const trades = [tradeOf(21, 0.21, [1, 4]), tradeOf(-11, -0.1, [6, 6]), tradeOf(10, 0.1, [6, 7], { commission: 3 })];
  const values = statisticsOf({ times: days, equity, closes, trades, warmUpSteps: 3 });

  it('have the names and the order of that library', () => {
    expect(Object.keys(values)).toEqual([
      'Start',
      'End',
      'Duration',
      'Exposure Time [%]',
      'Equity Final [$]',
      'Equity Peak [$]',
      'Commissions [$]',
      'Return [%]',
      'Buy & Hold Return [%]',
      'Return (Ann.) [%]',
      'Volatility (Ann.) [%]',
      'CAGR [%]',
      'Sharpe Ratio',
      'Sortino Ratio',
      'Calmar Ratio',
      'Alpha [%]',
      'Beta',
      'Max. Drawdown [%]',
      'Avg. Drawdown [%]',
      'Max. Drawdown Duration',
      'Avg. Drawdown Duration',
      '# Trades',
      'Win Rate [%]',
      'Best Trade [%]',
      'Worst Trade [%]',
      'Avg. Trade [%]',
      'Max. Trade Duration',
      'Avg. Trade Duration',
      'Profit Factor',
      'Expectancy [%]',
      'SQN',
      'Kelly Criterion',
    ]);
  });

  it('describe the period, the equity and the exposure', () => {
    expect(values).toMatchObject({
      Start: '2024-01-01T00:00:00Z',
      End: '2024-01-10T00:00:00Z',
      Duration: 9,
      'Exposure Time [%]': 75, // bars 1 to 4, 6 and 7 of 8
      'Equity Final [$]': 120,
      'Equity Peak [$]': 133.1,
      'Commissions [$]': 3,
      'Return [%]': 20,
      'Buy & Hold Return [%]': 32, // from bar 2, the last of the warm-up, at 50
    });
  });

  it('compound the daily returns over 252 days', () => {
    const growth = 1.2 ** (1 / 7);
    const returns = equity.slice(1).map((value, i) => value / (equity[i] ?? 0) - 1);
    const mean = returns.reduce((a, b) => a + b) / 7;
    const variance = returns.reduce((a, b) => a + (b - mean) ** 2, 0) / 6;
    const annual = growth ** 252 - 1;
    const volatility = Math.sqrt((variance + growth ** 2) ** 252 - growth ** 504);
    const downside = Math.sqrt((0.1 ** 2 + (120 / 133.1 - 1) ** 2) / 7) * Math.sqrt(252);
    expect((values['Return (Ann.) [%]'] as number) / (annual * 100)).toBeCloseTo(1, 10);
    expect((values['Volatility (Ann.) [%]'] as number) / (volatility * 100)).toBeCloseTo(1, 10);
    expect((values['Sharpe Ratio'] as number) / (annual / volatility)).toBeCloseTo(1, 10);
    expect((values['Sortino Ratio'] as number) / (annual / downside)).toBeCloseTo(1, 10);
    expect((values['Calmar Ratio'] as number) / (annual / 0.1)).toBeCloseTo(1, 10);
    expect(values['CAGR [%]']).toBeCloseTo((1.2 ** (365.25 / 9) - 1) * 100, 6);
  });

  it('measure drawdowns from peak to recovery, the last one to the end', () => {
    // 110 → 99 → 121 over three days; 133.1 → 120 has no bar between and counts in the maximum only
    expect(values['Max. Drawdown [%]']).toBeCloseTo(-10, 12);
    expect(values['Avg. Drawdown [%]']).toBeCloseTo(-10, 12);
    expect(values['Max. Drawdown Duration']).toBe(3);
    expect(values['Avg. Drawdown Duration']).toBe(3);
  });

  it('take alpha and beta from log returns of equity and closes', () => {
    const logs = (list: readonly number[]): number[] =>
      list.slice(1).map((value, i) => Math.log(value / (list[i] ?? 0)));
    const [own, market] = [logs(equity), logs(closes)];
    const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b) / list.length;
    const covariance = mean(own.map((value, i) => value * (market[i] ?? 0))) - mean(own) * mean(market);
    const beta = covariance / (mean(market.map((value) => value * value)) - mean(market) ** 2);
    expect(values['Beta']).toBeCloseTo(beta, 10);
    expect(values['Alpha [%]']).toBeCloseTo(20 - beta * 32, 8);
  });

  it('summarize the trades', () => {
    expect(values['# Trades']).toBe(3);
    expect(values['Win Rate [%]']).toBeCloseTo(200 / 3, 10);
    expect(values['Best Trade [%]']).toBe(21);
    expect(values['Worst Trade [%]']).toBe(-10);
    expect(values['Avg. Trade [%]']).toBeCloseTo(((1.21 * 0.9 * 1.1) ** (1 / 3) - 1) * 100, 10);
    expect(values['Max. Trade Duration']).toBe(3);
    expect(values['Avg. Trade Duration']).toBe(2); // (3 + 0 + 1) ÷ 3 days, rounded up
    expect(values['Profit Factor']).toBeCloseTo(3.1, 10);
    expect(values['Expectancy [%]']).toBeCloseTo(7, 10);
    const mean = 20 / 3;
    const deviation = Math.sqrt(((21 - mean) ** 2 + (-11 - mean) ** 2 + (10 - mean) ** 2) / 2);
    expect(values['SQN']).toBeCloseTo((Math.sqrt(3) * mean) / deviation, 10);
    expect(values['Kelly Criterion']).toBeCloseTo(2 / 3 - 1 / 3 / (15.5 / 11), 10);
  });

  it('leave out trades that are still open', () => {
    expect(
      statisticsOf({
        times: days,
        equity,
        trades: [{ ...tradeOf(5, 0.1, [1, 2]), exitBar: null, exitTime: null, exitPrice: null }],
      })['# Trades'],
    ).toBe(0);
  });

  it('say null where the original says NaN, and never infinity', () => {
    const still = statisticsOf({ times: days, equity: days.map(() => 100) });
    const unknown = Object.entries(still)
      .filter(([, value]) => value === null)
      .map(([name]) => name);
    expect(unknown).toEqual([
      'Sharpe Ratio',
      'Sortino Ratio',
      'Calmar Ratio',
      'Alpha [%]',
      'Beta',
      'Avg. Drawdown [%]',
      'Max. Drawdown Duration',
      'Avg. Drawdown Duration',
      'Win Rate [%]',
      'Best Trade [%]',
      'Worst Trade [%]',
      'Avg. Trade [%]',
      'Max. Trade Duration',
      'Avg. Trade Duration',
      'Profit Factor',
      'Expectancy [%]',
      'SQN',
      'Kelly Criterion',
    ]);
    const rising = statisticsOf({ times: days, equity: [1, 2, 3, 4, 5, 6, 7, 8], trades: [tradeOf(1, 1, [0, 1])] });
    expect([
      rising['Sortino Ratio'],
      rising['Calmar Ratio'],
      rising['Profit Factor'],
      rising['Kelly Criterion'],
    ]).toEqual([null, null, null, null]);
    expect(still).not.toHaveProperty('Commissions [$]');
  });

  it('survive an account that was closed out', () => {
    const ruined = statisticsOf({ times: days, equity: [100, 100, 0, 0, 0, 0, 0, 0], closes });
    expect(ruined).toMatchObject({
      'Return [%]': -100,
      'Return (Ann.) [%]': 0,
      'CAGR [%]': -100,
      'Max. Drawdown [%]': -100,
      Beta: null,
    });
  });

  it('give depths for durations when only the last bar is below a peak, as the original does', () => {
    const late = statisticsOf({ times: days, equity: [100, 100, 100, 100, 100, 100, 100, 90] });
    expect(late['Max. Drawdown Duration']).toBeCloseTo(0.1, 12);
  });
});

describe('the periods that are annualised', () => {
  const sharpeOf = (times: readonly number[]): Values =>
    statisticsOf({ times, equity: times.map((_, i) => 100 * 1.001 ** i) });
  const annual = (periods: number, growth = 1.001): number => (growth ** periods - 1) * 100;
  const every = (count: number, distance: number): number[] =>
    Array.from({ length: count }, (_, i) => monday + i * distance);

  it('are 365 days where there are weekends', () => {
    expect(sharpeOf(every(28, dayMs))['Return (Ann.) [%]']).toBeCloseTo(annual(365), 8);
  });

  it('are days also for hourly bars', () => {
    const values = sharpeOf(every(240, hourMs));
    expect(values['Return (Ann.) [%]']).toBeCloseTo(annual(365, 1.001 ** 24), 6);
  });

  it('are weeks, months and years for such bars', () => {
    expect(sharpeOf(every(20, 7 * dayMs))['Return (Ann.) [%]']).toBeCloseTo(annual(52), 8);
    const monthEnds = [
      '2024-01-31',
      '2024-02-29',
      '2024-03-31',
      '2024-04-30',
      '2024-05-31',
      '2024-06-30',
      '2024-07-31',
      '2024-08-31',
    ].map(parseTime);
    expect(sharpeOf(monthEnds)['Return (Ann.) [%]']).toBeCloseTo(annual(12), 8);
    expect(
      sharpeOf([2021, 2022, 2023, 2024].map((year) => parseTime(`${year}-12-31`)))['Return (Ann.) [%]'],
    ).toBeCloseTo(annual(1), 8);
  });

  it('round durations up to the unit of the bars', () => {
    const times = every(6, hourMs);
    const fall = statisticsOf({ times, equity: [100, 99, 99, 101, 100, 102] });
    expect(fall['Max. Drawdown Duration']).toBe(3 / 24);
    expect(fall['Avg. Drawdown Duration']).toBe(3 / 24); // (3 + 2) ÷ 2 hours
  });

  it('are none where bars are numbered: durations count bars and there is no CAGR', () => {
    for (const step of [1, 1000, dayMs]) {
      const values = statisticsOf({ times: [0, 1, 2, 3].map((i) => i * step), equity: [100, 90, 95, 101] });
      expect(values).toMatchObject({ 'Return (Ann.) [%]': 0, 'Volatility (Ann.) [%]': null, 'Sharpe Ratio': null });
      expect(values).not.toHaveProperty('CAGR [%]');
      expect(values).toMatchObject({ Start: 0, End: 3, Duration: 3, 'Max. Drawdown Duration': 3 });
    }
  });
});
