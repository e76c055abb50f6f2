/** Held against the definitions of backtrader's analyzers, with figures worked out by hand. */

import { describe, expect, it } from 'vitest';
import type { Trade } from '../engine/order.ts';
import { allocateBars } from '../market/bars.ts';
import { dayMs, parseTime } from '../market/calendar.ts';
import { backtraderStatistics } from './backtrader.ts';
import type { AnalyzerParameters } from './backtrader.ts';

type Values = ReturnType<typeof backtraderStatistics>;

const statisticsOf = (
  days: Readonly<Record<string, number>>,
  trades: readonly Trade[] = [],
  startCash = 100,
  parameters?: AnalyzerParameters,
): Values => {
  const bars = allocateBars(Object.keys(days).length);
  Object.keys(days).forEach((day, i) => void (bars.time[i] = parseTime(day)));
  return backtraderStatistics(
    {
      timeline: bars.time,
      equity: Float64Array.from(Object.values(days)),
      exposed: new Uint8Array(bars.time.length),
      trades,
      fills: [],
      orders: [],
      feeds: [
        {
          id: 'main',
          symbol: 'X',
          timeframeMs: dayMs,
          instrument: { symbol: 'X', tick: 0, lot: 0, multiplier: 1, currency: 'USD' },
          bars,
        },
      ],
      startCash,
      sums: { commission: 0, funding: 0, borrow: 0, dividends: 0, turnover: 0 },
      warmUpSteps: 0,
    },
    parameters,
  );
};

const trade = (pnl: number, more: Partial<Trade> = {}): Trade => ({
  id: 0,
  feed: 0,
  side: 'long',
  quantity: 1,
  entryBar: 0,
  entryTime: 0,
  entryPrice: 100,
  exitBar: 3,
  exitTime: 0,
  exitPrice: 100,
  stopLoss: null,
  takeProfit: null,
  pnl,
  returnFraction: 0,
  commission: 1,
  tag: null,
  ...more,
});

const twoYears = { '2020-06-01': 101, '2020-12-31': 110, '2021-06-01': 99, '2021-12-31': 121 };

describe("backtrader's analyzers", () => {
  it('takes the Sharpe ratio of calendar years over one percent, with population deviation', () => {
    // Both years return 10 %: no deviation, no ratio.
    expect(statisticsOf(twoYears)['SharpeRatio.sharperatio']).toBe(null);
    // 10 % and 21 %: excess 9 % and 20 %, mean 14.5 %, deviation 5.5 %.
    expect(statisticsOf({ ...twoYears, '2021-12-31': 133.1 })['SharpeRatio.sharperatio']).toBeCloseTo(
      0.145 / 0.055,
      10,
    );
  });

  it('takes the Sharpe ratio of days as it is and annualised, over the rate that it is told', () => {
    const values = statisticsOf(twoYears, [], 100, { riskFreeRate: 0 });
    const returns = [0.01, 110 / 101 - 1, -0.1, 121 / 99 - 1];
    const mean = returns.reduce((sum, value) => sum + value, 0) / 4;
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
    expect(values['SharpeRatio.days.sharperatio']).toBeCloseTo(mean / deviation, 12);
    expect(values['SharpeRatio_A.days.sharperatio']).toBeCloseTo((Math.sqrt(252) * mean) / deviation, 12);
  });

  it('names the cash at the start and the value at the end', () => {
    expect(statisticsOf(twoYears)).toMatchObject({ 'Broker.startingcash': 100, 'Broker.value': 121 });
  });

  it('counts the first year from the starting cash, except AnnualReturn, which counts from the first value', () => {
    const values = statisticsOf(twoYears);
    expect(values['TimeReturn.2020']).toBeCloseTo(0.1, 12);
    expect(values['AnnualReturn.2020']).toBeCloseTo(110 / 101 - 1, 12);
    expect(values['TimeReturn.2021']).toBeCloseTo(0.1, 12);
    expect(values['AnnualReturn.2021']).toBeCloseTo(0.1, 12);
    expect(values).toMatchObject({ 'PeriodStats.positive': 2, 'PeriodStats.negative': 0, 'PeriodStats.nochange': 0 });
    expect(values['PeriodStats.average']).toBeCloseTo(0.1, 12);
  });

  it('measures drawdowns in percent of the peak and in bars', () => {
    expect(statisticsOf({ ...twoYears, '2022-01-03': 60.5, '2022-01-04': 90.75 })).toMatchObject({
      'DrawDown.max.drawdown': 50,
      'DrawDown.max.moneydown': 60.5,
      'DrawDown.max.len': 2,
      'DrawDown.drawdown': 25,
      'DrawDown.len': 2,
    });
  });

  it('takes logarithmic returns per day and annualises them with 252 days', () => {
    const values = statisticsOf(twoYears);
    expect(values['Returns.rtot']).toBeCloseTo(Math.log(1.21), 12);
    expect(values['Returns.ravg']).toBeCloseTo(Math.log(1.21) / 4, 12);
    expect(values['Returns.rnorm100']).toBeCloseTo(100 * Math.expm1((Math.log(1.21) / 4) * 252), 3);
  });

  it('weighs the normalized return by the strays from steady growth', () => {
    const average = Math.log(1.21) / 4;
    const strays = [
      101 / (100 * Math.exp(average)),
      110 / (101 * Math.exp(2 * average)),
      99 / (110 * Math.exp(3 * average)),
      121 / (99 * Math.exp(4 * average)),
    ].map((ratio) => ratio - 1);
    const mean = strays.reduce((sum, stray) => sum + stray, 0) / 4;
    const deviation = Math.sqrt(strays.reduce((sum, stray) => sum + (stray - mean) ** 2, 0) / 3);
    const expected = 100 * Math.expm1(average * 252) * (1 - (deviation / 2) ** 0.2);
    expect(Number(statisticsOf(twoYears)['VWR.vwr']) / expected).toBeCloseTo(1, 10);
  });

  it('has no Calmar ratio before its window of 36 months is full', () => {
    expect(statisticsOf(twoYears)['Calmar.calmar']).toBe(null);
    const months = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `${2018 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-15`,
        i === 10 ? 99 : 100 + i,
      ]),
    );
    // The fall from 109 to 99 in percent of 109; the window begins 35 values before the last.
    expect(statisticsOf(months)['Calmar.calmar']).toBeCloseTo(Math.log(139 / 105) / 36 / ((100 * 10) / 109), 10);
  });

  it('takes the system quality number with population deviation; 0 below two trades', () => {
    expect(statisticsOf(twoYears, [trade(3), trade(1), trade(5, { exitBar: null })])['SQN.sqn']).toBeCloseTo(
      (Math.SQRT2 * 2) / 1,
      12,
    );
    expect(statisticsOf(twoYears, [trade(3)])).toMatchObject({ 'SQN.sqn': 0, 'SQN.trades': 1 });
  });

  it('counts trades by outcome and side, with streaks, profits and lengths', () => {
    const values = statisticsOf(twoYears, [
      trade(10),
      trade(0, { side: 'short', entryBar: 2 }),
      trade(-4, { entryBar: 1 }),
      trade(-6, { side: 'short' }),
      trade(2, { exitBar: null }),
    ]);
    expect(values).toMatchObject({
      'TradeAnalyzer.total.total': 5,
      'TradeAnalyzer.total.open': 1,
      'TradeAnalyzer.total.closed': 4,
      'TradeAnalyzer.streak.won.current': 0,
      'TradeAnalyzer.streak.won.longest': 2,
      'TradeAnalyzer.streak.lost.current': 2,
      'TradeAnalyzer.pnl.net.total': 0,
      'TradeAnalyzer.pnl.gross.total': 4,
      'TradeAnalyzer.won.total': 2,
      'TradeAnalyzer.won.pnl.max': 10,
      'TradeAnalyzer.lost.pnl.average': -5,
      'TradeAnalyzer.lost.pnl.max': -6,
      'TradeAnalyzer.long.total': 2,
      'TradeAnalyzer.short.lost': 1,
      'TradeAnalyzer.short.pnl.lost.total': -6,
      'TradeAnalyzer.len.total': 9,
      'TradeAnalyzer.len.max': 3,
      'TradeAnalyzer.len.min': 1,
      'TradeAnalyzer.len.lost.average': 2.5,
      'TradeAnalyzer.len.long.won.max': 3,
    });
  });

  it('forgets a trade within one bar as the shortest once another ends', () => {
    const within = { exitBar: 0 };
    expect(statisticsOf(twoYears, [trade(1, within), trade(1)])['TradeAnalyzer.len.min']).toBe(3);
    expect(statisticsOf(twoYears, [trade(1), trade(1, within)])['TradeAnalyzer.len.min']).toBe(0);
  });

  it('says only that there were no trades when there were none', () => {
    const names = Object.keys(statisticsOf(twoYears)).filter((name) => name.startsWith('TradeAnalyzer'));
    expect(names).toEqual(['TradeAnalyzer.total.total']);
  });
});
