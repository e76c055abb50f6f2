/** Bands around an average, from the spread of prices. */

import { builtIn } from './indicator.ts';
import { movingAverageChoice, movingAverageRun, sma } from './moving-averages.ts';
import type { MovingAverageType } from './moving-averages.ts';
import { bars, real } from './parameter.ts';
import { isZero } from './smoothing.ts';
import { RollingMax, RollingMin, RollingMoments } from './window.ts';

/**
 * Bollinger bands: an average and multiples of the population standard deviation around it
 * (J. Bollinger; TA-Lib BBANDS).
 */
export const bbands = builtIn({
  name: 'bbands',
  title: 'Bollinger bands',
  group: 'band',
  takes: ['value'],
  gives: ['upper', 'middle', 'lower'],
  parameters: [bars('period', 5, 2), real('deviationsUp', 2), real('deviationsDown', 2), movingAverageChoice()],
  start: (period: number, deviationsUp: number, deviationsDown: number, type: MovingAverageType) => {
    const average = movingAverageRun(type, period);
    const moments = new RollingMoments(period);
    const lookback = Math.max(average.lookback, period - 1);
    let waiting = lookback;
    return {
      lookback,
      next: (out: Float64Array, value: number) => {
        const middle = average.next(value);
        moments.push(value);
        if (waiting > 0) {
          waiting--;
          out[0] = out[1] = out[2] = NaN;
          return;
        }
        const deviation = Math.sqrt(moments.squares / period);
        out[0] = middle + deviationsUp * deviation;
        out[1] = middle;
        out[2] = middle - deviationsDown * deviation;
      },
    };
  },
});

/** Acceleration bands: averages of high and low, moved apart by the bars' relative range (P. Headley; TA-Lib ACCBANDS). */
export const accBands = builtIn({
  name: 'accBands',
  title: 'Acceleration bands',
  group: 'band',
  takes: ['high', 'low', 'close'],
  gives: ['upper', 'middle', 'lower'],
  parameters: [bars('period', 20, 2), real('width', 4, 0)],
  start: (period: number, width: number) => {
    const upper = sma.start(period);
    const middle = sma.start(period);
    const lower = sma.start(period);
    return {
      lookback: period - 1,
      next: (out: Float64Array, high: number, low: number, close: number) => {
        const total = high + low;
        const spread = isZero(total) ? 0 : (width * (high - low)) / total;
        out[0] = upper.next(high * (1 + spread));
        out[1] = middle.next(close);
        out[2] = lower.next(low * (1 - spread));
      },
    };
  },
});

/** Middle of the period's highest high and lowest low (TA-Lib MIDPRICE). */
export const midPrice = builtIn({
  name: 'midPrice',
  title: 'Middle of the price range',
  group: 'average',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => {
    const highest = new RollingMax(period);
    const lowest = new RollingMin(period);
    let waiting = period - 1;
    return {
      lookback: period - 1,
      next: (high: number, low: number) => {
        const sum = highest.push(high) + lowest.push(low);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return sum / 2;
      },
    };
  },
});

/** Middle of the highest and lowest value of the period (TA-Lib MIDPOINT). */
export const midPoint = builtIn({
  name: 'midPoint',
  title: 'Middle of the range of a series',
  group: 'average',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const middle = midPrice.start(period);
    return { lookback: middle.lookback, next: (value: number) => middle.next(value, value) };
  },
});
