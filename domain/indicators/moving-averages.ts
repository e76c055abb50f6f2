/** Moving averages of a series, and the choice among them by name. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { kaufmanRun, mama } from './adaptive-averages.ts';
import { choice, bars, real } from './parameter.ts';
import { chainRuns, delayedRun, exponentialRun, identityRun, wilderRun } from './smoothing.ts';
import { averageRun, hullRun, weightedRun } from './window-averages.ts';

/** Simple moving average: the mean of the newest `period` values (TA-Lib SMA). */
export const sma = builtIn({
  name: 'sma',
  title: 'Simple moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => averageRun(period),
});

/** Exponential moving average, started at the mean of the first `period` values (TA-Lib EMA). */
export const ema = builtIn({
  name: 'ema',
  title: 'Exponential moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => exponentialRun(period),
});

/** Weighted moving average: weights period, period − 1, …, 1 from the newest value backwards (TA-Lib WMA). */
export const wma = builtIn({
  name: 'wma',
  title: 'Weighted moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => weightedRun(period),
});

const doubleRun = (length: number): SingleRun => {
  const first = exponentialRun(length);
  const second = exponentialRun(length);
  let waiting = first.lookback;
  return {
    lookback: 2 * (length - 1),
    next: (value: number) => {
      const once = first.next(value);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return 2 * once - second.next(once);
    },
  };
};

/** Double exponential moving average: 2·EMA − EMA of EMA (P. Mulloy, TASC 1994; TA-Lib DEMA). */
export const dema = builtIn({
  name: 'dema',
  title: 'Double exponential moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => doubleRun(period),
});

const tripleRun = (length: number): SingleRun => {
  const first = exponentialRun(length);
  const second = exponentialRun(length);
  const third = exponentialRun(length);
  let waiting = 2 * (length - 1);
  return {
    lookback: 3 * (length - 1),
    next: (value: number) => {
      const once = first.next(value);
      if (waiting >= length) {
        waiting--;
        return NaN;
      }
      const twice = second.next(once);
      if (waiting > 0) {
        waiting--;
        return NaN;
      }
      return 3 * once - 3 * twice + third.next(twice);
    },
  };
};

/** Triple exponential moving average: 3·EMA − 3·EMA² + EMA³ (P. Mulloy, TASC 1994; TA-Lib TEMA). */
export const tema = builtIn({
  name: 'tema',
  title: 'Triple exponential moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => tripleRun(period),
});

const triangularRun = (length: number): SingleRun => {
  const half = Math.floor(length / 2);
  return chainRuns(averageRun(length % 2 === 1 ? half + 1 : Math.max(half, 1)), averageRun(half + 1));
};

/** Triangular moving average: a simple average of a simple average, whose weights peak in the middle (TA-Lib TRIMA). */
export const trima = builtIn({
  name: 'trima',
  title: 'Triangular moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => triangularRun(period),
});

/** Kaufman's adaptive moving average with fast 2 and slow 30 (Trading Systems and Methods; TA-Lib KAMA). */
export const kama = builtIn({
  name: 'kama',
  title: "Kaufman's adaptive moving average",
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => kaufmanRun(period),
});

const tillsonRun = (length: number, volumeFactor: number): SingleRun => {
  const runs = Array.from({ length: 6 }, () => exponentialRun(length));
  const [r1, r2, r3, r4, r5, r6] = runs as [SingleRun, SingleRun, SingleRun, SingleRun, SingleRun, SingleRun]; // as many as were made
  const cube = volumeFactor ** 3;
  const square = volumeFactor ** 2;
  const weight6 = -cube;
  const weight5 = 3 * (square + cube);
  const weight4 = -6 * square - 3 * (volumeFactor + cube);
  const weight3 = 1 + 3 * volumeFactor + cube + 3 * square;
  const each = length - 1;
  let seen = 0;
  return {
    lookback: 6 * each,
    next: (value: number) => {
      const e1 = r1.next(value);
      if (seen < 6 * each) {
        // Each average starts when the one before it is warm.
        const warm = seen++;
        if (warm < each) return NaN;
        const e2 = r2.next(e1);
        if (warm < 2 * each) return NaN;
        const e3 = r3.next(e2);
        if (warm < 3 * each) return NaN;
        const e4 = r4.next(e3);
        if (warm < 4 * each) return NaN;
        const e5 = r5.next(e4);
        if (warm >= 5 * each) r6.next(e5);
        return NaN;
      }
      const e3 = r3.next(r2.next(e1));
      const e4 = r4.next(e3);
      const e5 = r5.next(e4);
      return weight6 * r6.next(e5) + weight5 * e5 + weight4 * e4 + weight3 * e3;
    },
  };
};

/** T3: six exponential averages in a row, combined with a volume factor (T. Tillson, TASC 1998; TA-Lib T3). */
export const t3 = builtIn({
  name: 't3',
  title: 'T3 moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 5), real('volumeFactor', 0.7, 0, 1)],
  start: (period: number, volumeFactor: number) => tillsonRun(period, volumeFactor),
});

/** The averages that can be chosen by name: TA-Lib's in its order, then ours. */
export const movingAverageTypes = [
  'sma',
  'ema',
  'wma',
  'dema',
  'tema',
  'trima',
  'kama',
  'mama',
  't3',
  'wilders',
  'hma',
] as const;

export type MovingAverageType = (typeof movingAverageTypes)[number];

/** The default choice, TA-Lib's too. */
export const movingAverageChoice = (name = 'type') => choice<MovingAverageType>(name, 'sma', movingAverageTypes);

/** A run of the named average. A period of 1 gives the values themselves (TA-Lib MA); `mama` has no period. */
export const movingAverageRun = (type: MovingAverageType, length: number): SingleRun => {
  if (length === 1) return identityRun();
  switch (type) {
    case 'sma':
      return averageRun(length);
    case 'ema':
      return exponentialRun(length);
    case 'wma':
      return weightedRun(length);
    case 'dema':
      return doubleRun(length);
    case 'tema':
      return tripleRun(length);
    case 'trima':
      return triangularRun(length);
    case 'kama':
      return kaufmanRun(length);
    case 't3':
      return tillsonRun(length, 0.7);
    case 'wilders':
      return wilderRun(length);
    case 'hma':
      return hullRun(length);
    case 'mama': {
      const run = mama.start();
      const out = new Float64Array(2);
      return {
        lookback: run.lookback,
        next: (value: number) => {
          run.next(out, value);
          return out[0] as number; // mama comes before fama
        },
      };
    }
  }
};

/** Hull moving average: weighted averages combined against lag (A. Hull, 2005). */
export const hma = builtIn({
  name: 'hma',
  title: 'Hull moving average',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) => hullRun(period),
});

/** A moving average chosen by name (TA-Lib MA). */
export const ma = builtIn({
  name: 'ma',
  title: 'Moving average of a chosen type',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30), movingAverageChoice()],
  start: (period: number, type: MovingAverageType) => movingAverageRun(type, period),
});

/** Every period from min to max is kept running, so this bounds memory (4 MB for simple averages, 12 MB for Hull's) and time per bar. */
const variablePeriodMax = 1000;

/**
 * Moving average whose period is given bar by bar, rounded down and kept between `min` and `max`
 * (TA-Lib MAVP). Costs max − min + 1 averages per bar.
 */
export const mavp = builtIn({
  name: 'mavp',
  title: 'Moving average with variable period',
  group: 'average',
  takes: ['value', 'periods'],
  gives: ['value'],
  parameters: [
    bars('minPeriod', 2, 1, variablePeriodMax),
    bars('maxPeriod', 30, 1, variablePeriodMax),
    movingAverageChoice(),
  ],
  start: (minPeriod: number, maxPeriod: number, type: MovingAverageType) => {
    const smallest = Math.min(minPeriod, maxPeriod);
    const largest = Math.max(minPeriod, maxPeriod);
    const lookback = movingAverageRun(type, largest).lookback;
    const runs = Array.from({ length: largest - smallest + 1 }, (_, i) => {
      const run = movingAverageRun(type, smallest + i);
      return delayedRun(lookback - run.lookback, run);
    });
    return {
      lookback,
      next: (value: number, wanted: number) => {
        const chosen = wanted < smallest ? 0 : wanted > largest ? runs.length - 1 : Math.floor(wanted) - smallest;
        let result = NaN;
        for (let i = 0; i < runs.length; i++) {
          const average = (runs[i] as SingleRun).next(value); // i < length
          if (i === chosen) result = average;
        }
        return result;
      },
    };
  },
});
