/** Averages built against lag or noise: shifted, bell-shaped, volatility-driven, error-correcting. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { cmo } from './momentum.ts';
import { hma } from './moving-averages.ts';
import { period, real } from './parameter.ts';
import { chainRuns, exponentialRun } from './smoothing.ts';
import { averageRun } from './window-averages.ts';
import { Lag } from './window.ts';

/**
 * Zero lag exponential average: the exponential average of value + (value − value half a period ago)
 * (J. Ehlers, R. Way; started at a simple average, as in Lean and backtrader).
 */
export const zlema = builtIn({
  name: 'zlema',
  title: 'Zero lag exponential moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [period('period', 30)],
  start: (length: number) => {
    const distance = Math.floor((length - 1) / 2);
    if (distance === 0) return exponentialRun(length);
    const past = new Lag(distance);
    const advanced: SingleRun = { lookback: distance, next: (value: number) => 2 * value - past.push(value) };
    return chainRuns(advanced, exponentialRun(length));
  },
});

/** A window is summed with its weights anew at each bar, so it is kept short. */
const weightedPeriodMax = 1000;

/**
 * Arnaud Legoux average: bell-shaped weights whose centre lies at `offset` of the window and whose
 * width is period ÷ sigma (A. Legoux, D. Kouzis-Loukas, 2009; the centre rounded down, as in Lean).
 */
export const alma = builtIn({
  name: 'alma',
  title: 'Arnaud Legoux moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [period('period', 9, 1, weightedPeriodMax), real('sigma', 6, 0.1, 1000), real('offset', 0.85, 0, 1)],
  start: (length: number, sigma: number, offset: number) => {
    const centre = Math.floor(offset * (length - 1));
    const width = length / sigma;
    const bell = Float64Array.from({ length }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * width * width)));
    const total = bell.reduce((sum, weight) => sum + weight, 0);
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
        let at = index; // the oldest value
        for (let i = 0; i < length; i++) {
          sum += (bell[i] as number) * (values[at] as number); // both below length
          at = at + 1 === length ? 0 : at + 1;
        }
        return sum / total;
      },
    };
  },
});

/**
 * Variable index dynamic average: an exponential average whose factor is scaled by the absolute
 * momentum oscillator of the period (T. Chande, TASC 1995; the oscillator is TA-Lib's CMO, as in Lean).
 */
export const vidya = builtIn({
  name: 'vidya',
  title: 'Variable index dynamic average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [period('period', 9, 2)],
  start: (length: number) => {
    const oscillator = cmo.start(length);
    const factor = 2 / (length + 1);
    const state = { average: NaN };
    let waiting = length;
    return {
      lookback: length,
      next: (value: number) => {
        const momentum = oscillator.next(value);
        if (waiting > 0) {
          waiting--;
          state.average = value;
          return NaN;
        }
        state.average += factor * Math.abs(momentum / 100) * (value - state.average);
        return state.average;
      },
    };
  },
});

/**
 * McGinley dynamic: average += (value − average) ÷ (period × (value ÷ average)⁴), started at a simple
 * average; stands still where the average is 0 (J. McGinley, Journal of Technical Analysis 1991).
 */
export const mcGinley = builtIn({
  name: 'mcGinley',
  title: 'McGinley dynamic',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [period('period', 14)],
  start: (length: number) => {
    const first = averageRun(length);
    const state = { average: NaN };
    let waiting = length;
    return {
      lookback: length - 1,
      next: (value: number) => {
        if (waiting > 0) {
          waiting--;
          state.average = first.next(value);
          return state.average;
        }
        const ratio = value / state.average;
        const divisor = length * ratio * ratio * ratio * ratio;
        if (Number.isFinite(divisor) && divisor !== 0) {
          const step = (value - state.average) / divisor;
          if (Number.isFinite(step)) state.average += step;
        }
        return state.average;
      },
    };
  },
});

/** Gains are tried in tenths, from −gainLimit to +gainLimit. */
const gainLimitMax = 500;

/** The exponential average with the gain on its error that brings it closest to the value. */
const errorCorrectingRun = (length: number, gainLimit: number): SingleRun => {
  const average = exponentialRun(length);
  const alpha = 2 / (length + 1);
  const state = { corrected: NaN };
  return {
    lookback: length - 1,
    next: (value: number) => {
      const plain = average.next(value);
      const before = state.corrected;
      let best = plain;
      let leastError = Infinity;
      for (let gain = -gainLimit; gain <= gainLimit; gain++) {
        const corrected = alpha * (plain + (gain / 10) * (value - before)) + (1 - alpha) * before;
        const error = Math.abs(value - corrected);
        if (error < leastError) {
          leastError = error;
          best = corrected;
        }
      }
      state.corrected = best;
      return best;
    },
  };
};

/** Ehlers' error-correcting (zero lag) average (J. Ehlers, R. Way, Zero Lag, 2010). */
export const errorCorrecting = builtIn({
  name: 'errorCorrecting',
  title: 'Error-correcting average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [period('period', 30), period('gainLimit', 50, 0, gainLimitMax)],
  start: (length: number, gainLimit: number) => errorCorrectingRun(length, gainLimit),
});

/** Dickson's average: mean of the error-correcting and the Hull average (N. Dickson). */
export const dickson = builtIn({
  name: 'dickson',
  title: 'Dickson moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [period('period', 30), period('gainLimit', 50, 0, gainLimitMax), period('hullPeriod', 7)],
  start: (length: number, gainLimit: number, hullPeriod: number) => {
    const corrected = errorCorrectingRun(length, gainLimit);
    const hull = hma.start(hullPeriod);
    return {
      lookback: Math.max(corrected.lookback, hull.lookback),
      next: (value: number) => (corrected.next(value) + hull.next(value)) / 2,
    };
  },
});
