/** Highest and lowest values of a window, where they are, and its sum. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { bars } from './parameter.ts';
import { RollingMax, RollingMin, RollingPeak, RollingSum } from './window.ts';

/** What a window of numbers offers: takes a value, gives the window's. */
interface Window {
  push(value: number): number;
}

const windowRun = (length: number, window: Window): SingleRun => {
  let waiting = length - 1;
  return {
    lookback: length - 1,
    next: (value: number) => {
      const result = window.push(value);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return result;
    },
  };
};

/** Highest value of the period (TA-Lib MAX). */
export const max = builtIn({
  name: 'max',
  title: 'Highest value',
  group: 'math',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => windowRun(period, new RollingMax(period)),
});

/** Lowest value of the period (TA-Lib MIN). */
export const min = builtIn({
  name: 'min',
  title: 'Lowest value',
  group: 'math',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => windowRun(period, new RollingMin(period)),
});

/** Sum over the period (TA-Lib SUM). */
export const sum = builtIn({
  name: 'sum',
  title: 'Sum',
  group: 'math',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => windowRun(period, new RollingSum(period)),
});

/** Bar of the highest value of the period, counted from the series' first bar (TA-Lib MAXINDEX). */
export const maxIndex = builtIn({
  name: 'maxIndex',
  title: 'Bar of the highest value',
  group: 'math',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => windowRun(period, new RollingPeak(period, false)),
});

/** Bar of the lowest value of the period, counted from the series' first bar (TA-Lib MININDEX). */
export const minIndex = builtIn({
  name: 'minIndex',
  title: 'Bar of the lowest value',
  group: 'math',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => {
    const run = windowRun(period, new RollingPeak(period, false));
    return { lookback: run.lookback, next: (value: number) => run.next(-value) };
  },
});

/** Lowest and highest value of the period (TA-Lib MINMAX). */
export const minMax = builtIn({
  name: 'minMax',
  title: 'Lowest and highest value',
  group: 'math',
  takes: ['value'],
  gives: ['min', 'max'],
  parameters: [bars('period', 30)],
  start: (period: number) => {
    const lowest = min.start(period);
    const highest = max.start(period);
    return {
      lookback: period - 1,
      next: (out: Float64Array, value: number) => {
        out[0] = lowest.next(value);
        out[1] = highest.next(value);
      },
    };
  },
});

/** Bars of the lowest and the highest value of the period (TA-Lib MINMAXINDEX). */
export const minMaxIndex = builtIn({
  name: 'minMaxIndex',
  title: 'Bars of the lowest and highest value',
  group: 'math',
  takes: ['value'],
  gives: ['minIndex', 'maxIndex'],
  parameters: [bars('period', 30)],
  start: (period: number) => {
    const lowest = minIndex.start(period);
    const highest = maxIndex.start(period);
    return {
      lookback: period - 1,
      next: (out: Float64Array, value: number) => {
        out[0] = lowest.next(value);
        out[1] = highest.next(value);
      },
    };
  },
});
