/** Momentum of one series: changes, rates of change and the oscillators made of rises and falls. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { bars } from './parameter.ts';
import { chainRuns, exponentialRun, isZero, wilderRun } from './smoothing.ts';
import { Lag } from './window.ts';

/** Compares each value with the one `length` bars before. */
const comparisonRun = (length: number, compare: (value: number, past: number) => number): SingleRun => {
  const past = new Lag(length);
  return {
    lookback: length,
    next: (value: number) => compare(value, past.push(value)),
  };
};

/** Momentum: value − value `period` bars ago (TA-Lib MOM). */
export const mom = builtIn({
  name: 'mom',
  title: 'Momentum',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 10)],
  start: (period: number) => comparisonRun(period, (value, past) => value - past),
});

/** Rate of change in percent: (value ÷ past − 1) × 100; 0 where past is 0 (TA-Lib ROC). */
export const roc = builtIn({
  name: 'roc',
  title: 'Rate of change in percent',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 10)],
  start: (period: number) => comparisonRun(period, (value, past) => (past === 0 ? 0 : (value / past - 1) * 100)),
});

/** Rate of change as a fraction: (value − past) ÷ past; 0 where past is 0 (TA-Lib ROCP). */
export const rocp = builtIn({
  name: 'rocp',
  title: 'Rate of change as a fraction',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 10)],
  start: (period: number) => comparisonRun(period, (value, past) => (past === 0 ? 0 : (value - past) / past)),
});

/** Rate of change as a ratio: value ÷ past; 0 where past is 0 (TA-Lib ROCR). */
export const rocr = builtIn({
  name: 'rocr',
  title: 'Rate of change as a ratio',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 10)],
  start: (period: number) => comparisonRun(period, (value, past) => (past === 0 ? 0 : value / past)),
});

/** Rate of change as a ratio of 100: value ÷ past × 100; 0 where past is 0 (TA-Lib ROCR100). */
export const rocr100 = builtIn({
  name: 'rocr100',
  title: 'Rate of change as a ratio of 100',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 10)],
  start: (period: number) => comparisonRun(period, (value, past) => (past === 0 ? 0 : (value / past) * 100)),
});

/** TRIX: one-bar rate of change, in percent, of a triple exponential average (J. Hutson, TASC 1983; TA-Lib TRIX). */
export const trix = builtIn({
  name: 'trix',
  title: 'Rate of change of a triple exponential average',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 30)],
  start: (period: number) =>
    chainRuns(
      chainRuns(exponentialRun(period), exponentialRun(period)),
      chainRuns(exponentialRun(period), roc.start(1)),
    ),
});

/** Wilder's averages of rises and falls, started at the plain means of the first `length` changes. */
class GainLossMeter {
  gain = NaN;
  loss = NaN;
  private readonly length: number;
  private readonly keep: number;
  private readonly half: number;
  private previous = NaN;
  private seen = 0;

  constructor(length: number) {
    this.length = length;
    this.keep = (length - 1) / length;
    this.half = 0.5 / length;
    this.gain = this.loss = 0;
  }

  /** Takes a value; true once the averages are defined. */
  push(value: number): boolean {
    const change = value - this.previous;
    this.previous = value;
    // |change| ± change is twice the rise or the fall, without a branch on what can't be predicted.
    const size = Math.abs(change);
    if (this.seen > this.length) {
      this.gain = this.gain * this.keep + (size + change) * this.half;
      this.loss = this.loss * this.keep + (size - change) * this.half;
      return true;
    }
    if (this.seen > 0) {
      this.gain += (size + change) * this.half;
      this.loss += (size - change) * this.half;
    }
    return this.seen++ === this.length;
  }
}

/**
 * Relative strength index: 100 × average rise ÷ (average rise + average fall), by Wilder's average;
 * 0 while nothing moves (J. W. Wilder, New Concepts in Technical Trading Systems, 1978; TA-Lib RSI).
 */
export const rsi = builtIn({
  name: 'rsi',
  title: 'Relative strength index',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const meter = new GainLossMeter(period);
    return {
      lookback: period,
      next: (value: number) => {
        if (!meter.push(value)) return NaN;
        const total = meter.gain + meter.loss;
        return isZero(total) ? 0 : (100 * meter.gain) / total;
      },
    };
  },
});

/**
 * Chande's momentum oscillator: 100 × (rises − falls) ÷ (rises + falls). As in TA-Lib, with Wilder's
 * averages instead of Chande's plain sums (TA-Lib CMO).
 */
export const cmo = builtIn({
  name: 'cmo',
  title: 'Chande momentum oscillator',
  group: 'momentum',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const meter = new GainLossMeter(period);
    return {
      lookback: period,
      next: (value: number) => {
        if (!meter.push(value)) return NaN;
        const total = meter.gain + meter.loss;
        return isZero(total) ? 0 : (100 * (meter.gain - meter.loss)) / total;
      },
    };
  },
});

/** Wilder's moving average: an exponential average with the factor 1 ÷ period, started at a simple one. */
export const wilders = builtIn({
  name: 'wilders',
  title: "Wilder's moving average",
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => wilderRun(period),
});
