/**
 * The statistics of backtesting.py 0.6.6 under its names and by its definitions: percentages in
 * percent, durations in days (in bars where bars are numbered rather than dated), null for its NaN.
 */

import type { Trade } from '../engine/order.ts';
import { dayMs, formatTime, hourMs, minuteMs, secondMs } from '../market/calendar.ts';
import type { ProfileStatisticsInput } from '../profiles/profile.ts';
import { readPeriodicity } from './backtesting-py-periods.ts';
import type { Periodicity } from './backtesting-py-periods.ts';

type Values = Readonly<Record<string, number | string | null>>;

/** A closed trade, as its statistics see it. */
interface ClosedTrade extends Trade {
  readonly exitBar: number;
  readonly exitTime: number;
}

/** All statistics, in that library's order. `CAGR [%]` needs dates, `Commissions [$]` commissions. */
export const backtestingPyStatistics = (input: ProfileStatisticsInput): Values => {
  const { timeline, equity } = input;
  const closes = input.feeds[0]?.bars.close ?? new Float64Array(0);
  const trades = input.trades.filter(isClosed);
  const periodicity = readPeriodicity(timeline);
  const final = last(equity);
  const returned = ((final - first(equity)) / first(equity)) * 100;
  const heldFrom = closes[input.warmUpSteps - 1] ?? first(closes);
  const held = ((last(closes) - heldFrom) / heldFrom) * 100;
  const beta = betaOf(equity, closes);
  const commissions = sum(trades.map(({ commission }) => commission));
  const drawdowns = drawdownsOf(equity, timeline);
  const growth = growthOf(equity, periodicity);
  const duration = (last(timeline) - first(timeline)) / unitOf(periodicity);

  const values: Record<string, number | string> = {
    Start: pointOf(first(timeline), periodicity),
    End: pointOf(last(timeline), periodicity),
    Duration: duration,
    'Exposure Time [%]': exposureOf(trades, timeline.length) * 100,
    'Equity Final [$]': final,
    'Equity Peak [$]': drawdowns.peak,
    ...(commissions === 0 ? {} : { 'Commissions [$]': commissions }),
    'Return [%]': returned,
    'Buy & Hold Return [%]': held,
    'Return (Ann.) [%]': growth.annualReturn * 100,
    'Volatility (Ann.) [%]': growth.annualVolatility * 100,
    ...(periodicity.kind === 'numbered'
      ? {}
      : { 'CAGR [%]': ((final / first(equity)) ** (daysPerYear / wholeSeconds(duration)) - 1) * 100 }),
    'Sharpe Ratio': growth.annualReturn / growth.annualVolatility,
    'Sortino Ratio': growth.annualReturn / growth.downsideDeviation,
    'Calmar Ratio': growth.annualReturn / drawdowns.max,
    'Alpha [%]': returned - beta * held,
    Beta: beta,
    'Max. Drawdown [%]': -drawdowns.max * 100,
    'Avg. Drawdown [%]': -mean(drawdowns.depths) * 100,
    'Max. Drawdown Duration': drawdowns.areSpans
      ? lengthOf(largest(drawdowns.spans), periodicity)
      : largest(drawdowns.spans),
    'Avg. Drawdown Duration': drawdowns.areSpans ? lengthOf(mean(drawdowns.spans), periodicity) : mean(drawdowns.spans),
    ...tradeStatistics(trades, periodicity),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' || Number.isFinite(value) ? value : null,
    ]),
  );
};

const daysPerYear = 365.25;

const tradeStatistics = (trades: readonly ClosedTrade[], periodicity: Periodicity): Record<string, number> => {
  const profits = trades.map(({ pnl }) => pnl);
  const returns = trades.map(({ returnFraction }) => returnFraction);
  const spans = trades.map(({ entryTime, exitTime }) => exitTime - entryTime);
  const won = profits.filter((profit) => profit > 0);
  const winRate = won.length / profits.length;
  const gained = sum(returns.filter((value) => value > 0));
  const lost = Math.abs(sum(returns.filter((value) => value < 0)));
  return {
    '# Trades': trades.length,
    'Win Rate [%]': winRate * 100,
    'Best Trade [%]': largest(returns) * 100,
    'Worst Trade [%]': -largest(returns.map((value) => -value)) * 100,
    'Avg. Trade [%]': geometricMean(returns) * 100,
    'Max. Trade Duration': lengthOf(largest(spans), periodicity),
    'Avg. Trade Duration': lengthOf(mean(spans), periodicity),
    'Profit Factor': lost === 0 ? NaN : gained / lost,
    'Expectancy [%]': mean(returns) * 100,
    SQN: (Math.sqrt(profits.length) * mean(profits)) / (Math.sqrt(variance(profits)) || NaN),
    'Kelly Criterion': winRate - (1 - winRate) / (mean(won) / -mean(profits.filter((profit) => profit < 0))),
  };
};

interface Growth {
  readonly annualReturn: number;
  readonly annualVolatility: number;
  readonly downsideDeviation: number;
}

/**
 * Compounded growth of the periods' returns. The volatility is that of a compounded year
 * (https://dx.doi.org/10.2139/ssrn.3054517), not the period's times a root.
 */
const growthOf = (equity: Float64Array, periodicity: Periodicity): Growth => {
  // Numbered bars have no year: the original raises 1 to an unknown power, which it takes for 1.
  if (periodicity.kind === 'numbered') return { annualReturn: 0, annualVolatility: NaN, downsideDeviation: NaN };
  const { periodEnds, periodsPerYear } = periodicity;
  const returns: number[] = [];
  for (let i = 1; i < periodEnds.length; i++) {
    const change = (equity[periodEnds[i] ?? 0] ?? NaN) / (equity[periodEnds[i - 1] ?? 0] ?? NaN) - 1;
    if (!Number.isNaN(change)) returns.push(change); // after ruin 0 ÷ 0 is no return
  }
  const perPeriod = 1 + geometricMean(returns);
  const compounded = (variance(returns) + perPeriod ** 2) ** periodsPerYear - perPeriod ** (2 * periodsPerYear);
  const losses = returns.map((value) => Math.min(value, 0) ** 2);
  return {
    annualReturn: perPeriod ** periodsPerYear - 1,
    annualVolatility: Math.sqrt(compounded),
    downsideDeviation: Math.sqrt(mean(losses)) * Math.sqrt(periodsPerYear),
  };
};

interface Drawdowns {
  /** The highest equity. */
  readonly peak: number;
  /** Fraction of the peak. */
  readonly max: number;
  /** The deepest fraction of each drawdown. */
  readonly depths: readonly number[];
  /** From peak to recovery (or the end), in units of the timeline. */
  readonly spans: readonly number[];
  readonly areSpans: boolean;
}

/** A drawdown lies between two bars at a peak with at least one bar between them; the last bar ends one too. */
const drawdownsOf = (equity: Float64Array, timeline: Float64Array): Drawdowns => {
  const depths: number[] = [];
  const spans: number[] = [];
  const below: number[] = [];
  let peak = -Infinity;
  let max = 0;
  let start = 0;
  let deepest = 0;
  for (let step = 0; step < equity.length; step++) {
    const value = equity[step] as number; // step < length
    if (value > peak) peak = value;
    const depth = 1 - value / peak;
    if (depth !== 0) below.push(depth);
    if (depth > max) max = depth;
    if (depth > deepest) deepest = depth;
    if (depth !== 0 && step < equity.length - 1) continue;
    if (step > start + 1) {
      depths.push(deepest);
      spans.push((timeline[step] ?? 0) - (timeline[start] ?? 0));
    }
    start = step;
    deepest = 0;
  }
  // With no drawdown but one that only the last bar is in, the original gives depths for durations.
  return depths.length > 0
    ? { peak, max, depths, spans, areSpans: true }
    : { peak, max, depths: below, spans: below, areSpans: false };
};

/** Covariance of log returns with those of the closes ÷ the variance of the latter. */
const betaOf = (equity: Float64Array, closes: Float64Array): number => {
  if (equity.length !== closes.length || equity.length < 3) return NaN;
  const own = logReturns(equity);
  const market = logReturns(closes);
  const ownMean = Math.log(last(equity) / first(equity)) / own.length; // the logs of a chain add up to that of its ends
  const marketMean = Math.log(last(closes) / first(closes)) / own.length;
  let together = 0;
  let alone = 0;
  for (let i = 0; i < own.length; i++) {
    const difference = (market[i] as number) - marketMean; // both have one entry per pair of bars
    together += ((own[i] as number) - ownMean) * difference;
    alone += difference * difference;
  }
  return together / alone;
};

const logReturns = (values: Float64Array): Float64Array => {
  const returns = new Float64Array(values.length - 1);
  for (let i = 0; i < returns.length; i++) returns[i] = Math.log((values[i + 1] as number) / (values[i] as number)); // i + 1 < length
  return returns;
};

/** The share of bars in which a closed trade was open, its entry and exit bars counted. */
const exposureOf = (trades: readonly ClosedTrade[], bars: number): number => {
  const held = new Uint8Array(bars);
  for (const { entryBar, exitBar } of trades) held.fill(1, entryBar, Math.max(entryBar, exitBar + 1));
  let count = 0;
  for (let bar = 0; bar < bars; bar++) count += held[bar] as number; // bar < length
  return count / bars;
};

/** exp(mean(ln(1 + r))) − 1; 0 where something was lost entirely. */
const geometricMean = (returns: readonly number[]): number => {
  if (returns.some((value) => value <= -1)) return 0;
  return Math.exp(mean(returns.map((value) => Math.log(value + 1)))) - 1;
};

const sum = (values: readonly number[]): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Of a sample: divided by one less than their number. */
const variance = (values: readonly number[]): number => {
  const middle = mean(values);
  return sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1);
};

/** NaN of nothing. */
const largest = (values: readonly number[]): number => {
  let found = NaN;
  for (const value of values) if (!(found >= value)) found = value;
  return found;
};

const first = (values: Float64Array): number => values[0] ?? NaN;
const last = (values: Float64Array): number => values[values.length - 1] ?? NaN;

const isClosed = (trade: Trade): trade is ClosedTrade => trade.exitBar !== null && trade.exitTime !== null;

const unitOf = (periodicity: Periodicity): number => (periodicity.kind === 'numbered' ? periodicity.distance : dayMs);

const pointOf = (time: number, periodicity: Periodicity): string | number =>
  periodicity.kind === 'numbered' ? time / periodicity.distance : formatTime(time);

/** Days, rounded up to the unit in which the bars' distance is a whole number; or bars. */
const lengthOf = (span: number, periodicity: Periodicity): number => {
  if (periodicity.kind === 'numbered') return span / periodicity.distance;
  const unit = [dayMs, hourMs, minuteMs, secondMs].find((candidate) => periodicity.distanceMs % candidate === 0) ?? 1;
  return (Math.ceil(span / unit) * unit) / dayMs;
};

/** The original leaves out parts of a second. */
const wholeSeconds = (days: number): number => Math.floor((days * dayMs) / secondMs) * (secondMs / dayMs);
