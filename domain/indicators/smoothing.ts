/** The recursive averages that other indicators are made of, as plain steps without parameter checks. */

import type { SingleRun } from './indicator.ts';

/** A run that gives back what it takes. */
export const identityRun = (): SingleRun => ({ lookback: 0, next: (value: number) => value });

/**
 * Exponential average that starts at the mean of the first `period` values: average += factor ×
 * (value − average). The factor is 2 ÷ (period + 1) unless given.
 */
export const exponentialRun = (period: number, factor = 2 / (period + 1)): SingleRun => {
  const state = { average: NaN, sum: NaN };
  state.sum = 0;
  let seen = 0;
  return {
    lookback: period - 1,
    next: (value: number) => {
      if (seen >= period) {
        const average = state.average + factor * (value - state.average);
        state.average = average;
        return average;
      }
      seen++;
      state.sum += value;
      state.average = seen < period ? NaN : state.sum / period;
      return state.average;
    },
  };
};

/** Exponential average that starts at the first value itself. */
export const exponentialFromFirst = (factor: number): SingleRun => {
  const state = { average: NaN };
  let isFirst = true;
  return {
    lookback: 0,
    next: (value: number) => {
      if (isFirst) {
        isFirst = false;
        state.average = value;
      } else {
        state.average += factor * (value - state.average);
      }
      return state.average;
    },
  };
};

/** Wilder's average: as `exponentialRun`, with the factor 1 ÷ period. */
export const wilderRun = (period: number): SingleRun => exponentialRun(period, 1 / period);

/** Feeds one run into the next; the second starts when the first is warm. */
export const chainRuns = (first: SingleRun, second: SingleRun): SingleRun => {
  let waiting = first.lookback;
  return {
    lookback: first.lookback + second.lookback,
    next: (value: number) => {
      const between = first.next(value);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return second.next(between);
    },
  };
};

/**
 * A run that ignores its first `bars` values. TA-Lib starts a faster average as late as possible, so
 * that it and a slower one have their first value at the same bar.
 */
export const delayedRun = (bars: number, run: SingleRun): SingleRun => {
  if (bars === 0) return run;
  let waiting = bars;
  return {
    lookback: bars + run.lookback,
    next: (value: number) => {
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return run.next(value);
    },
  };
};

/** TA-Lib's bound below which a divisor counts as zero. */
const zeroBound = 1e-14;

/** True for what TA-Lib takes for zero before it divides. */
export const isZero = (value: number): boolean => value < zeroBound && value > -zeroBound;

/** As `isZero`, for what cannot be below zero but by rounding. */
export const isZeroOrLess = (value: number): boolean => value < zeroBound;
