/**
 * The statistics of backtrader 1.9.78 under the names of its analyzers (`SharpeRatio.sharperatio`,
 * `DrawDown.max.drawdown`, …) with their default parameters: drawdowns and `rnorm100` in percent, other
 * returns as fractions, lengths in bars, null for what is not defined.
 */

import { dateOf, dayIndex, dayMs, monthIndex, weekIndex, weekMs } from '../market/calendar.ts';
import type { ProfileStatisticsInput } from '../profiles/profile.ts';
import { analyzeTrades } from './backtrader-trades.ts';
import { exactSum } from './exact-sum.ts';

type Values = Readonly<Record<string, number | string | null>>;

/** What its analyzers can be told. */
export interface AnalyzerParameters {
  /** Of the Sharpe ratios: yearly, as a fraction. */
  readonly riskFreeRate: number;
}

const analyzerDefaults: AnalyzerParameters = { riskFreeRate: 0.01 };
const daysPerYear = 252;

/** The parameters of the variability-weighted return: maximum deviation, and how hard it weighs. */
const vwrDeviationMax = 2;
const vwrTau = 0.2;

/** Calmar: months in its window. */
const calmarMonths = 36;

/** A month or a year of 28 or 360 days at least, so that calendar lengths pass. */
const monthMsMin = 28 * dayMs;
const yearMsMin = 360 * dayMs;

/** All analyzers that its documentation lists for a portfolio, in alphabetical order. */
export const backtraderStatistics = (
  input: ProfileStatisticsInput,
  parameters: AnalyzerParameters = analyzerDefaults,
): Values => {
  const { timeline, equity, startCash, trades } = input;
  const { riskFreeRate } = parameters;
  const years = periodReturns(timeline, equity, startCash, yearOf);
  const days = periodReturns(timeline, equity, startCash, dayIndex);
  const timeframe = timeframeOf(input);
  const returns = totalReturns(input, timeframe);
  return {
    ...annualReturns(timeline, equity),
    'Broker.startingcash': startCash,
    'Broker.value': finite(equity[equity.length - 1] ?? startCash),
    'Calmar.calmar': calmar(timeline, equity, startCash),
    ...drawDown(equity),
    ...periodStats(years.returns),
    'Returns.rtot': finite(returns.total),
    'Returns.ravg': finite(returns.average),
    'Returns.rnorm': finite(returns.normalized),
    'Returns.rnorm100': finite(returns.normalized * 100),
    'SharpeRatio.sharperatio': sharpe({ returns: years.returns, periodsPerYear: 1, riskFreeRate }),
    // By default both ratios are on years, where annualising changes nothing; people use them on days.
    'SharpeRatio.days.sharperatio': sharpe({
      returns: days.returns,
      periodsPerYear: daysPerYear,
      riskFreeRate,
      annualized: false,
    }),
    'SharpeRatio_A.sharperatio': sharpe({ returns: years.returns, periodsPerYear: 1, riskFreeRate }),
    'SharpeRatio_A.days.sharperatio': sharpe({ returns: days.returns, periodsPerYear: daysPerYear, riskFreeRate }),
    'SQN.sqn': systemQuality(trades.filter(({ exitBar }) => exitBar !== null).map(({ pnl }) => pnl)),
    'SQN.trades': trades.filter(({ exitBar }) => exitBar !== null).length,
    ...Object.fromEntries(years.keys.map((year, i) => [`TimeReturn.${year}`, years.returns[i] ?? null])),
    ...analyzeTrades(trades),
    'VWR.vwr': variabilityWeighted(input, timeframe, returns),
  };
};

interface Periods {
  readonly keys: readonly number[];
  /** Value at the end of each period ÷ value at the end of the one before − 1; the first against the starting cash. */
  readonly returns: readonly number[];
}

const yearOf = (time: number): number => dateOf(time).year;

const periodReturns = (
  timeline: Float64Array,
  equity: Float64Array,
  startCash: number,
  keyOf: (time: number) => number,
): Periods => {
  const keys: number[] = [];
  const returns: number[] = [];
  let start = startCash;
  let next = keyOf(timeline[0] ?? 0);
  for (let i = 0; i < timeline.length; i++) {
    const key = next;
    next = i + 1 < timeline.length ? keyOf(timeline[i + 1] ?? 0) : NaN;
    if (next === key) continue;
    const value = equity[i] ?? NaN;
    keys.push(key);
    returns.push(value / start - 1);
    start = value;
  }
  return { keys, returns };
};

interface SharpeInput {
  readonly returns: readonly number[];
  readonly periodsPerYear: number;
  readonly riskFreeRate: number;
  /** Default true. */
  readonly annualized?: boolean;
}

/** Mean excess return ÷ its population deviation, × √periods a year; null without a deviation. */
const sharpe = ({ returns, periodsPerYear, riskFreeRate, annualized = true }: SharpeInput): number | null => {
  const rate = (1 + riskFreeRate) ** (1 / periodsPerYear) - 1;
  const excess = returns.map((value) => value - rate);
  const average = mean(excess);
  const ratio = average / deviation(excess, average);
  return finite(annualized ? Math.sqrt(periodsPerYear) * ratio : ratio);
};

/** √n × mean ÷ population deviation of the trades' net profits; 0 below two trades. */
const systemQuality = (profits: readonly number[]): number | null => {
  if (profits.length < 2) return 0;
  const average = mean(profits);
  const spread = deviation(profits, average);
  return spread === 0 ? null : finite((Math.sqrt(profits.length) * average) / spread);
};

/** On the value of every bar; lengths count bars below the peak. */
const drawDown = (equity: Float64Array): Values => {
  let peak = -Infinity;
  let drawdown = 0;
  let money = 0;
  let length = 0;
  let maxDrawdown = 0;
  let maxMoney = 0;
  let maxLength = 0;
  for (let i = 0; i < equity.length; i++) {
    const value = equity[i] ?? 0;
    peak = Math.max(peak, value);
    money = peak - value;
    drawdown = (100 * money) / peak;
    maxMoney = Math.max(maxMoney, money);
    maxDrawdown = Math.max(maxDrawdown, drawdown);
    length = drawdown === 0 ? 0 : length + 1;
    maxLength = Math.max(maxLength, length);
  }
  return {
    'DrawDown.len': length,
    'DrawDown.drawdown': finite(drawdown),
    'DrawDown.moneydown': finite(money),
    'DrawDown.max.len': maxLength,
    'DrawDown.max.drawdown': finite(maxDrawdown),
    'DrawDown.max.moneydown': finite(maxMoney),
  };
};

/** By year from the first value of the run, not from the starting cash. */
const annualReturns = (timeline: Float64Array, equity: Float64Array): Values => {
  const { keys, returns } = periodReturns(timeline, equity, equity[0] ?? NaN, yearOf);
  return Object.fromEntries(keys.map((year, i) => [`AnnualReturn.${year}`, finite(returns[i] ?? NaN)]));
};

const periodStats = (returns: readonly number[]): Values => {
  const average = mean(returns);
  return {
    'PeriodStats.average': finite(average),
    'PeriodStats.stddev': finite(deviation(returns, average)),
    'PeriodStats.positive': returns.filter((value) => value > 0).length,
    'PeriodStats.negative': returns.filter((value) => value < 0).length,
    'PeriodStats.nochange': returns.filter((value) => value === 0).length,
    'PeriodStats.best': finite(Math.max(...returns)),
    'PeriodStats.worst': finite(Math.min(...returns)),
  };
};

/** How the data's bars are counted, and how many of them make a year. */
interface Timeframe {
  readonly keyOf: (time: number) => number;
  readonly perYear: number;
}

const timeframeOf = ({ feeds }: ProfileStatisticsInput): Timeframe => {
  const length = feeds[0]?.timeframeMs ?? dayMs;
  if (length >= yearMsMin) return { keyOf: yearOf, perYear: 1 };
  if (length >= monthMsMin) return { keyOf: monthIndex, perYear: 12 };
  if (length >= weekMs) return { keyOf: weekIndex, perYear: 52 };
  if (length >= dayMs) return { keyOf: dayIndex, perYear: daysPerYear };
  // Bars within a day are not annualised.
  return { keyOf: (time) => Math.floor(time / length), perYear: 1 };
};

interface Returns {
  readonly total: number;
  readonly average: number;
  readonly normalized: number;
}

/** ln(end ÷ start), per period of the data, and per year. */
const totalReturns = (
  { timeline, equity, startCash }: ProfileStatisticsInput,
  { keyOf, perYear }: Timeframe,
): Returns => {
  let periods = 0;
  let key = -Infinity;
  for (const time of timeline) {
    const here = keyOf(time);
    if (here > key) periods++;
    key = Math.max(key, here);
  }
  const growth = (equity[equity.length - 1] ?? startCash) / startCash;
  const total = growth < 0 ? -Infinity : Math.log(growth);
  const average = total / periods;
  return { total, average, normalized: Math.expm1(average * perYear) };
};

/**
 * The normalized return, reduced by how far each period's value strays from steady growth (sample
 * deviation). The growth of the n-th period is measured against n periods of the average: so the original does it.
 */
const variabilityWeighted = (
  { timeline, equity, startCash }: ProfileStatisticsInput,
  { keyOf }: Timeframe,
  { average, normalized }: Returns,
): number | null => {
  // The first bar is a period by itself; each further one begins with a bar and ends before the next beginning.
  const strays: number[] = [];
  let start = startCash;
  let last = NaN;
  let key = -Infinity;
  for (let i = 0; i < timeline.length; i++) {
    const here = keyOf(timeline[i] ?? 0);
    last = equity[i] ?? NaN;
    if (here <= key) continue;
    key = here;
    strays.push(last / (start * Math.exp(average * (strays.length + 1))) - 1);
    start = last;
    last = NaN;
  }
  if (!Number.isNaN(last)) strays.push(last / (start * Math.exp(average * (strays.length + 1))) - 1);
  const centre = mean(strays);
  const spread = Math.sqrt(exactSum(strays.map((value) => (value - centre) ** 2)) / (strays.length - 1));
  return finite(normalized * 100 * (1 - (spread / vwrDeviationMax) ** vwrTau));
};

/** Mean monthly log return over 36 months ÷ maximum drawdown in percent, both on the first value of each month. */
const calmar = (timeline: Float64Array, equity: Float64Array, startCash: number): number | null => {
  const values: number[] = [startCash];
  let month = -Infinity;
  let peak = -Infinity;
  let maxDrawdown = 0;
  for (let i = 0; i < timeline.length; i++) {
    const here = monthIndex(timeline[i] ?? 0);
    if (here <= month) continue;
    month = here;
    const value = equity[i] ?? NaN;
    peak = Math.max(peak, value);
    maxDrawdown = Math.max(maxDrawdown, (100 * (peak - value)) / peak);
    values.push(value);
  }
  const last = equity[equity.length - 1] ?? NaN;
  values.push(last);
  const first = values[values.length - calmarMonths];
  if (first === undefined) return null;
  const average = Math.log(last / first) / calmarMonths;
  return maxDrawdown === 0 ? 0 : finite(average / maxDrawdown);
};

const mean = (values: readonly number[]): number => exactSum(values) / values.length;

/** Population deviation. */
const deviation = (values: readonly number[], average: number): number =>
  Math.sqrt(exactSum(values.map((value) => (value - average) ** 2)) / values.length);

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
