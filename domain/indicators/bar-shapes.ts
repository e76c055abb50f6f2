/** Other views of the bars: Heikin-Ashi, the close's place in its bar, pivot levels, decays, forecasts. */

import { builtIn } from './indicator.ts';
import { bars } from './parameter.ts';
import { tsf } from './regression.ts';

/** Heikin-Ashi bars: each opens in the middle of the one before and closes at the bar's mean. */
export const heikinAshi = builtIn({
  name: 'heikinAshi',
  title: 'Heikin-Ashi',
  group: 'price',
  takes: ['open', 'high', 'low', 'close'],
  gives: ['open', 'high', 'low', 'close'],
  parameters: [],
  start: () => {
    const state = { open: NaN, close: NaN };
    let isFirst = true;
    return {
      lookback: 0,
      next: (out: Float64Array, open: number, high: number, low: number, close: number) => {
        const from = isFirst ? (open + close) / 2 : (state.open + state.close) / 2;
        const to = (open + high + low + close) / 4;
        isFirst = false;
        state.open = from;
        state.close = to;
        out[0] = from;
        out[1] = Math.max(high, from, to);
        out[2] = Math.min(low, from, to);
        out[3] = to;
      },
    };
  },
});

/** Internal bar strength: where the close stands between low (0) and high (1); 0.5 for a bar without range. */
export const ibs = builtIn({
  name: 'ibs',
  title: 'Internal bar strength',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [],
  start: () => ({
    lookback: 0,
    next: (high: number, low: number, close: number) => (high === low ? 0.5 : (close - low) / (high - low)),
  }),
});

/** Floor traders' pivot levels, from the bar before: pivot (high + low + close) ÷ 3, three resistances and three supports. */
export const pivots = builtIn({
  name: 'pivots',
  title: 'Pivot levels',
  group: 'price',
  takes: ['high', 'low', 'close'],
  gives: ['pivot', 'r1', 's1', 'r2', 's2', 'r3', 's3'],
  parameters: [],
  start: () => {
    const previous = { high: NaN, low: NaN, close: NaN };
    return {
      lookback: 1,
      next: (out: Float64Array, high: number, low: number, close: number) => {
        const pivot = (previous.high + previous.low + previous.close) / 3;
        const range = previous.high - previous.low;
        out[0] = pivot;
        out[1] = 2 * pivot - previous.low;
        out[2] = 2 * pivot - previous.high;
        out[3] = pivot + range;
        out[4] = pivot - range;
        out[5] = previous.high + 2 * (pivot - previous.low);
        out[6] = previous.low - 2 * (previous.high - pivot);
        previous.high = high;
        previous.low = low;
        previous.close = close;
      },
    };
  },
});

/** Linear decay: the value, or the last result − 1 ÷ period where that is higher (Tulip decay). */
export const decay = builtIn({
  name: 'decay',
  title: 'Linear decay',
  group: 'math',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 5)],
  start: (period: number) => {
    const state = { value: NaN };
    state.value = -Infinity;
    return {
      lookback: 0,
      next: (value: number) => (state.value = Math.max(value, state.value - 1 / period)),
    };
  },
});

/** Exponential decay: the value, or the last result × (1 − 1 ÷ period) where that is higher (Tulip edecay). */
export const exponentialDecay = builtIn({
  name: 'exponentialDecay',
  title: 'Exponential decay',
  group: 'math',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 5)],
  start: (period: number) => {
    const state = { value: NaN };
    const keep = 1 - 1 / period;
    let isFirst = true;
    return {
      lookback: 0,
      next: (value: number) => {
        state.value = isFirst ? value : Math.max(value, state.value * keep);
        isFirst = false;
        return state.value;
      },
    };
  },
});

/** Forecast oscillator: 100 × (value − the forecast made one bar before) ÷ value; 0 where the value is 0 (T. Chande). */
export const fosc = builtIn({
  name: 'fosc',
  title: 'Forecast oscillator',
  group: 'statistics',
  takes: ['value'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const forecast = tsf.start(period);
    const state = { forecast: NaN };
    let waiting = period;
    return {
      lookback: period,
      next: (value: number) => {
        const expected = state.forecast;
        state.forecast = forecast.next(value);
        if (waiting > 0) {
          waiting--;
          return NaN;
        }
        return value === 0 ? 0 : (100 * (value - expected)) / value;
      },
    };
  },
});

/** The window is compared with a turn of the sine anew at each bar, so it is kept short. */
const sinePeriodMax = 1000;

/** MESA sine wave: sine of the phase that a cycle of the given period has, and the sine 45 degrees ahead (J. Ehlers, TASC 1996). */
export const mesaSine = builtIn({
  name: 'mesaSine',
  title: 'MESA sine wave',
  group: 'cycle',
  takes: ['value'],
  gives: ['sine', 'lead'],
  parameters: [bars('period', 10, 1, sinePeriodMax)],
  start: (period: number) => {
    const values = new Float64Array(period);
    const cosines = Float64Array.from({ length: period }, (_, i) => Math.cos((2 * Math.PI * i) / period));
    const sines = Float64Array.from({ length: period }, (_, i) => Math.sin((2 * Math.PI * i) / period));
    let index = 0;
    let waiting = period;
    return {
      lookback: period,
      next: (out: Float64Array, value: number) => {
        values[index] = value;
        let real = 0;
        let imaginary = 0;
        let at = index;
        for (let i = 0; i < period; i++) {
          real += (cosines[i] as number) * (values[at] as number); // both below period
          imaginary += (sines[i] as number) * (values[at] as number);
          at = at === 0 ? period - 1 : at - 1;
        }
        index = index + 1 === period ? 0 : index + 1;
        const isWarm = waiting === 0;
        if (!isWarm) waiting--;
        let phase = Math.abs(real) > 0.001 ? Math.atan(imaginary / real) : imaginary < 0 ? -Math.PI : Math.PI;
        if (real < 0) phase += Math.PI;
        phase += Math.PI / 2;
        out[0] = isWarm ? Math.sin(phase) : NaN;
        out[1] = isWarm ? Math.sin(phase + Math.PI / 4) : NaN;
      },
    };
  },
});
