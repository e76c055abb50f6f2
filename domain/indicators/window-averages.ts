/** Averages over a window, as plain steps without parameter checks. */

import type { SingleRun } from './indicator.ts';
import { RollingLine } from './paired-window.ts';
import { chainRuns } from './smoothing.ts';
import { RollingSum } from './window.ts';

/** Mean of the newest `length` values. */
export const averageRun = (length: number): SingleRun => {
  const window = new RollingSum(length);
  return {
    lookback: length - 1,
    next: (value: number) => window.push(value) / length,
    nextAll: (values, column, from) => window.pushAll(values, column, from, length),
  };
};

/** Mean with weights length, length − 1, …, 1 from the newest value backwards. */
export const weightedRun = (length: number): SingleRun => {
  const window = new RollingLine(length);
  const divisor = (length * (length + 1)) / 2;
  let waiting = length - 1;
  return {
    lookback: length - 1,
    next: (value: number) => {
      window.push(value);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return (length * window.sum - window.sumByAge) / divisor;
    },
  };
};

/** Hull's average: the weighted average, over √length bars, of 2 × the average of half the length − that of all. */
export const hullRun = (length: number): SingleRun => {
  const half = weightedRun(Math.max(1, Math.floor(length / 2)));
  const whole = weightedRun(length);
  const difference: SingleRun = {
    lookback: length - 1,
    next: (value: number) => 2 * half.next(value) - whole.next(value),
  };
  return chainRuns(difference, weightedRun(Math.floor(Math.sqrt(length))));
};
