/** Oscillators beyond TA-Lib's, made of averages of changes. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { movingAverageChoice, movingAverageRun } from './moving-averages.ts';
import type { MovingAverageType } from './moving-averages.ts';
import { roc, rsi } from './momentum.ts';
import { bars } from './parameter.ts';
import { chainRuns, delayedRun, exponentialRun, isZero, wilderRun } from './smoothing.ts';
import { RawStochastic } from './stochastic.ts';
import { averageRun, weightedRun } from './window-averages.ts';
import { Lag } from './window.ts';

const awesomeRun = (fast: number, slow: number): SingleRun => {
  const quick = averageRun(Math.min(fast, slow));
  const lazy = averageRun(Math.max(fast, slow));
  return {
    lookback: lazy.lookback,
    next: (high: number, low: number) => quick.next((high + low) / 2) - lazy.next((high + low) / 2),
  };
};

/** Awesome oscillator: fast − slow simple average of the median price (B. Williams). */
export const ao = builtIn({
  name: 'ao',
  title: 'Awesome oscillator',
  group: 'momentum',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('fast', 5), bars('slow', 34)],
  start: (fast: number, slow: number) => awesomeRun(fast, slow),
});

/** Accelerator oscillator: the awesome oscillator − its own simple average (B. Williams). */
export const accelerator = builtIn({
  name: 'accelerator',
  title: 'Accelerator oscillator',
  group: 'momentum',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('period', 5)],
  start: (period: number) => {
    const awesome = awesomeRun(5, 34);
    const average = averageRun(period);
    let waiting = awesome.lookback;
    return {
      lookback: awesome.lookback + period - 1,
      next: (high: number, low: number) => {
        const value = awesome.next(high, low);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return value - average.next(value);
      },
    };
  },
});

/** A series − its moving average. */
export const maOsc = builtIn({
  name: 'maOsc',
  title: 'Distance to a moving average',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30), movingAverageChoice()],
  start: (period: number, type: MovingAverageType) => {
    const average = movingAverageRun(type, period);
    return { lookback: average.lookback, next: (value: number) => value - average.next(value) };
  },
});

/** Detrended price oscillator: the value period ÷ 2 + 1 bars ago − the simple average of the newest period. */
export const dpo = builtIn({
  name: 'dpo',
  title: 'Detrended price oscillator',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 21, 3)],
  start: (period: number) => {
    const past = new Lag(Math.floor(period / 2) + 1);
    const average = averageRun(period);
    return { lookback: period - 1, next: (value: number) => past.push(value) - average.next(value) };
  },
});

/** True strength index: 100 × doubly smoothed change ÷ doubly smoothed absolute change (W. Blau, TASC 1991). */
export const tsi = builtIn({
  name: 'tsi',
  title: 'True strength index',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('long', 25), bars('short', 13)],
  start: (long: number, short: number) => {
    const change = chainRuns(exponentialRun(long), exponentialRun(short));
    const size = chainRuns(exponentialRun(long), exponentialRun(short));
    const state = { previous: NaN };
    let isFirst = true;
    return {
      lookback: 1 + change.lookback,
      next: (value: number) => {
        const step = value - state.previous;
        state.previous = value;
        if (isFirst) {
          isFirst = false;
          return NaN;
        }
        const up = change.next(step);
        const all = size.next(Math.abs(step));
        return all === 0 ? 0 : (100 * up) / all;
      },
    };
  },
});

/** Know sure thing: four smoothed rates of change in percent, weighted 1 to 4, and its average (M. Pring, 1992). */
export const kst = builtIn({
  name: 'kst',
  title: 'Know sure thing',
  group: 'momentum',
  takes: ['value'],
  gives: ['kst', 'signal'],
  parameters: [
    bars('roc1', 10),
    bars('roc2', 15),
    bars('roc3', 20),
    bars('roc4', 30),
    bars('average1', 10),
    bars('average2', 10),
    bars('average3', 10),
    bars('average4', 15),
    bars('signal', 9),
  ],
  start: (
    roc1: number,
    roc2: number,
    roc3: number,
    roc4: number,
    average1: number,
    average2: number,
    average3: number,
    average4: number,
    signal: number,
  ) => {
    const pairs = [
      [roc1, average1],
      [roc2, average2],
      [roc3, average3],
      [roc4, average4],
    ] as const;
    const runs = pairs.map(([change, average]) => chainRuns(roc.start(change), averageRun(average)));
    const smooth = averageRun(signal);
    const warm = Math.max(...runs.map((run) => run.lookback));
    const lookback = warm + smooth.lookback;
    let seen = 0;
    return {
      lookback,
      next: (out: Float64Array, value: number) => {
        let total = 0;
        for (let i = 0; i < runs.length; i++) total += (i + 1) * (runs[i] as SingleRun).next(value); // i < length
        const bar = seen;
        if (seen < lookback) seen++;
        const line = bar < warm ? NaN : smooth.next(total);
        out[0] = bar < lookback ? NaN : total;
        out[1] = line;
      },
    };
  },
});

/** Coppock curve: weighted average of the sum of two rates of change in percent (E. Coppock, Barron's 1962). */
export const coppock = builtIn({
  name: 'coppock',
  title: 'Coppock curve',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('short', 11), bars('long', 14), bars('average', 10)],
  start: (short: number, long: number, average: number) => {
    const first = roc.start(short);
    const second = roc.start(long);
    const sum: SingleRun = {
      lookback: Math.max(short, long),
      next: (value: number) => first.next(value) + second.next(value),
    };
    return chainRuns(sum, weightedRun(average));
  },
});

/** Derivative oscillator: a doubly smoothed relative strength index − its simple average (C. Brown, 1994). */
export const derivativeOsc = builtIn({
  name: 'derivativeOsc',
  title: 'Derivative oscillator',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('rsi', 14, 2), bars('smooth', 5), bars('smoothAgain', 3), bars('signal', 9)],
  start: (period: number, smooth: number, smoothAgain: number, signal: number) => {
    const smoothed = chainRuns(rsi.start(period), chainRuns(exponentialRun(smooth), exponentialRun(smoothAgain)));
    const average = averageRun(signal);
    let waiting = smoothed.lookback;
    return {
      lookback: smoothed.lookback + average.lookback,
      next: (value: number) => {
        const strength = smoothed.next(value);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return strength - average.next(strength);
      },
    };
  },
});

/** Relative momentum index: the relative strength index of changes over several bars (R. Altman, TASC 1993). */
export const rmi = builtIn({
  name: 'rmi',
  title: 'Relative momentum index',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 20), bars('momentum', 5)],
  start: (period: number, momentum: number) => {
    const past = new Lag(momentum);
    const gains = wilderRun(period);
    const losses = wilderRun(period);
    let waiting = momentum;
    return {
      lookback: momentum + period - 1,
      next: (value: number) => {
        const change = value - past.push(value);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        const gain = gains.next(Math.max(change, 0));
        const loss = losses.next(Math.max(-change, 0));
        return isZero(gain + loss) ? 0 : (100 * gain) / (gain + loss);
      },
    };
  },
});

/** Schaff trend cycle: the stochastic of the stochastic of MACD, each smoothed exponentially over 3 bars (D. Schaff, 1999). */
export const stc = builtIn({
  name: 'stc',
  title: 'Schaff trend cycle',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('cycle', 10), bars('fast', 23), bars('slow', 50)],
  start: (cycle: number, fast: number, slow: number) => {
    const long = exponentialRun(Math.max(fast, slow));
    const short = delayedRun(Math.abs(slow - fast), exponentialRun(Math.min(fast, slow)));
    const difference: SingleRun = {
      lookback: long.lookback,
      next: (value: number) => short.next(value) - long.next(value),
    };
    return chainRuns(difference, chainRuns(smoothStochastic(cycle), smoothStochastic(cycle)));
  },
});

/** Where a value stands in its range over `length` bars, 0 to 100 and 0 without range, smoothed over 3 bars. */
const smoothStochastic = (length: number): SingleRun => {
  const place = new RawStochastic(length);
  const raw: SingleRun = { lookback: length - 1, next: (value: number) => place.push(value, value, value) };
  return chainRuns(raw, exponentialRun(3));
};
