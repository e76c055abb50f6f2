/** Indicators of volume: accumulation, money flow. */

import { builtIn } from './indicator.ts';
import { bars } from './parameter.ts';
import { exponentialFromFirst } from './smoothing.ts';
import { RollingSum } from './window.ts';

/** Part of the volume that counts as bought minus sold, by where the close stands in the bar: 0 for a bar without range. */
export const moneyFlowVolume = (high: number, low: number, close: number, volume: number): number => {
  const range = high - low;
  return range > 0 ? ((close - low - (high - close)) / range) * volume : 0;
};

/** Accumulation/distribution line: running sum of money flow volume (M. Chaikin; TA-Lib AD). */
export const ad = builtIn({
  name: 'ad',
  title: 'Accumulation/distribution line',
  group: 'volume',
  takes: ['high', 'low', 'close', 'volume'],
  gives: ['value'],
  parameters: [],
  start: () => {
    const state = { line: NaN };
    state.line = 0;
    return {
      lookback: 0,
      next: (high: number, low: number, close: number, volume: number) =>
        (state.line += moneyFlowVolume(high, low, close, volume)),
    };
  },
});

/** Chaikin oscillator: fast − slow exponential average of the accumulation/distribution line, both started at its first value (TA-Lib ADOSC). */
export const adOsc = builtIn({
  name: 'adOsc',
  title: 'Chaikin oscillator',
  group: 'volume',
  takes: ['high', 'low', 'close', 'volume'],
  gives: ['value'],
  parameters: [bars('fast', 3, 2), bars('slow', 10, 2)],
  start: (fast: number, slow: number) => {
    const line = ad.start();
    const quick = exponentialFromFirst(2 / (fast + 1));
    const lazy = exponentialFromFirst(2 / (slow + 1));
    const lookback = Math.max(fast, slow) - 1;
    let waiting = lookback;
    return {
      lookback,
      next: (high: number, low: number, close: number, volume: number) => {
        const today = line.next(high, low, close, volume);
        const difference = quick.next(today) - lazy.next(today);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return difference;
      },
    };
  },
});

/** On-balance volume: the first bar's volume, then plus the volume of rising and minus that of falling closes (J. Granville, 1963; TA-Lib OBV). */
export const obv = builtIn({
  name: 'obv',
  title: 'On-balance volume',
  group: 'volume',
  takes: ['close', 'volume'],
  gives: ['value'],
  parameters: [],
  start: () => {
    const state = { close: NaN, balance: NaN };
    state.balance = 0;
    let isFirst = true;
    return {
      lookback: 0,
      next: (close: number, volume: number) => {
        if (isFirst || close > state.close) state.balance += volume;
        else if (close < state.close) state.balance -= volume;
        isFirst = false;
        state.close = close;
        return state.balance;
      },
    };
  },
});

/**
 * Money flow index: 100 × money flow of rising bars ÷ all money flow, by typical price × volume; 0
 * while the window's flow is below 1 (G. Quong, A. Soudack, TASC 1989; TA-Lib MFI).
 */
export const mfi = builtIn({
  name: 'mfi',
  title: 'Money flow index',
  group: 'volume',
  takes: ['high', 'low', 'close', 'volume'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const rising = new RollingSum(period);
    const falling = new RollingSum(period);
    const state = { price: NaN };
    let seen = 0;
    return {
      lookback: period,
      next: (high: number, low: number, close: number, volume: number) => {
        const price = (high + low + close) / 3;
        const before = state.price;
        state.price = price;
        if (seen === 0) {
          seen = 1;
          return NaN;
        }
        const flow = price * volume;
        const up = rising.push(price > before ? flow : 0);
        const total = up + falling.push(price < before ? flow : 0);
        if (seen < period) {
          seen++;
          return NaN;
        }
        return total < 1 ? 0 : 100 * (up / total);
      },
    };
  },
});
