/** Stochastic oscillators: where the close stands between the lowest low and the highest high. */

import { builtIn } from './indicator.ts';
import type { ManyRun, SingleRun } from './indicator.ts';
import { rsi } from './momentum.ts';
import { movingAverageChoice, movingAverageRun } from './moving-averages.ts';
import type { MovingAverageType } from './moving-averages.ts';
import { bars } from './parameter.ts';
import { identityRun } from './smoothing.ts';
import { RollingMax, RollingMin } from './window.ts';

/** Raw %K: 100 × (close − lowest low) ÷ (highest high − lowest low); 0 without range. NaN until the window is full. */
export class RawStochastic {
  private readonly highest: RollingMax;
  private readonly lowest: RollingMin;
  private waiting: number;

  constructor(length: number) {
    this.highest = new RollingMax(length);
    this.lowest = new RollingMin(length);
    this.waiting = length - 1;
  }

  push(high: number, low: number, close: number): number {
    const top = this.highest.push(high);
    const bottom = this.lowest.push(low);
    if (this.waiting > 0) {
      this.waiting--;
      return NaN;
    }
    const range = top - bottom;
    return range === 0 ? 0 : (100 * (close - bottom)) / range;
  }
}

/** %K, the smoothed raw one, and %D, its average; both begin together. */
const stochasticRun = (period: number, smooth: SingleRun, signal: SingleRun): ManyRun => {
  const raw = new RawStochastic(period);
  const warmK = period - 1 + smooth.lookback;
  const lookback = warmK + signal.lookback;
  let seen = 0;
  return {
    lookback,
    next: (out: Float64Array, high: number, low: number, close: number) => {
      const fast = raw.push(high, low, close);
      const bar = seen;
      if (seen < lookback) seen++;
      const k = bar < period - 1 ? NaN : smooth.next(fast);
      const d = bar < warmK ? NaN : signal.next(k);
      out[0] = bar < lookback ? NaN : k;
      out[1] = d;
    },
  };
};

/** Slow stochastic: %K smoothed, and %D, the average of that (G. Lane; TA-Lib STOCH). */
export const stoch = builtIn({
  name: 'stoch',
  title: 'Stochastic',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['slowK', 'slowD'],
  parameters: [
    bars('fastK', 5),
    bars('slowK', 3),
    movingAverageChoice('slowKType'),
    bars('slowD', 3),
    movingAverageChoice('slowDType'),
  ],
  start: (fastK: number, slowK: number, slowKType: MovingAverageType, slowD: number, slowDType: MovingAverageType) =>
    stochasticRun(fastK, movingAverageRun(slowKType, slowK), movingAverageRun(slowDType, slowD)),
});

/** Fast stochastic: raw %K, and %D, its average (TA-Lib STOCHF). */
export const stochF = builtIn({
  name: 'stochF',
  title: 'Fast stochastic',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['fastK', 'fastD'],
  parameters: [bars('fastK', 5), bars('fastD', 3), movingAverageChoice('fastDType')],
  start: (fastK: number, fastD: number, fastDType: MovingAverageType) =>
    stochasticRun(fastK, identityRun(), movingAverageRun(fastDType, fastD)),
});

/** Stochastic RSI: the fast stochastic of the relative strength index (T. Chande, S. Kroll; TA-Lib STOCHRSI). */
export const stochRsi = builtIn({
  name: 'stochRsi',
  title: 'Stochastic relative strength index',
  group: 'momentum',
  takes: ['value'],
  gives: ['fastK', 'fastD'],
  parameters: [bars('period', 14, 2), bars('fastK', 5), bars('fastD', 3), movingAverageChoice('fastDType')],
  start: (period: number, fastK: number, fastD: number, fastDType: MovingAverageType) => {
    const strength = rsi.start(period);
    const stochastic = stochF.start(fastK, fastD, fastDType);
    let waiting = strength.lookback;
    return {
      lookback: strength.lookback + stochastic.lookback,
      next: (out: Float64Array, value: number) => {
        const index = strength.next(value);
        if (waiting > 0) {
          waiting--;
          out[0] = out[1] = NaN;
          return;
        }
        stochastic.next(out, index, index, index);
      },
    };
  },
});
