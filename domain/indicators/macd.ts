/** Oscillators made of the difference of a fast and a slow moving average. */

import { builtIn } from './indicator.ts';
import type { ManyRun, SingleRun } from './indicator.ts';
import { movingAverageChoice, movingAverageRun } from './moving-averages.ts';
import type { MovingAverageType } from './moving-averages.ts';
import { bars } from './parameter.ts';
import { delayedRun, exponentialRun, isZero } from './smoothing.ts';

/** Difference of two averages, both with their first value at the same bar, and its own average. */
const convergenceRun = (fast: SingleRun, slow: SingleRun, signal: SingleRun): ManyRun => {
  const lookback = Math.max(fast.lookback, slow.lookback);
  const quick = delayedRun(lookback - fast.lookback, fast);
  const lazy = delayedRun(lookback - slow.lookback, slow);
  const total = lookback + signal.lookback;
  let seen = 0;
  return {
    lookback: total,
    next: (out: Float64Array, value: number) => {
      const macdValue = quick.next(value) - lazy.next(value);
      const signalValue = seen < lookback ? NaN : signal.next(macdValue);
      const isWarm = seen >= total;
      if (!isWarm) seen++;
      out[0] = isWarm ? macdValue : NaN;
      out[1] = signalValue;
      out[2] = macdValue - signalValue;
    },
  };
};

/**
 * Moving average convergence/divergence (G. Appel; TA-Lib MACD). As in TA-Lib the fast average is
 * started so late that both have their first value at one bar, and all three outputs begin together.
 */
export const macd = builtIn({
  name: 'macd',
  title: 'Moving average convergence/divergence',
  group: 'momentum',
  takes: ['value'],
  gives: ['macd', 'signal', 'histogram'],
  parameters: [bars('fast', 12, 2), bars('slow', 26, 2), bars('signal', 9)],
  start: (fast: number, slow: number, signal: number) =>
    convergenceRun(exponentialRun(Math.min(fast, slow)), exponentialRun(Math.max(fast, slow)), exponentialRun(signal)),
});

/** MACD with a choice of the three averages (TA-Lib MACDEXT). */
export const macdExt = builtIn({
  name: 'macdExt',
  title: 'MACD with chosen averages',
  group: 'momentum',
  takes: ['value'],
  gives: ['macd', 'signal', 'histogram'],
  parameters: [
    bars('fast', 12, 2),
    movingAverageChoice('fastType'),
    bars('slow', 26, 2),
    movingAverageChoice('slowType'),
    bars('signal', 9),
    movingAverageChoice('signalType'),
  ],
  start: (
    fast: number,
    fastType: MovingAverageType,
    slow: number,
    slowType: MovingAverageType,
    signal: number,
    signalType: MovingAverageType,
  ) => {
    const first = movingAverageRun(fastType, fast);
    const second = movingAverageRun(slowType, slow);
    const [quick, lazy] = slow < fast ? [second, first] : [first, second];
    return convergenceRun(quick, lazy, movingAverageRun(signalType, signal));
  },
});

/** MACD of 12 and 26 bars with the rounded factors 0.15 and 0.075 of the first publications (TA-Lib MACDFIX). */
export const macdFix = builtIn({
  name: 'macdFix',
  title: 'MACD 12/26 with fixed factors',
  group: 'momentum',
  takes: ['value'],
  gives: ['macd', 'signal', 'histogram'],
  parameters: [bars('signal', 9)],
  start: (signal: number) =>
    convergenceRun(exponentialRun(12, 0.15), exponentialRun(26, 0.075), exponentialRun(signal)),
});

const differenceRun = (fast: number, slow: number, type: MovingAverageType, inPercent: boolean): SingleRun => {
  const fastRun = movingAverageRun(type, Math.min(fast, slow));
  const slowRun = movingAverageRun(type, Math.max(fast, slow));
  const lookback = Math.max(fastRun.lookback, slowRun.lookback);
  const quick = delayedRun(lookback - fastRun.lookback, fastRun);
  const lazy = delayedRun(lookback - slowRun.lookback, slowRun);
  return {
    lookback,
    next: (value: number) => {
      const slowValue = lazy.next(value);
      const difference = quick.next(value) - slowValue;
      if (!inPercent) return difference;
      return isZero(slowValue) ? 0 : (100 * difference) / slowValue;
    },
  };
};

/** Absolute price oscillator: fast average − slow average (TA-Lib APO). */
export const apo = builtIn({
  name: 'apo',
  title: 'Absolute price oscillator',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('fast', 12, 2), bars('slow', 26, 2), movingAverageChoice()],
  start: (fast: number, slow: number, type: MovingAverageType) => differenceRun(fast, slow, type, false),
});

/** Percentage price oscillator: 100 × (fast − slow) ÷ slow (TA-Lib PPO). */
export const ppo = builtIn({
  name: 'ppo',
  title: 'Percentage price oscillator',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('fast', 12, 2), bars('slow', 26, 2), movingAverageChoice()],
  start: (fast: number, slow: number, type: MovingAverageType) => differenceRun(fast, slow, type, true),
});
