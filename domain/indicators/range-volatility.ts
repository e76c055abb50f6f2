/** Measures of range, trendiness and volatility beyond TA-Lib's. */

import { builtIn } from './indicator.ts';
import { bars, real } from './parameter.ts';
import { exponentialFromFirst, exponentialRun, isZero } from './smoothing.ts';
import { trueRange } from './volatility.ts';
import { averageRun } from './window-averages.ts';
import { Lag, RollingMax, RollingMin, RollingMoments, RollingPath, RollingSum } from './window.ts';

/**
 * Choppiness index: 100 × log(sum of true ranges ÷ range of the whole period) ÷ log(period): near 100
 * sideways, near 0 in a trend; 0 without range (E. Dreiss).
 */
export const choppiness = builtIn({
  name: 'choppiness',
  title: 'Choppiness index',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const range = trueRange.start();
    const ranges = new RollingSum(period);
    const highest = new RollingMax(period);
    const lowest = new RollingMin(period);
    let isFirst = true;
    return {
      lookback: period,
      next: (high: number, low: number, close: number) => {
        const today = range.next(high, low, close);
        const whole = highest.push(high) - lowest.push(low);
        if (isFirst) {
          isFirst = false;
          return NaN;
        }
        const total = ranges.push(today); // NaN during the lookback
        return Number.isNaN(total) ? NaN : whole === 0 ? 0 : (100 * Math.log10(total / whole)) / Math.log10(period);
      },
    };
  },
});

/** Mass index: sum of the ratio of the singly to the doubly smoothed range; 1 a bar without range (D. Dorsey, TASC 1992). */
export const massIndex = builtIn({
  name: 'massIndex',
  title: 'Mass index',
  group: 'volatility',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('average', 9), bars('sum', 25)],
  start: (average: number, length: number) => {
    const once = exponentialRun(average);
    const twice = exponentialRun(average);
    const total = new RollingSum(length);
    const warm = 2 * (average - 1);
    const lookback = warm + length - 1;
    let seen = 0;
    return {
      lookback,
      next: (high: number, low: number) => {
        const smooth = once.next(high - low);
        const bar = seen;
        if (seen < lookback) seen++;
        if (bar < average - 1) return NaN;
        const smoother = twice.next(smooth);
        if (bar < warm) return NaN;
        const sum = total.push(smoother === 0 ? 1 : smooth / smoother);
        return bar < lookback ? NaN : sum;
      },
    };
  },
});

/** Chaikin's volatility: percent change, over the period, of the exponential average of the range, started at its first value; 0 without range. */
export const cvi = builtIn({
  name: 'cvi',
  title: "Chaikin's volatility",
  group: 'volatility',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('period', 10)],
  start: (period: number) => {
    const average = exponentialFromFirst(2 / (period + 1));
    const past = new Lag(period);
    let waiting = 2 * period - 1;
    return {
      lookback: 2 * period - 1,
      next: (high: number, low: number) => {
        const range = average.next(high - low);
        const before = past.push(range);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return before === 0 ? 0 : (100 * (range - before)) / before;
      },
    };
  },
});

/** Annualised volatility, as a fraction: population standard deviation of one-bar returns × √barsPerYear; a return from 0 counts as 0. */
export const volatility = builtIn({
  name: 'volatility',
  title: 'Annualised volatility',
  group: 'volatility',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 20), real('barsPerYear', 252, 1)],
  start: (period: number, barsPerYear: number) => {
    const moments = new RollingMoments(period);
    const state = { previous: NaN };
    let seen = 0;
    return {
      lookback: period,
      next: (value: number) => {
        const change = isZero(state.previous) ? 0 : value / state.previous - 1;
        state.previous = value;
        if (seen > 0) moments.push(change);
        if (seen < period) {
          seen++;
          return NaN;
        }
        return Math.sqrt((moments.squares / period) * barsPerYear);
      },
    };
  },
});

/** Standard error of the mean: population standard deviation ÷ √period (Tulip stderr). */
export const stderr = builtIn({
  name: 'stderr',
  title: 'Standard error',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 5)],
  start: (period: number) => {
    const moments = new RollingMoments(period);
    let waiting = period - 1;
    return {
      lookback: period - 1,
      next: (value: number) => {
        moments.push(value);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return Math.sqrt(moments.squares) / period;
      },
    };
  },
});

/** Average range: simple average of high − low. */
export const averageRange = builtIn({
  name: 'averageRange',
  title: 'Average range',
  group: 'volatility',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('period', 20)],
  start: (period: number) => {
    const average = averageRun(period);
    return { lookback: average.lookback, next: (high: number, low: number) => average.next(high - low) };
  },
});

/** Rogers-Satchell volatility: root of the mean of ln(H/C)·ln(H/O) + ln(L/C)·ln(L/O), of positive prices, not annualised (L. Rogers, S. Satchell, 1991). */
export const rogersSatchell = builtIn({
  name: 'rogersSatchell',
  title: 'Rogers-Satchell volatility',
  group: 'volatility',
  takes: ['open', 'high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 9)],
  start: (period: number) => {
    const squares = averageRun(period);
    return {
      lookback: period - 1,
      next: (open: number, high: number, low: number, close: number) =>
        Math.sqrt(
          squares.next(
            Math.max(0, Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open)),
          ),
        ),
    };
  },
});

/** Vertical horizontal filter: range of the newest values ÷ the path between them; 0 when nothing moves (A. White, 1991). */
export const vhf = builtIn({
  name: 'vhf',
  title: 'Vertical horizontal filter',
  group: 'trend',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 28)],
  start: (period: number) => {
    const highest = new RollingMax(period);
    const lowest = new RollingMin(period);
    const path = new RollingPath(period);
    return {
      lookback: period,
      next: (value: number) => {
        const range = highest.push(value) - lowest.push(value);
        const total = path.push(value);
        return total === 0 ? 0 : range / total;
      },
    };
  },
});

/** Kaufman's efficiency ratio: |change over the period| ÷ the path of its bars; 0 when nothing moves. */
export const efficiencyRatio = builtIn({
  name: 'efficiencyRatio',
  title: "Kaufman's efficiency ratio",
  group: 'trend',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 10)],
  start: (period: number) => {
    const path = new RollingPath(period);
    const past = new Lag(period);
    return {
      lookback: period,
      next: (value: number) => {
        const change = Math.abs(value - past.push(value));
        const total = path.push(value);
        return total === 0 ? 0 : change / total;
      },
    };
  },
});

/** Logarithm of value ÷ value `period` bars ago, of positive values. */
export const logReturn = builtIn({
  name: 'logReturn',
  title: 'Logarithmic return',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 1)],
  start: (period: number) => {
    const past = new Lag(period);
    return { lookback: period, next: (value: number) => Math.log(value / past.push(value)) };
  },
});

/** The value `period` bars ago. */
export const lag = builtIn({
  name: 'lag',
  title: 'Value some bars ago',
  group: 'math',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 1)],
  start: (period: number) => {
    const past = new Lag(period);
    return { lookback: period, next: (value: number) => past.push(value) };
  },
});

/** QStick: simple average of close − open (T. Chande). */
export const qstick = builtIn({
  name: 'qstick',
  title: 'QStick',
  group: 'momentum',
  takes: ['open', 'close'],
  gives: ['value'],
  parameters: [bars('period', 8)],
  start: (period: number) => {
    const average = averageRun(period);
    return { lookback: average.lookback, next: (open: number, close: number) => average.next(close - open) };
  },
});
