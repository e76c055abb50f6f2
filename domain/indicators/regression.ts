/** The straight line of least squares through the newest values, and readings from it. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { RollingLine } from './paired-window.ts';
import { bars } from './parameter.ts';

/** Reads the line fitted to `length` values; its x is 0 at the oldest and length − 1 at the newest. */
const lineRun = (length: number, read: (intercept: number, slope: number) => number): SingleRun => {
  const line = new RollingLine(length);
  const sumX = (length * (length - 1)) / 2;
  const divisor = (length * length * (length * length - 1)) / 12; // n·Σx² − (Σx)²
  let waiting = length - 1;
  return {
    lookback: length - 1,
    next: (value: number) => {
      line.push(value);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      // Ages run against x, so the slope's sign turns.
      const slope = (sumX * line.sum - length * line.sumByAge) / divisor;
      return read((line.sum - slope * sumX) / length, slope);
    },
  };
};

/** The line's value at the newest bar (TA-Lib LINEARREG). */
export const linearReg = builtIn({
  name: 'linearReg',
  title: 'Linear regression',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => lineRun(period, (intercept, slope) => intercept + slope * (period - 1)),
});

/** The line's slope as an angle in degrees (TA-Lib LINEARREG_ANGLE). */
export const linearRegAngle = builtIn({
  name: 'linearRegAngle',
  title: 'Linear regression angle',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => lineRun(period, (_, slope) => (Math.atan(slope) * 180) / Math.PI),
});

/** The line's value at the oldest bar of the window (TA-Lib LINEARREG_INTERCEPT). */
export const linearRegIntercept = builtIn({
  name: 'linearRegIntercept',
  title: 'Linear regression intercept',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => lineRun(period, (intercept) => intercept),
});

/** The line's rise per bar (TA-Lib LINEARREG_SLOPE). */
export const linearRegSlope = builtIn({
  name: 'linearRegSlope',
  title: 'Linear regression slope',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => lineRun(period, (_, slope) => slope),
});

/** Time series forecast: the line carried on by one bar (TA-Lib TSF). */
export const tsf = builtIn({
  name: 'tsf',
  title: 'Time series forecast',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => lineRun(period, (intercept, slope) => intercept + slope * period),
});
