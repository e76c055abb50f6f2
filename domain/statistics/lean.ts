/**
 * The statistics of QuantConnect's Lean under its names, rounded as it prints them: percentages in
 * percent, money in currency. Computed, as Lean does, on the portfolio's value at each midnight,
 * weekends included, from the second day on.
 */

import { allocateBars } from '../market/bars.ts';
import { dayIndex, dayMs } from '../market/calendar.ts';
import type { ProfileStatisticsInput } from '../profiles/profile.ts';
import { normalCdf } from '../search/normal.ts';
import { exactSum } from './exact-sum.ts';
import { averageRiskFreeRate } from './lean-risk-free.ts';
import { leanTradeStatistics } from './lean-trades.ts';

type Values = Readonly<Record<string, number | string | null>>;

export interface LeanStatisticsOptions {
  readonly tradingDaysPerYear: number;
  /** Yearly, as a fraction; null for the Federal Reserve's primary credit rate. */
  readonly riskFreeRate: number | null;
  /** Id or symbol of the benchmark's feed; null for the first. */
  readonly benchmark: string | null;
}

export const leanStatistics =
  (options: LeanStatisticsOptions) =>
  (input: ProfileStatisticsInput): Values => {
    const { tradingDaysPerYear: year } = options;
    const { startCash, orders, sums } = input;
    const samples = sampleDays(input, options);
    const records = summarizeRecords(input);
    const end = samples.values.at(-1) ?? startCash;
    const years = (samples.values.length - 1) / 365;
    const growth = years > 0 ? (end / startCash) ** (1 / years) - 1 : 0;
    const risk = riskOf(samples, year, options.riskFreeRate ?? averageRiskFreeRate(samples.midnights.slice(0, -1)));
    return {
      'Total Orders': orders.length,
      'Average Win': round(records.averageWin * 100, 2),
      'Average Loss': round(records.averageLoss * 100, 2),
      'Compounding Annual Return': round(growth * 100, 3),
      // Lean rounds the fraction to three digits before it prints percent.
      Drawdown: round(round(drawdown(samples.values), 3) * 100, 3),
      Expectancy: round(records.expectancy, 3),
      'Start Equity': startCash,
      'End Equity': round(end, 2),
      'Net Profit': round((end / startCash - 1) * 100, 3),
      'Sharpe Ratio': round(risk.sharpe, 3),
      'Sortino Ratio': round(risk.sortino, 3),
      'Probabilistic Sharpe Ratio': round(risk.probabilisticSharpe * 100, 3),
      'Loss Rate': round(records.lossRate * 100, 0),
      'Win Rate': round(records.winRate * 100, 0),
      'Profit-Loss Ratio': round(records.profitLossRatio, 2),
      Alpha: round(risk.alpha, 3),
      Beta: round(risk.beta, 3),
      'Annual Standard Deviation': round(risk.deviation, 3),
      'Annual Variance': round(risk.variance, 3),
      'Information Ratio': round(risk.informationRatio, 3),
      'Tracking Error': round(risk.trackingError, 3),
      'Treynor Ratio': round(risk.treynor, 3),
      'Total Fees': roundAway(sums.commission, 2),
      'Portfolio Turnover': round(turnover(samples, input) * 100, 2),
      'Drawdown Recovery': drawdownRecovery(samples.values),
      ...leanTradeStatistics(input.trades, input.feeds),
    };
  };

interface Samples {
  /** From the end of the first day to the end of the last, milliseconds UTC. */
  readonly midnights: readonly number[];
  /** Portfolio value at each midnight; the first is the starting cash. */
  readonly values: readonly number[];
  readonly benchmark: readonly number[];
}

/** Values at every midnight, also those after days without a bar. */
const sampleDays = (
  { timeline, equity, feeds, startCash }: ProfileStatisticsInput,
  { benchmark }: LeanStatisticsOptions,
): Samples => {
  const bars =
    (feeds.find(({ id, symbol }) => id === benchmark || symbol === benchmark) ?? feeds[0])?.bars ?? allocateBars(0);
  const midnights: number[] = [];
  const values: number[] = [];
  const closes: number[] = [];
  let step = 0;
  let bar = 0;
  const first = dayIndex(timeline[0] ?? 0);
  for (let day = first; timeline.length > 0 && day <= dayIndex(timeline[timeline.length - 1] ?? 0); day++) {
    while (step < timeline.length && dayIndex(timeline[step] ?? 0) <= day) step++;
    while (bar < bars.time.length && dayIndex(bars.time[bar] ?? 0) <= day) bar++;
    midnights.push((day + 1) * dayMs);
    values.push(day === first ? startCash : (equity[step - 1] ?? startCash));
    closes.push(smartRound(bars.close[bar - 1] ?? 0));
  }
  return { midnights, values, benchmark: closes };
};

interface Risk {
  readonly sharpe: number;
  readonly sortino: number;
  readonly probabilisticSharpe: number;
  readonly alpha: number;
  readonly beta: number;
  readonly deviation: number;
  readonly variance: number;
  readonly informationRatio: number;
  readonly trackingError: number;
  readonly treynor: number;
}

/** The first day's return is left out, as the benchmark has none. Ratios over nothing are 0. */
const riskOf = ({ values, benchmark }: Samples, year: number, riskFree: number): Risk => {
  const returns = changes(values).slice(1);
  const benchmarkReturns = changes(benchmark).slice(1);
  const performance = (1 + mean(returns)) ** year - 1;
  const benchmarkPerformance = (1 + mean(benchmarkReturns)) ** year - 1;
  const variance = sampleVariance(returns) * year;
  const deviation = Math.sqrt(variance);
  const downside = Math.sqrt(sampleVariance(returns.filter((value) => value < 0)) * year);
  const beta = over(covariance(returns, benchmarkReturns), sampleVariance(benchmarkReturns));
  const trackingError = Math.sqrt(sampleVariance(returns.map((value, i) => value - (benchmarkReturns[i] ?? 0))) * year);
  return {
    sharpe: over(performance - riskFree, deviation),
    sortino: over(performance - riskFree, downside),
    probabilisticSharpe: probabilisticSharpe(returns, 1 / Math.sqrt(year)),
    alpha: beta === 0 ? 0 : performance - (riskFree + beta * (benchmarkPerformance - riskFree)),
    beta,
    deviation,
    variance,
    informationRatio: over(performance - benchmarkPerformance, trackingError),
    trackingError,
    treynor: over(performance - riskFree, beta),
  };
};

/**
 * The probability that the true Sharpe ratio exceeds `threshold` (per day), given skewness and
 * excess kurtosis: Bailey and López de Prado, "The Sharpe Ratio Efficient Frontier" (2012).
 */
const probabilisticSharpe = (returns: readonly number[], threshold: number): number => {
  const n = returns.length;
  const deviation = Math.sqrt(sampleVariance(returns));
  if (deviation === 0 || n < 4) return 0;
  const average = mean(returns);
  const observed = average / deviation;
  const moment = (power: number): number => mean(returns.map((value) => (value - average) ** power));
  const spread = moment(2);
  const skewness = (Math.sqrt(n * (n - 1)) / (n - 2)) * (moment(3) / spread ** 1.5);
  const kurtosis = ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * (moment(4) / spread ** 2 - 3) + 6);
  const error = Math.sqrt((1 - skewness * observed + ((kurtosis - 1) / 4) * observed ** 2) / (n - 1));
  return Number.isFinite(error) && error > 0 ? normalCdf((observed - threshold) / error) : 0;
};

interface Records {
  readonly averageWin: number;
  readonly averageLoss: number;
  readonly winRate: number;
  readonly lossRate: number;
  readonly profitLossRatio: number;
  readonly expectancy: number;
}

/**
 * Every fill that reduces a position is a record: its profit on the average price, less twice its
 * own fee, against the capital that the records before have left.
 */
const summarizeRecords = ({ fills, feeds, startCash }: ProfileStatisticsInput): Records => {
  const positions = feeds.map(() => ({ units: 0, price: 0, actions: 0 }));
  let capital = startCash;
  let wins = 0;
  let losses = 0;
  let won = 0;
  let lost = 0;
  for (const { feed, side, quantity, price, commission, time } of fills) {
    const position = positions[feed];
    if (position === undefined) continue;
    const { actions = [], instrument } = feeds[feed] ?? { instrument: { multiplier: 1 } };
    for (
      let action = actions[position.actions];
      action !== undefined && action.time <= time;
      action = actions[++position.actions]
    ) {
      if (action.type !== 'split') continue;
      position.units = Math.trunc(position.units * action.ratio);
      position.price /= action.ratio;
    }
    const units = side === 'buy' ? quantity : -quantity;
    const closes = position.units * units < 0 ? Math.min(Math.abs(units), Math.abs(position.units)) : 0;
    if (closes > 0) {
      const profit =
        Math.sign(position.units) * closes * (price - position.price) * instrument.multiplier - 2 * commission;
      if (profit > 0) {
        wins++;
        won += profit / capital;
      } else {
        losses++;
        lost += profit / capital;
      }
      capital += profit;
    }
    const after = position.units + units;
    if (after === 0) position.price = 0;
    else if (closes === 0) position.price = (position.price * position.units + price * units) / after;
    else if (after > 0 !== position.units > 0) position.price = price;
    position.units = after;
  }
  const averageWin = over(won, wins);
  const averageLoss = over(lost, losses);
  const winRate = over(wins, wins + losses);
  const lossRate = over(losses, wins + losses);
  const profitLossRatio = over(averageWin, Math.abs(averageLoss));
  return {
    averageWin,
    averageLoss,
    winRate,
    lossRate,
    profitLossRatio,
    expectancy: winRate * profitLossRatio - lossRate,
  };
};

/** Mean over the days of what was traded ÷ the portfolio's value at the day's end. */
const turnover = ({ midnights, values }: Samples, { fills, feeds }: ProfileStatisticsInput): number => {
  if (values.length < 2) return 0;
  const traded = new Map<number, number>();
  for (const { feed, quantity, price, time } of fills) {
    const value = quantity * price * (feeds[feed]?.instrument.multiplier ?? 1);
    const midnight = (dayIndex(time) + 1) * dayMs;
    traded.set(midnight, (traded.get(midnight) ?? 0) + value);
  }
  return mean(values.slice(1).map((value, i) => over(traded.get(midnights[i + 1] ?? 0) ?? 0, value)));
};

const drawdown = (values: readonly number[]): number => {
  let peak = -Infinity;
  let deepest = 0;
  for (const value of values) {
    peak = Math.max(peak, value);
    if (peak > 0) deepest = Math.max(deepest, 1 - value / peak);
  }
  return deepest;
};

/** The longest time from a peak to the value's return to it, in days; a drawdown that lasts to the end is not counted. */
const drawdownRecovery = (values: readonly number[]): number => {
  let peak = -Infinity;
  let peakDay = 0;
  let longest = 0;
  values.forEach((value, day) => {
    if (value < peak) return;
    if (day > peakDay + 1) longest = Math.max(longest, day - peakDay);
    peak = value;
    peakDay = day;
  });
  return longest;
};

const changes = (values: readonly number[]): number[] =>
  values.slice(1).map((value, i) => over(value - (values[i] ?? 0), values[i] ?? 0));

const mean = (values: readonly number[]): number => over(exactSum(values), values.length);

const covariance = (a: readonly number[], b: readonly number[]): number => {
  const meanA = mean(a);
  const meanB = mean(b);
  return a.length < 2 ? 0 : exactSum(a.map((value, i) => (value - meanA) * ((b[i] ?? 0) - meanB))) / (a.length - 1);
};

const sampleVariance = (values: readonly number[]): number => covariance(values, values);

/** A quotient, 0 where there is nothing to divide by. */
const over = (value: number, divisor: number): number => (divisor === 0 ? 0 : value / divisor);

/** Lean keeps seven significant digits of a benchmark's prices, four decimals above a thousand. */
const smartRound = (value: number): number => (value > 1000 ? round(value, 4) : Number(value.toPrecision(7)));

/** To so many digits, halves to the even one, as .NET rounds. */
const round = (value: number, digits: number): number => {
  if (!Number.isFinite(value)) return 0;
  const scaled = value * 10 ** digits;
  const floor = Math.floor(scaled);
  const isHalf = Math.abs(scaled - floor - 0.5) < 1e-9;
  const whole = isHalf ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(scaled);
  return whole / 10 ** digits + 0;
};

/** To so many digits, halves away from zero, as .NET formats. */
const roundAway = (value: number, digits: number): number =>
  (Math.sign(value) * Math.floor(Math.abs(value) * 10 ** digits + 0.5 + 1e-9)) / 10 ** digits;
