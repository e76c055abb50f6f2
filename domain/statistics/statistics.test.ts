import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trade } from '../engine/order.ts';
import { dayMs, hourMs, timeOfDate } from '../market/calendar.ts';
import type { Feed } from '../market/feed.ts';
import { statisticDefinitions, statisticKeys } from './definitions.ts';
import { computeStatistics, prepareStatistics } from './statistics.ts';
import type { StatisticsInput } from './statistics.ts';

const sums = { commission: 0, funding: 0, borrow: 0, dividends: 0, turnover: 0 };

/** Weekdays from Monday 2024-01-01 on. */
const weekdays = (count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => timeOfDate(2024, 1, 1) + (Math.floor(i / 5) * 7 + (i % 5)) * dayMs);

const feedOf = (time: Float64Array, close: ArrayLike<number>, symbol = 'X', timeframeMs = dayMs): Feed => {
  const column = Float64Array.from(close);
  return {
    id: symbol,
    symbol,
    timeframeMs,
    instrument: { symbol, tick: 0, lot: 0, multiplier: 1, currency: 'USD' },
    bars: { time, open: column, high: column, low: column, close: column, volume: column },
  };
};

const runOf = (equity: readonly number[], more: Partial<StatisticsInput> = {}): StatisticsInput => {
  const timeline = more.timeline ?? weekdays(equity.length);
  return {
    timeline,
    equity: Float64Array.from(equity),
    exposed: new Uint8Array(equity.length),
    trades: [],
    feeds: [
      feedOf(
        timeline,
        equity.map(() => 1),
      ),
    ],
    startCash: 100,
    sums,
    ...more,
  };
};

const tradeOf = (pnl: number, more: Partial<Trade> = {}): Trade => ({
  id: 0,
  feed: 0,
  side: 'long',
  quantity: 1,
  entryBar: 0,
  entryTime: 0,
  entryPrice: 100,
  exitBar: 1,
  exitTime: dayMs,
  exitPrice: 100 + pnl,
  stopLoss: null,
  takeProfit: null,
  pnl,
  returnFraction: pnl / 100,
  commission: 0,
  tag: null,
  ...more,
});

/** Twenty returns: +2 % and −1 % in turn. */
const zigzag = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 0.02 : -0.01));
const grow = (returns: readonly number[], start = 100): number[] => {
  let value = start;
  return returns.map((each) => (value *= 1 + each));
};

describe('results', () => {
  it('measures return against the starting cash, not against the first equity', () => {
    expect(computeStatistics(runOf([110, 121])).return).toBeCloseTo(0.21, 12);
  });

  it('grows by the calendar from the start of the first bar to the end of the last', () => {
    const run = runOf(grow(zigzag));
    const days = 25 + 1; // Monday of week 1 to Friday of week 4: 25 days apart, and that Friday
    const result = computeStatistics(run);
    expect(result.duration).toBe(days);
    expect(result.cagr).toBeCloseTo((1.02 * 0.99) ** (10 * (365.25 / days)) - 1, 9);
  });

  it('ends with its timeline, also where the feeds go on', () => {
    const timeline = weekdays(5);
    const later = weekdays(20);
    expect(computeStatistics(runOf([1, 1, 1, 1, 1], { timeline, feeds: [feedOf(later, later)] })).duration).toBe(5);
  });

  it('counts the steps with a position', () => {
    expect(computeStatistics(runOf([1, 1, 1, 1], { exposed: Uint8Array.of(0, 1, 1, 1) })).exposure).toBe(0.75);
  });

  it('gives n/a for everything that needs steps when there are none', () => {
    const result = computeStatistics(runOf([]));
    expect(result.return).toBeNull();
    expect(result.exposure).toBeNull();
    expect(result.trades).toBe(0);
  });

  it('refuses arrays of different lengths', () => {
    expect(() => computeStatistics({ ...runOf([1, 2]), equity: Float64Array.of(1) })).toThrow(RangeError);
  });
});

describe('risk', () => {
  const result = computeStatistics(runOf(grow(zigzag)));
  // Ten returns at 0.015 above and ten at 0.015 below the mean of 0.005.
  const deviation = Math.sqrt((20 * 0.015 ** 2) / 19);

  it('takes volatility from the sample deviation of daily returns times the root of 252', () => {
    expect(result.annualVolatility).toBeCloseTo(deviation * Math.sqrt(252), 12);
  });

  it('takes Sharpe from mean and deviation', () => {
    expect(result.sharpe).toBeCloseTo((0.005 / deviation) * Math.sqrt(252), 10);
  });

  it('takes Sortino from the losing days, all days counted', () => {
    expect(result.sortino).toBeCloseTo((0.005 / Math.sqrt((10 * 0.01 ** 2) / 20)) * Math.sqrt(252), 10);
  });

  it('takes Calmar from growth a year and the deepest drawdown', () => {
    expect(result.maxDrawdown).toBeCloseTo(-0.01, 12);
    expect(result.calmar).toBeCloseTo((result.cagr ?? 0) / 0.01, 6);
  });

  it('annualises by 365 where the data trades at weekends', () => {
    const timeline = Float64Array.from({ length: 20 }, (_, i) => timeOfDate(2024, 1, 1) + i * dayMs);
    expect(computeStatistics(runOf(grow(zigzag), { timeline })).annualVolatility).toBeCloseTo(
      deviation * Math.sqrt(365),
      12,
    );
  });

  it('uses the last equity of each day, so what happens within a day does not matter', () => {
    const daily = weekdays(20);
    const timeline = Float64Array.from({ length: 40 }, (_, i) => (daily[i >> 1] ?? 0) + (i % 2) * hourMs);
    const equity = grow(zigzag).flatMap((value) => [value * 0.9, value]);
    const hourly = computeStatistics(runOf(equity, { timeline }));
    expect(hourly.sharpe).toBe(result.sharpe);
    expect(hourly.maxDrawdown).toBeLessThan(-0.09);
  });

  it('gives n/a below twenty daily returns', () => {
    const short = computeStatistics(runOf(grow(zigzag.slice(1))));
    for (const key of [
      'cagr',
      'annualVolatility',
      'sharpe',
      'sortino',
      'calmar',
      'alpha',
      'beta',
      'annualTurnover',
    ] as const) {
      expect(short[key], key).toBeNull();
    }
  });

  it('gives no ratio for equity that does not move, nor for equity that moves by rounding', () => {
    for (const equity of [
      new Array<number>(30).fill(100),
      Array.from({ length: 30 }, (_, i) => 100 + (i % 2) * 1.4e-14),
    ]) {
      const flat = computeStatistics(runOf(equity));
      expect(flat.annualVolatility).toBe(0);
      expect(flat.sharpe).toBeNull();
      expect(flat.sortino).toBeNull();
      expect(flat.calmar).toBeNull();
      expect(flat.maxDrawdown).toBe(0);
      expect(flat.maxDrawdownDays).toBe(0);
      expect(flat.averageDrawdown).toBeNull();
    }
  });

  it('gives no Sharpe ratio for equity that grows by the same share every day', () => {
    expect(computeStatistics(runOf(grow(new Array<number>(30).fill(0.01)))).sharpe).toBeNull();
  });

  it('ends the returns where equity is lost, and calls growth −100 %', () => {
    const ruined = computeStatistics(runOf([...grow(zigzag), 0, 0, 0]));
    expect(ruined.cagr).toBe(-1);
    expect(ruined.maxDrawdown).toBe(-1);
    expect(ruined.annualVolatility).toBeGreaterThan(1);
    const indebted = computeStatistics(runOf([...grow(zigzag), -50, -60]));
    expect(indebted.return).toBeCloseTo(-1.6, 12);
    expect(indebted.maxDrawdown).toBeLessThan(-1);
  });
});

describe('buy and hold', () => {
  const market = grow(zigzag, 50);
  const timeline = weekdays(20);

  it('has beta one and alpha zero for a strategy that is the market', () => {
    const result = computeStatistics(
      runOf(market, { timeline, startCash: market[0] ?? 0, feeds: [feedOf(timeline, market)] }),
    );
    expect(result.beta).toBeCloseTo(1, 12);
    expect(result.alpha).toBeCloseTo(0, 12);
    expect(result.buyAndHoldReturn).toBeCloseTo((market[19] ?? 0) / (market[0] ?? 1) - 1, 12);
  });

  it('has beta two for a strategy that moves twice as far', () => {
    const returns = [0, ...zigzag.slice(1)];
    const result = computeStatistics(
      runOf(grow(returns.map((each) => 2 * each)), { timeline, feeds: [feedOf(timeline, market)] }),
    );
    expect(result.beta).toBeCloseTo(2, 12);
    expect(result.alpha).toBeCloseTo(0, 10);
  });

  it('gives no alpha or beta against a market that stands still', () => {
    const result = computeStatistics(runOf(market, { timeline }));
    expect(result.beta).toBeNull();
    expect(result.alpha).toBeNull();
  });

  it('splits equally, holds cash until a symbol begins, counts a symbol once', () => {
    const early = feedOf(
      timeline,
      timeline.map((_, i) => 10 + i),
      'A',
    );
    const late = feedOf(
      timeline.slice(10),
      new Array<number>(10).fill(0).map((_, i) => (i === 9 ? 30 : 10)),
      'B',
    );
    const result = computeStatistics(runOf(market, { timeline, feeds: [early, late, { ...early, id: 'again' }] }));
    expect(result.buyAndHoldReturn).toBeCloseTo((2.9 + 3) / 2 - 1, 12);
  });

  it('multiplies units at a split and keeps dividends', () => {
    const close = timeline.map((_, i) => (i < 10 ? 20 : 10));
    const feed: Feed = {
      ...feedOf(timeline, close),
      actions: [
        { type: 'split', time: timeline[10] ?? 0, ratio: 2 },
        { type: 'dividend', time: timeline[12] ?? 0, amount: 1 },
      ],
    };
    expect(computeStatistics(runOf(market, { timeline, feeds: [feed] })).buyAndHoldReturn).toBeCloseTo(0.1, 12);
  });
});

describe('trades', () => {
  const profits = [30, -10, 20, -20, 10, 30, -10, 20, -20, 10];
  const trades = profits.map((pnl, i) => tradeOf(pnl, { side: i < 4 ? 'short' : 'long', exitTime: (i + 1) * dayMs }));
  const result = computeStatistics(
    runOf([100], { trades: [...trades, tradeOf(1e6, { exitBar: null, exitTime: null, exitPrice: null })] }),
  );

  it('counts closed trades by side and leaves open ones out', () => {
    expect(result).toMatchObject({ trades: 10, openTrades: 1, longTrades: 6, shortTrades: 4 });
  });

  it('takes win rate, best, worst, average, expectancy and profit factor from the profits', () => {
    expect(result.winRate).toBe(0.6);
    expect(result.bestTrade).toBe(0.3);
    expect(result.worstTrade).toBe(-0.2);
    expect(result.averageTrade).toBeCloseTo(0.06, 12);
    expect(result.expectancy).toBe(6);
    expect(result.profitFactor).toBe(2);
    expect(result.averageTradeDays).toBe(5.5);
    expect(result.maxTradeDays).toBe(10);
  });

  it('takes SQN from mean and sample deviation', () => {
    const squares = profits.reduce((sum, each) => sum + (each - 6) ** 2, 0);
    expect(result.sqn).toBeCloseTo((Math.sqrt(10) * 6) / Math.sqrt(squares / 9), 12);
  });

  it('takes Kelly from win rate and payoff', () => {
    expect(result.kelly).toBeCloseTo(0.6 - 0.4 / (20 / 15), 12);
  });

  it('gives n/a where losses are missing, profits do not vary or trades are few', () => {
    const winners = computeStatistics(runOf([100], { trades: new Array<Trade>(12).fill(tradeOf(10)) }));
    expect(winners).toMatchObject({ winRate: 1, profitFactor: null, kelly: null, sqn: null, expectancy: 10 });
    const losers = computeStatistics(runOf([100], { trades: new Array<Trade>(12).fill(tradeOf(-10)) }));
    expect(losers).toMatchObject({ winRate: 0, profitFactor: 0, kelly: null });
    const few = computeStatistics(runOf([100], { trades: trades.slice(0, 9) }));
    expect(few).toMatchObject({ sqn: null, kelly: null, openTrades: 0 });
    expect(computeStatistics(runOf([100])).winRate).toBeNull();
  });

  it('adds up costs', () => {
    const costs = { commission: 5, funding: -2, borrow: 1, dividends: 3, turnover: 1000 };
    expect(computeStatistics(runOf([100], { sums: costs }))).toMatchObject({
      fees: 4,
      commission: 5,
      dividends: 3,
      turnover: 1000,
      annualTurnover: null,
    });
  });
});

describe('costs', () => {
  it('count the interest on negative cash as borrow interest', () => {
    const costs = { commission: 5, funding: 0, borrow: 1, marginInterest: 2, dividends: 0, turnover: 0 };
    expect(computeStatistics(runOf([100], { sums: costs }))).toMatchObject({ fees: 8, borrow: 3 });
  });
});

describe('any run', () => {
  const equityOf = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 80 });
  const profitsOf = fc.array(
    fc.integer({ min: -9999, max: 9999 }).map((cents) => cents / 100),
    { maxLength: 30 },
  );
  const anyRun = fc
    .tuple(equityOf, profitsOf)
    .map(([equity, profits]) => runOf(equity, { trades: profits.map((pnl) => tradeOf(pnl)) }));

  it('has a finite number or n/a for every definition, and nothing else', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const result = computeStatistics(run);
        expect(Object.keys(result)).toEqual(statisticKeys);
        for (const value of Object.values(result)) expect(value === null || Number.isFinite(value)).toBe(true);
      }),
    );
  });

  it('has drawdowns of zero or less that are no shallower than their mean', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const { maxDrawdown, averageDrawdown } = computeStatistics(run);
        expect(maxDrawdown).toBeLessThanOrEqual(0);
        expect(averageDrawdown ?? 0).toBeGreaterThanOrEqual((maxDrawdown ?? 0) * (1 + 1e-12));
      }),
    );
  });

  it('keeps every ratio when all money is scaled by a power of two', () => {
    fc.assert(
      fc.property(anyRun, fc.integer({ min: -10, max: 10 }), (run, power) => {
        const scale = 2 ** power;
        const scaled = computeStatistics({
          ...run,
          equity: run.equity.map((value) => value * scale),
          startCash: run.startCash * scale,
          trades: run.trades.map((trade) => ({ ...trade, pnl: trade.pnl * scale })),
        });
        const plain = computeStatistics(run);
        for (const key of statisticKeys) {
          const value = plain[key];
          const expected = value !== null && statisticDefinitions[key].unit === 'currency' ? value * scale : value;
          expect(scaled[key], key).toBe(expected);
        }
      }),
    );
  });

  it('gives the same bits with data prepared once as with data prepared each time', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const prepared = prepareStatistics(run.timeline, run.feeds);
        computeStatistics({ ...run, equity: run.equity.map((value) => value * 3) }, prepared);
        expect(computeStatistics(run, prepared)).toEqual(computeStatistics(run));
      }),
    );
  });

  it('ignores the warm-up when told to count from a later step', () => {
    const equity = grow([...zigzag, ...zigzag]);
    const timeline = weekdays(40);
    const run = runOf(equity, { timeline, startCash: equity[19] ?? 0 });
    const late = computeStatistics(run, prepareStatistics(timeline, run.feeds, 20));
    const alone = computeStatistics(
      runOf(equity.slice(20), { timeline: timeline.slice(20), startCash: equity[19] ?? 0 }),
    );
    expect(late).toEqual(alone);
  });
});

it('defines every statistic in a sentence', () => {
  for (const [key, { title, definition }] of Object.entries(statisticDefinitions)) {
    expect(title, key).toMatch(/^[A-Z]/);
    expect(definition, key).toMatch(/\.$/);
  }
});
