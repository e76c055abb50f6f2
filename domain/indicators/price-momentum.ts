/** Momentum of whole bars: where the close stands in the bars' ranges. */

import { deviationPeriodMax, RollingDeviation } from './dispersion.ts';
import { builtIn } from './indicator.ts';
import { bars } from './parameter.ts';
import { isZero, isZeroOrLess } from './smoothing.ts';
import { RollingMax, RollingMin, RollingPeak, RollingSum } from './window.ts';

/** Balance of power: (close − open) ÷ (high − low); 0 for a bar without range (I. Livshin, TASC 2001; TA-Lib BOP). */
export const bop = builtIn({
  name: 'bop',
  title: 'Balance of power',
  group: 'momentum',
  takes: ['open', 'high', 'low', 'close'],
  gives: ['value'],
  parameters: [],
  start: () => ({
    lookback: 0,
    next: (open: number, high: number, low: number, close: number) => {
      const range = high - low;
      return isZeroOrLess(range) ? 0 : (close - open) / range;
    },
  }),
});

/**
 * Commodity channel index: (typical price − its average) ÷ (0.015 × mean absolute deviation); 0 when
 * nothing moves (D. Lambert, Commodities 1980; TA-Lib CCI).
 */
export const cci = builtIn({
  name: 'cci',
  title: 'Commodity channel index',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14, 2, deviationPeriodMax)],
  start: (period: number) => {
    const spread = new RollingDeviation(period);
    return {
      lookback: period - 1,
      next: (high: number, low: number, close: number) => {
        const price = (high + low + close) / 3;
        spread.push(price);
        const distance = price - spread.mean;
        return distance === 0 || spread.deviation === 0 ? 0 : distance / (0.015 * spread.deviation);
      },
    };
  },
});

/** Intraday momentum index: 100 × rises ÷ (rises + falls) from open to close; 0 when nothing moves (T. Chande; TA-Lib IMI). */
export const imi = builtIn({
  name: 'imi',
  title: 'Intraday momentum index',
  group: 'momentum',
  takes: ['open', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const rises = new RollingSum(period);
    const falls = new RollingSum(period);
    let waiting = period - 1;
    return {
      lookback: period - 1,
      next: (open: number, close: number) => {
        const change = close - open;
        const up = rises.push(change > 0 ? change : 0);
        const down = falls.push(change < 0 ? -change : 0);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return up + down === 0 ? 0 : (100 * up) / (up + down);
      },
    };
  },
});

/** Williams %R: −100 × (highest high − close) ÷ (highest high − lowest low); 0 without range (L. Williams; TA-Lib WILLR). */
export const willr = builtIn({
  name: 'willr',
  title: 'Williams %R',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const highest = new RollingMax(period);
    const lowest = new RollingMin(period);
    let waiting = period - 1;
    return {
      lookback: period - 1,
      next: (high: number, low: number, close: number) => {
        const top = highest.push(high);
        const range = top - lowest.push(low);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return range === 0 ? 0 : (-100 * (top - close)) / range;
      },
    };
  },
});

/**
 * Ultimate oscillator: buying pressure over true range in three windows, weighted 4 : 2 : 1
 * (L. Williams, TASC 1985; TA-Lib ULTOSC).
 */
export const ultOsc = builtIn({
  name: 'ultOsc',
  title: 'Ultimate oscillator',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('short', 7), bars('medium', 14), bars('long', 28)],
  start: (short: number, medium: number, long: number) => {
    const [a, b, c] = [short, medium, long].sort((x, y) => x - y) as [number, number, number]; // three in, three out
    const window = (length: number) => ({ pressure: new RollingSum(length), range: new RollingSum(length) });
    const first = window(a);
    const second = window(b);
    const third = window(c);
    const state = { close: NaN };
    let seen = 0;
    return {
      lookback: c,
      next: (high: number, low: number, close: number) => {
        const previous = state.close;
        state.close = close;
        if (seen === 0) {
          seen = 1;
          return NaN;
        }
        const floor = Math.min(low, previous);
        const pressure = close - floor;
        const range = Math.max(high, previous) - floor;
        const total =
          4 * pressureShare(first.pressure.push(pressure), first.range.push(range)) +
          2 * pressureShare(second.pressure.push(pressure), second.range.push(range)) +
          pressureShare(third.pressure.push(pressure), third.range.push(range));
        if (seen < c) {
          seen++;
          return NaN;
        }
        return 100 * (total / 7);
      },
    };
  },
});

const pressureShare = (pressure: number, range: number): number => (isZero(range) ? 0 : pressure / range);

/** Aroon: how recent the highest high and the lowest low of period + 1 bars are, from 0 to 100 (T. Chande, 1995; TA-Lib AROON). */
export const aroon = builtIn({
  name: 'aroon',
  title: 'Aroon',
  group: 'trend',
  takes: ['high', 'low'],
  gives: ['up', 'down'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const highest = new RollingPeak(period + 1, true);
    const lowest = new RollingPeak(period + 1, true);
    let bar = -1;
    return {
      lookback: period,
      next: (out: Float64Array, high: number, low: number) => {
        const top = highest.push(high);
        const bottom = lowest.push(-low);
        bar++;
        out[0] = bar < period ? NaN : (100 * (period - (bar - top))) / period;
        out[1] = bar < period ? NaN : (100 * (period - (bar - bottom))) / period;
      },
    };
  },
});

/** Aroon oscillator: Aroon up − Aroon down (TA-Lib AROONOSC). */
export const aroonOsc = builtIn({
  name: 'aroonOsc',
  title: 'Aroon oscillator',
  group: 'trend',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const highest = new RollingPeak(period + 1, true);
    const lowest = new RollingPeak(period + 1, true);
    let waiting = period;
    return {
      lookback: period,
      next: (high: number, low: number) => {
        const distance = highest.push(high) - lowest.push(-low);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return (100 * distance) / period;
      },
    };
  },
});
