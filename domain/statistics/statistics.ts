/** The statistics of a run: each a number with a definition, or null where too little is known. */

import type { Trade } from '../engine/order.ts';
import type { RunLog } from '../engine/run-log.ts';
import { dayMs } from '../market/calendar.ts';
import type { Feed } from '../market/feed.ts';
import { exactSum } from './exact-sum.ts';
import { prepareBenchmark } from './benchmark.ts';
import type { Benchmark } from './benchmark.ts';
import { prepareCalendar, yearMs } from './trading-days.ts';
import type { Calendar } from './trading-days.ts';
import { statisticDefinitions } from './definitions.ts';
import type { StatisticKey } from './definitions.ts';
import { summarizeDrawdowns } from './drawdown.ts';
import { summarizeTrades } from './trade-summary.ts';
import type { TradeSummary } from './trade-summary.ts';

/** By key; {@link statisticDefinitions} says what each means and in which unit it is. */
export type Statistics = Readonly<Record<StatisticKey, number | null>>;

/** Sums over a run, in currency; see {@link RunLog}. `marginInterest` is absent where `borrow` has it. */
type CostSums = Readonly<
  Pick<RunLog, 'commission' | 'funding' | 'borrow' | 'dividends' | 'turnover'> & Partial<Pick<RunLog, 'marginInterest'>>
>;

/** What a finished run is judged by. A run's log has `sums`' fields, so it can be passed as such. */
export interface StatisticsInput {
  /** Milliseconds UTC, one per step. */
  readonly timeline: Float64Array;
  /** Currency, after each step. */
  readonly equity: Float64Array;
  /** Per step: 1 when a position was held at any moment of it. */
  readonly exposed: Uint8Array;
  readonly trades: readonly Trade[];
  readonly feeds: readonly Feed[];
  readonly startCash: number;
  readonly sums: CostSums;
}

/** What depends on the data alone: made once, then shared by every run over the same feeds. */
export interface PreparedStatistics {
  /** Statistics count from this step on; the steps before it were warm-up. */
  readonly firstStep: number;
  readonly calendar: Calendar;
  readonly benchmark: Benchmark;
  /** From the start of the first bar that counts to the end of the last. */
  readonly durationMs: number;
  /** Room for one run's daily returns, written by each run in turn so that none allocates. */
  readonly scratch: Float64Array;
}

/** A spread of returns below this is rounding in the equity, not a spread. */
const deviationFloor = 1e-12;

export const prepareStatistics = (
  timeline: Float64Array,
  feeds: readonly Feed[],
  firstStep = 0,
): PreparedStatistics => {
  const calendar = prepareCalendar(timeline, firstStep);
  return {
    firstStep,
    calendar,
    benchmark: prepareBenchmark(timeline, feeds, calendar, firstStep),
    durationMs: timeline.length > firstStep ? endOf(timeline, feeds) - (timeline[firstStep] ?? 0) : 0,
    scratch: new Float64Array(calendar.dayEnds.length),
  };
};

/**
 * Computes all statistics of a run in single passes over its arrays. Give `prepared` when several
 * runs share the data, and `trades` when they were summed up while they came. Throws a RangeError
 * when the arrays are not of one length.
 */
export const computeStatistics = (
  run: StatisticsInput,
  prepared: PreparedStatistics = prepareStatistics(run.timeline, run.feeds),
  trades: TradeSummary = summarizeTrades(run.trades),
): Statistics => {
  const { timeline, equity, exposed, startCash, sums } = run;
  if (equity.length !== timeline.length || exposed.length !== timeline.length) {
    throw new RangeError(
      `Statistics need one equity and one exposure per step: ${String(timeline.length)} steps, ${String(equity.length)}, ${String(exposed.length)}.`,
    );
  }
  const { firstStep, calendar, benchmark } = prepared;
  const steps = timeline.length - firstStep;
  const years = prepared.durationMs / yearMs;
  const equityFinal = equity[equity.length - 1] ?? startCash;
  const growth = equityFinal / startCash;
  const cagr = growth > 0 ? growth ** (1 / years) - 1 : -1;
  const daily = summarizeDays(equity, startCash, prepared);
  const yearly = calendar.samplesPerYear;
  const borrow = sums.borrow + (sums.marginInterest ?? 0);
  const drawdowns = summarizeDrawdowns(timeline, equity, startCash, firstStep);

  const bySteps = (value: number): number | null => (steps > 0 ? finite(value) : null);
  // A first return always exists against the starting cash; a spread and a year need a month of them.
  const byDays = (key: StatisticKey, value: number): number | null =>
    daily.count >= statisticDefinitions[key].minimumSamples ? finite(value) : null;
  const byTrades = (key: StatisticKey, value: number): number | null =>
    trades.count >= statisticDefinitions[key].minimumSamples ? finite(value) : null;

  return {
    equityFinal: bySteps(equityFinal),
    equityPeak: bySteps(drawdowns.peak),
    return: bySteps(growth - 1),
    cagr: byDays('cagr', cagr),
    duration: bySteps(prepared.durationMs / dayMs),
    exposure: bySteps(countOnes(exposed, firstStep) / steps),

    annualVolatility: byDays('annualVolatility', daily.deviation * Math.sqrt(yearly)),
    sharpe: byDays('sharpe', (daily.mean / nonZero(daily.deviation)) * Math.sqrt(yearly)),
    sortino: byDays('sortino', (daily.mean / nonZero(daily.downside)) * Math.sqrt(yearly)),
    calmar: byDays('calmar', cagr / nonZero(-drawdowns.max)),
    maxDrawdown: bySteps(drawdowns.max),
    averageDrawdown: drawdowns.count > 0 ? finite(drawdowns.average) : null,
    maxDrawdownDays: bySteps(drawdowns.maxMs / dayMs),
    averageDrawdownDays: drawdowns.count > 0 ? finite(drawdowns.averageMs / dayMs) : null,

    buyAndHoldReturn: bySteps(benchmark.return),
    alpha: byDays('alpha', (daily.mean - daily.beta * daily.benchmarkMean) * yearly),
    beta: byDays('beta', daily.beta),

    trades: trades.count,
    openTrades: trades.open,
    longTrades: trades.long,
    shortTrades: trades.count - trades.long,
    winRate: byTrades('winRate', trades.wins / trades.count),
    bestTrade: byTrades('bestTrade', trades.best),
    worstTrade: byTrades('worstTrade', trades.worst),
    averageTrade: byTrades('averageTrade', trades.averageReturn),
    expectancy: byTrades('expectancy', trades.profit / trades.count),
    profitFactor: byTrades('profitFactor', trades.profitFactor),
    sqn: byTrades('sqn', trades.sqn),
    kelly: byTrades('kelly', trades.kelly),
    averageTradeDays: byTrades('averageTradeDays', trades.averageMs / dayMs),
    maxTradeDays: byTrades('maxTradeDays', trades.maxMs / dayMs),

    fees: sums.commission + sums.funding + borrow,
    commission: sums.commission,
    funding: sums.funding,
    borrow,
    dividends: sums.dividends,
    turnover: sums.turnover,
    annualTurnover: byDays('annualTurnover', sums.turnover / nonZero(Math.max(0, daily.meanEquity)) / years),
  };
};

interface DailySummary {
  /** Returns that could be formed: none follow a day on which equity was zero or less. */
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  /** √(mean of squares of the negative returns, zeros included). */
  readonly downside: number;
  readonly beta: number;
  readonly benchmarkMean: number;
  readonly meanEquity: number;
}

const summarizeDays = (equity: Float64Array, startCash: number, prepared: PreparedStatistics): DailySummary => {
  const {
    calendar: { dayEnds },
    benchmark,
    scratch,
  } = prepared;
  let before = startCash;
  let count = 0;
  let equitySum = 0;
  while (count < dayEnds.length && before > 0) {
    const now = equity[dayEnds[count] ?? 0] ?? 0;
    scratch[count] = now / before - 1;
    equitySum += now;
    before = now;
    count++;
  }
  const mean = exactSum(scratch, 0, count) / count;
  // Almost always every day counts, and the benchmark's own mean is already known.
  const benchmarkMean = count === dayEnds.length ? benchmark.mean : exactSum(benchmark.returns, 0, count) / count;
  let squares = 0;
  let downSquares = 0;
  let products = 0;
  let benchmarkSquares = 0;
  for (let i = 0; i < count; i++) {
    const value = scratch[i] ?? 0;
    const off = value - mean;
    const benchmarkOff = (benchmark.returns[i] ?? 0) - benchmarkMean;
    squares += off * off;
    if (value < 0) downSquares += value * value;
    products += off * benchmarkOff;
    benchmarkSquares += benchmarkOff * benchmarkOff;
  }
  const benchmarkDeviation = withoutNoise(Math.sqrt(benchmarkSquares / (count - 1)), benchmarkMean);
  return {
    count,
    mean,
    deviation: withoutNoise(Math.sqrt(squares / (count - 1)), mean),
    downside: withoutNoise(Math.sqrt(downSquares / count), 0),
    beta: benchmarkDeviation > 0 ? products / benchmarkSquares : NaN,
    benchmarkMean,
    meanEquity: equitySum / count,
  };
};

/** A spread that is rounding, by itself or beside the mean, is none. */
const withoutNoise = (deviation: number, mean: number): number =>
  deviation > deviationFloor + 1e-10 * Math.abs(mean) ? deviation : 0;

/** Makes a quotient by zero NaN, not Infinity; `finite` then makes it null. */
const nonZero = (value: number): number => (value === 0 ? NaN : value);

/** Adding zero turns −0, which nobody wants to read, into 0. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value + 0 : null);

const countOnes = (flags: Uint8Array, from: number): number => {
  let count = 0;
  // In 32-bit arithmetic, a third of the time.
  for (let i = from; i < flags.length; i++) count = (count + (flags[i] ?? 0)) | 0;
  return count;
};

/** The end of the last bar that the timeline shows; the feeds may go on after it. */
const endOf = (timeline: Float64Array, feeds: readonly Feed[]): number => {
  const lastTime = timeline[timeline.length - 1] ?? 0;
  let end = lastTime;
  for (const { bars, timeframeMs } of feeds) {
    const last = bars.time[bars.time.length - 1];
    if (last !== undefined) end = Math.max(end, Math.min(last, lastTime) + timeframeMs);
  }
  return end;
};
