/** Spread of one series, and how two series move together. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { RollingCovariance } from './paired-window.ts';
import { period, real } from './parameter.ts';
import { isZero } from './smoothing.ts';
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
  parameters: [period('period', 5)],
  start: (length: number) => momentsRun(length, (value) => value),
});

/** Population standard deviation times a factor (TA-Lib STDDEV). */
export const stddev = builtIn({
  name: 'stddev',
  title: 'Standard deviation',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [period('period', 5, 2), real('deviations', 1)],
  start: (length: number, deviations: number) => momentsRun(length, (value) => deviations * Math.sqrt(value)),
});

/** Mean absolute deviation from the mean (TA-Lib AVGDEV). */
export const avgDev = builtIn({
  name: 'avgDev',
  title: 'Average deviation',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [period('period', 14, 2)],
  start: (length: number) => {
    const values = new Float64Array(length);
    let index = 0;
    let waiting = length - 1;
    return {
      lookback: length - 1,
      next: (value: number) => {
        values[index] = value;
        index = index + 1 === length ? 0 : index + 1;
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        let sum = 0;
        for (let i = 0; i < length; i++) sum += values[i] as number; // i < length
        const mean = sum / length;
        let deviations = 0;
        for (let i = 0; i < length; i++) deviations += Math.abs((values[i] as number) - mean);
        return deviations / length;
      },
    };
  },
});

/** Pearson's correlation; 0 where a series doesn't move (TA-Lib CORREL). */
export const correl = builtIn({
  name: 'correl',
  title: "Pearson's correlation",
  group: 'statistics',
  takes: ['value', 'other'],
  gives: ['value'],
  parameters: [period('period', 30)],
  start: (length: number) => {
    const pairs = new RollingCovariance(length);
    let waiting = length - 1;
    return {
      lookback: length - 1,
      next: (value: number, other: number) => {
        pairs.push(value, other);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        const product = pairs.squaresX * pairs.squaresY;
        return product < 1e-14 ? 0 : pairs.products / Math.sqrt(product);
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
  parameters: [period('period', 5)],
  start: (length: number) => {
    const pairs = new RollingCovariance(length);
    const previous = { value: NaN, other: NaN };
    let seen = 0;
    return {
      lookback: length,
      next: (value: number, other: number) => {
        const x = isZero(previous.value) ? 0 : (value - previous.value) / previous.value;
        const y = isZero(previous.other) ? 0 : (other - previous.other) / previous.other;
        previous.value = value;
        previous.other = other;
        if (seen > 0) pairs.push(x, y);
        if (seen < length) {
          seen++;
          return NaN;
        }
        return isZero(length * pairs.squaresX) ? 0 : pairs.products / pairs.squaresX;
      },
    };
  },
});
