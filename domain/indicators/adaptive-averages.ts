/** Averages that adapt their speed to the market: Kaufman's and Ehlers' MESA average. */

import { CycleMeter, cycleLookback, cycleStart } from './cycle-meter.ts';
import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { bars, real } from './parameter.ts';
import { isZero } from './smoothing.ts';
import { Lag, RollingMax, RollingMin, RollingPath } from './window.ts';

/** Kaufman's smoothing constants: exponential averages of 2 and of 30 bars. */
const fastest = 2 / (2 + 1);
const slowest = 2 / (30 + 1);

/** Kaufman's average; its smoothing follows the efficiency ratio over `length` bars. */
export const kaufmanRun = (length: number): SingleRun => {
  const path = new RollingPath(length);
  const past = new Lag(length);
  const state = { average: NaN };
  let waiting = length;
  return {
    lookback: length,
    next: (value: number) => {
      const distance = path.push(value);
      const change = value - past.push(value);
      if (waiting > 0) {
        waiting--;
        state.average = value; // the average starts at the last value of the lookback
        return NaN;
      }
      const efficiency = distance <= change || isZero(distance) ? 1 : Math.abs(change / distance);
      const root = efficiency * (fastest - slowest) + slowest;
      state.average += (value - state.average) * root * root;
      return state.average;
    },
  };
};

/**
 * MESA adaptive moving average and its follower (J. Ehlers, MESA and Trading Market Cycles, 2001;
 * TA-Lib MAMA): the faster the phase of the cycle moves, the slower the average.
 */
export const mama = builtIn({
  name: 'mama',
  title: 'MESA adaptive moving average',
  group: 'average',
  takes: ['value'],
  gives: ['mama', 'fama'],
  parameters: [real('fastLimit', 0.5, 0.01, 0.99), real('slowLimit', 0.05, 0.01, 0.99)],
  start: (fastLimit: number, slowLimit: number) => {
    const meter = new CycleMeter(cycleStart);
    const state = { phase: NaN, mama: NaN, fama: NaN };
    state.phase = state.mama = state.fama = 0;
    let bar = -1;
    return {
      lookback: cycleLookback,
      next: (out: Float64Array, value: number) => {
        if (bar < cycleLookback) bar++;
        if (meter.push(value)) {
          const phase = meter.inPhase === 0 ? 0 : (Math.atan(meter.quadrature / meter.inPhase) * 180) / Math.PI;
          const step = Math.max(1, state.phase - phase);
          state.phase = phase;
          const alpha = step > 1 ? Math.max(fastLimit / step, slowLimit) : fastLimit;
          state.mama = alpha * value + (1 - alpha) * state.mama;
          state.fama = 0.5 * alpha * state.mama + (1 - 0.5 * alpha) * state.fama;
        }
        out[0] = bar < cycleLookback ? NaN : state.mama;
        out[1] = bar < cycleLookback ? NaN : state.fama;
      },
    };
  },
});

/**
 * Fractal adaptive moving average of the median price (J. Ehlers, TASC 2005): the straighter the
 * prices of the period run, measured by their fractal dimension in two halves, the faster. A period
 * counts as the next lower even number.
 */
export const frama = builtIn({
  name: 'frama',
  title: 'Fractal adaptive moving average',
  group: 'average',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('period', 16, 2)],
  start: (period: number) => {
    const half = Math.floor(period / 2);
    const window = (count: number) => ({ highest: new RollingMax(count), lowest: new RollingMin(count) });
    const newer = window(half);
    const whole = window(2 * half);
    const older = new Lag(half);
    const state = { average: NaN };
    const lookback = 2 * half - 1;
    let waiting = lookback;
    return {
      lookback,
      next: (high: number, low: number) => {
        const price = (high + low) / 2;
        const newerRange = newer.highest.push(high) - newer.lowest.push(low);
        const olderRange = older.push(newerRange);
        const wholeRange = whole.highest.push(high) - whole.lowest.push(low);
        if (waiting > 0) {
          waiting--;
          state.average = price;
          return NaN;
        }
        // Ranges per bar: the whole's is over twice as many.
        const halves = newerRange + olderRange;
        const dimension = halves > 0 && wholeRange > 0 ? Math.log2((2 * halves) / wholeRange) : 1;
        const alpha = Math.min(1, Math.max(0.01, Math.exp(-4.6 * (dimension - 1))));
        state.average += alpha * (price - state.average);
        return state.average;
      },
    };
  },
});
