/** Averages built against lag or noise: shifted, bell-shaped, volatility-driven, error-correcting. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { cmo } from './momentum.ts';
import { hma } from './moving-averages.ts';
import { bars, real } from './parameter.ts';
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
  parameters: [bars('period', 30)],
  start: (period: number) => {
    const distance = Math.floor((period - 1) / 2);
    if (distance === 0) return exponentialRun(period);
    const past = new Lag(distance);
    const advanced: SingleRun = { lookback: distance, next: (value: number) => 2 * value - past.push(value) };
    return chainRuns(advanced, exponentialRun(period));
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
  parameters: [bars('period', 9, 1, weightedPeriodMax), real('sigma', 6, 0.1, 1000), real('offset', 0.85, 0, 1)],
  start: (period: number, sigma: number, offset: number) => {
    const centre = Math.floor(offset * (period - 1));
    const width = period / sigma;
    const bell = Float64Array.from({ length: period }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * width * width)));
    const total = bell.reduce((sum, weight) => sum + weight, 0);
    const values = new Float64Array(period);
    let index = 0;
    let waiting = period - 1;
    return {
      lookback: period - 1,
      next: (value: number) => {
        values[index] = value;
        index = index + 1 === period ? 0 : index + 1;
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        let sum = 0;
        let at = index; // the oldest value
        for (let i = 0; i < period; i++) {
          sum += (bell[i] as number) * (values[at] as number); // both below period
          at = at + 1 === period ? 0 : at + 1;
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
  parameters: [bars('period', 9, 2)],
  start: (period: number) => {
    const oscillator = cmo.start(period);
    const factor = 2 / (period + 1);
    const state = { average: NaN };
    let waiting = period;
    return {
      lookback: period,
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
  parameters: [bars('period', 14)],
  start: (period: number) => {
    const first = averageRun(period);
    const state = { average: NaN };
    let waiting = period;
    return {
      lookback: period - 1,
      next: (value: number) => {
        if (waiting > 0) {
          waiting--;
          state.average = first.next(value);
          return state.average;
        }
        const ratio = value / state.average;
        const divisor = period * ratio * ratio * ratio * ratio;
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
  parameters: [bars('period', 30), bars('gainLimit', 50, 0, gainLimitMax)],
  start: (period: number, gainLimit: number) => errorCorrectingRun(period, gainLimit),
});

/** Dickson's average: mean of the error-correcting and the Hull average (N. Dickson). */
export const dickson = builtIn({
  name: 'dickson',
  title: 'Dickson moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30), bars('gainLimit', 50, 0, gainLimitMax), bars('hullPeriod', 7)],
  start: (period: number, gainLimit: number, hullPeriod: number) => {
    const corrected = errorCorrectingRun(period, gainLimit);
    const hull = hma.start(hullPeriod);
    return {
      lookback: Math.max(corrected.lookback, hull.lookback),
      next: (value: number) => (corrected.next(value) + hull.next(value)) / 2,
    };
  },
});
