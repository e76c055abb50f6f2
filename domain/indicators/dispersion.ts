/** Spread of one series, and how two series move together. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { RollingCovariance } from './paired-window.ts';
import { bars, real } from './parameter.ts';
import { isZero, isZeroOrLess } from './smoothing.ts';
import { RollingMoments } from './window.ts';

const momentsRun = (length: number, read: (variance: number) => number): SingleRun => {
  const moments = new RollingMoments(length);
  let waiting = length - 1;
  return {
    lookback: length - 1,
    next: (value: number) => {
      moments.push(value);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return read(moments.squares / length);
    },
  };
};

/** Population variance (TA-Lib VAR). */
export const variance = builtIn({
  name: 'variance',
  title: 'Variance',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 5)],
  start: (period: number) => momentsRun(period, (value) => value),
});

/** Population standard deviation times a factor (TA-Lib STDDEV). */
export const stddev = builtIn({
  name: 'stddev',
  title: 'Standard deviation',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 5, 2), real('deviations', 1)],
  start: (period: number, deviations: number) => momentsRun(period, (value) => deviations * Math.sqrt(value)),
});

/** Every value of the window is looked at again at each bar, so it is kept short. */
export const deviationPeriodMax = 10_000;

/** Mean and mean absolute deviation of the newest `length` values. */
export class RollingDeviation {
  /** Of the window after the last push; defined once the window is full. */
  mean = NaN;
  deviation = NaN;
  private readonly values: Float64Array;
  private index = 0;
  private waiting: number;

  constructor(length: number) {
    this.values = new Float64Array(length);
    this.waiting = length - 1;
  }

  push(value: number): void {
    const { values } = this;
    const { length } = values;
    values[this.index] = value;
    this.index = this.index + 1 === length ? 0 : this.index + 1;
    if (this.waiting > 0) {
      this.waiting--;
      return;
    }
    let sum = 0;
    for (let i = 0; i < length; i++) sum += values[i] as number; // i < length
    const mean = sum / length;
    let deviations = 0;
    for (let i = 0; i < length; i++) deviations += Math.abs((values[i] as number) - mean);
    this.mean = mean;
    this.deviation = deviations / length;
  }
}

/** Mean absolute deviation from the mean (TA-Lib AVGDEV). */
export const avgDev = builtIn({
  name: 'avgDev',
  title: 'Average deviation',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2, deviationPeriodMax)],
  start: (period: number) => {
    const spread = new RollingDeviation(period);
    return {
      lookback: period - 1,
      next: (value: number) => {
        spread.push(value);
        return spread.deviation;
      },
    };
  },
});

/** Pearson's correlation; 0 where a series doesn't move, or both so little that TA-Lib takes it for that (TA-Lib CORREL). */
export const correl = builtIn({
  name: 'correl',
  title: "Pearson's correlation",
  group: 'statistics',
  takes: ['value', 'other'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => {
    const pairs = new RollingCovariance(period);
    let waiting = period - 1;
    return {
      lookback: period - 1,
      next: (value: number, other: number) => {
        pairs.push(value, other);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        const product = pairs.squaresX * pairs.squaresY;
        return isZeroOrLess(product) ? 0 : pairs.products / Math.sqrt(product);
      },
    };
  },
});

/**
 * Beta: slope of the second series' one-bar changes on the first's, over `period` changes; 0 where
 * the first doesn't move (TA-Lib BETA).
 */
export const beta = builtIn({
  name: 'beta',
  title: 'Beta',
  group: 'statistics',
  takes: ['value', 'other'],
  gives: ['value'],
  parameters: [bars('period', 5)],
  start: (period: number) => {
    const pairs = new RollingCovariance(period);
    const previous = { value: NaN, other: NaN };
    let seen = 0;
    return {
      lookback: period,
      next: (value: number, other: number) => {
        const x = isZero(previous.value) ? 0 : (value - previous.value) / previous.value;
        const y = isZero(previous.other) ? 0 : (other - previous.other) / previous.other;
        previous.value = value;
        previous.other = other;
        if (seen > 0) pairs.push(x, y);
        if (seen < period) {
          seen++;
          return NaN;
        }
        return isZero(period * pairs.squaresX) ? 0 : pairs.products / pairs.squaresX;
      },
    };
  },
});
