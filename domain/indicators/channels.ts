/** Channels and trailing stops: envelopes, Keltner, Donchian, Ichimoku, Supertrend, Chande-Kroll. */

import { bbands, midPrice } from './bands.ts';
import { builtIn } from './indicator.ts';
import { movingAverageChoice, movingAverageRun } from './moving-averages.ts';
import type { MovingAverageType } from './moving-averages.ts';
import { bars, real } from './parameter.ts';
import { exponentialRun } from './smoothing.ts';
import { atr, trueRange } from './volatility.ts';
import { averageRun } from './window-averages.ts';
import { Lag, RollingMax, RollingMin } from './window.ts';

/** A moving average, and bands that many percent above and below it. */
export const envelope = builtIn({
  name: 'envelope',
  title: 'Moving average envelope',
  group: 'band',
  takes: ['value'],
  gives: ['upper', 'middle', 'lower'],
  parameters: [bars('period', 30), real('percent', 2.5, 0), movingAverageChoice()],
  start: (period: number, percent: number, type: MovingAverageType) => {
    const average = movingAverageRun(type, period);
    return {
      lookback: average.lookback,
      next: (out: Float64Array, value: number) => {
        const middle = average.next(value);
        out[0] = middle * (1 + percent / 100);
        out[1] = middle;
        out[2] = middle * (1 - percent / 100);
      },
    };
  },
});

/** Keltner channels: an average of the typical price, and multiples of the same average of true range around it (C. Keltner, L. Raschke). */
export const keltner = builtIn({
  name: 'keltner',
  title: 'Keltner channels',
  group: 'band',
  takes: ['high', 'low', 'close'],
  gives: ['upper', 'middle', 'lower'],
  parameters: [bars('period', 20), real('multiple', 1.5, 0), movingAverageChoice()],
  start: (period: number, multiple: number, type: MovingAverageType) => {
    const average = movingAverageRun(type, period);
    const range = trueRange.start();
    const ranges = movingAverageRun(type, period);
    const lookback = ranges.lookback + 1;
    let seen = 0;
    return {
      lookback,
      next: (out: Float64Array, high: number, low: number, close: number) => {
        const today = range.next(high, low, close);
        const bar = seen;
        if (seen < lookback) seen++;
        const middle = average.next((high + low + close) / 3);
        const distance = bar === 0 ? NaN : multiple * ranges.next(today);
        out[0] = middle + distance;
        out[1] = bar < lookback ? NaN : middle;
        out[2] = middle - distance;
      },
    };
  },
});

/**
 * Squeeze: 1 while the Bollinger bands lie inside Keltner channels made of the typical price's exponential
 * average and the simple average of true range, else 0 (J. Carter, Mastering the Trade, 2005).
 */
export const squeeze = builtIn({
  name: 'squeeze',
  title: 'Squeeze',
  group: 'volatility',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [
    bars('bollingerPeriod', 20, 2),
    real('deviations', 2, 0),
    bars('keltnerPeriod', 20),
    real('multiple', 1.5, 0),
  ],
  start: (bollingerPeriod: number, deviations: number, keltnerPeriod: number, multiple: number) => {
    const bollinger = bbands.start(bollingerPeriod, deviations, deviations);
    const average = exponentialRun(keltnerPeriod);
    const range = trueRange.start();
    const ranges = averageRun(keltnerPeriod);
    const bands = new Float64Array(3);
    const lookback = Math.max(bollinger.lookback, keltnerPeriod);
    let seen = 0;
    return {
      lookback,
      next: (high: number, low: number, close: number) => {
        const today = range.next(high, low, close);
        bollinger.next(bands, close);
        const middle = average.next((high + low + close) / 3);
        const distance = seen === 0 ? NaN : multiple * ranges.next(today);
        if (seen < lookback) {
          seen++;
          return NaN;
        }
        // The bands are upper, middle and lower.
        const isInside = (bands[0] as number) < middle + distance && (bands[2] as number) > middle - distance;
        return isInside ? 1 : 0;
      },
    };
  },
});

/** Donchian channels: highest high and lowest low, the newest bar included, and their middle (R. Donchian). */
export const donchian = builtIn({
  name: 'donchian',
  title: 'Donchian channels',
  group: 'band',
  takes: ['high', 'low'],
  gives: ['upper', 'middle', 'lower'],
  parameters: [bars('period', 20)],
  start: (period: number) => {
    const highest = new RollingMax(period);
    const lowest = new RollingMin(period);
    let waiting = period - 1;
    return {
      lookback: period - 1,
      next: (out: Float64Array, high: number, low: number) => {
        const upper = highest.push(high);
        const lower = lowest.push(low);
        const isWarm = waiting === 0;
        if (!isWarm) waiting--;
        out[0] = isWarm ? upper : NaN;
        out[1] = isWarm ? (upper + lower) / 2 : NaN;
        out[2] = isWarm ? lower : NaN;
      },
    };
  },
});

/**
 * Ichimoku: conversion and base line, and the two spans as they are seen at a bar, displaced from
 * the past (G. Hosoda, 1969). The lagging span is the close itself, drawn in the past.
 */
export const ichimoku = builtIn({
  name: 'ichimoku',
  title: 'Ichimoku cloud',
  group: 'trend',
  takes: ['high', 'low'],
  gives: ['conversion', 'base', 'spanA', 'spanB'],
  parameters: [bars('conversion', 9), bars('base', 26), bars('span', 52), bars('displacement', 26)],
  start: (conversion: number, base: number, span: number, displacement: number) => {
    const quick = midPrice.start(conversion);
    const lazy = midPrice.start(base);
    const wide = midPrice.start(span);
    const pastA = new Lag(displacement);
    const pastB = new Lag(displacement);
    const lookback = Math.max(conversion, base, span) - 1 + displacement;
    let waiting = lookback;
    return {
      lookback,
      next: (out: Float64Array, high: number, low: number) => {
        const conversionLine = quick.next(high, low);
        const baseLine = lazy.next(high, low);
        const spanA = pastA.push((conversionLine + baseLine) / 2);
        const spanB = pastB.push(wide.next(high, low));
        const isWarm = waiting === 0;
        if (!isWarm) waiting--;
        out[0] = isWarm ? conversionLine : NaN;
        out[1] = isWarm ? baseLine : NaN;
        out[2] = isWarm ? spanA : NaN;
        out[3] = isWarm ? spanB : NaN;
      },
    };
  },
});

/**
 * Supertrend: a stop that many average true ranges from the bars' middle, which trails the price and
 * changes side when the close crosses it (O. Seban). `direction` is 1 while it is below the price, −1 above.
 */
export const supertrend = builtIn({
  name: 'supertrend',
  title: 'Supertrend',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['stop', 'direction'],
  parameters: [bars('period', 10), real('multiple', 3, 0)],
  start: (period: number, multiple: number) => {
    const range = atr.start(period);
    const state = { upper: NaN, lower: NaN, close: NaN };
    let direction = 0;
    let waiting = period;
    return {
      lookback: period,
      next: (out: Float64Array, high: number, low: number, close: number) => {
        const distance = multiple * range.next(high, low, close);
        if (waiting > 0) {
          waiting--;
          out[0] = out[1] = NaN;
          return;
        }
        const middle = (high + low) / 2;
        const { upper, lower } = state;
        const above = middle + distance;
        const below = middle - distance;
        state.lower = state.close > lower && lower > below ? lower : below;
        state.upper = state.close < upper && upper < above ? upper : above;
        state.close = close;
        if (close > state.upper) direction = 1;
        else if (close < state.lower) direction = -1;
        else if (direction === 0) direction = close >= middle ? 1 : -1; // the first bar's best guess
        out[0] = direction === 1 ? state.lower : state.upper;
        out[1] = direction;
      },
    };
  },
});

/**
 * Chande-Kroll stops: the highest, over `stopPeriod` bars, of highest high − multiple × average true
 * range, and the lowest of lowest low + that (T. Chande, S. Kroll, The New Technical Trader, 1994).
 */
export const chandeKroll = builtIn({
  name: 'chandeKroll',
  title: 'Chande-Kroll stop',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['short', 'long'],
  parameters: [bars('period', 10), real('multiple', 1, 0), bars('stopPeriod', 9)],
  start: (period: number, multiple: number, stopPeriod: number) => {
    const range = atr.start(period);
    const highest = new RollingMax(period);
    const lowest = new RollingMin(period);
    const highestStop = new RollingMax(stopPeriod);
    const lowestStop = new RollingMin(stopPeriod);
    const lookback = period + stopPeriod - 1;
    let seen = 0;
    return {
      lookback,
      next: (out: Float64Array, high: number, low: number, close: number) => {
        const distance = multiple * range.next(high, low, close);
        const top = highest.push(high);
        const bottom = lowest.push(low);
        const bar = seen;
        if (seen < lookback) seen++;
        const short = bar < period ? NaN : highestStop.push(top - distance);
        const long = bar < period ? NaN : lowestStop.push(bottom + distance);
        out[0] = bar < lookback ? NaN : short;
        out[1] = bar < lookback ? NaN : long;
      },
    };
  },
});
