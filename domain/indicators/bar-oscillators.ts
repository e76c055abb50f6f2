/** Oscillators beyond TA-Lib's that read whole bars. */

import { builtIn } from './indicator.ts';
import { bars, real } from './parameter.ts';
import { exponentialRun } from './smoothing.ts';
import { RawStochastic } from './stochastic.ts';
import { atr, trueRangeOf } from './volatility.ts';
import { averageRun } from './window-averages.ts';
import { RollingMax, RollingMin, RollingSum } from './window.ts';

/**
 * Fisher transform of the value's place in its range, and the bar before's (J. Ehlers, TASC 2002;
 * for bars, pass `medPrice`). A value without range stands at its bottom.
 */
export const fisher = builtIn({
  name: 'fisher',
  title: 'Fisher transform',
  group: 'momentum',
  takes: ['value'],
  gives: ['fisher', 'signal'],
  parameters: [bars('period', 10)],
  start: (period: number) => {
    const highest = new RollingMax(period);
    const lowest = new RollingMin(period);
    const state = { place: NaN, fisher: NaN };
    state.place = state.fisher = 0;
    let waiting = period - 1;
    return {
      lookback: period - 1,
      next: (out: Float64Array, value: number) => {
        const bottom = lowest.push(value);
        const range = highest.push(value) - bottom;
        if (waiting > 0) {
          waiting--;
          out[0] = out[1] = NaN;
          return;
        }
        const place = 0.66 * ((value - bottom) / (range === 0 ? 1 : range) - 0.5) + 0.67 * state.place;
        state.place = place > 0.99 ? 0.999 : place < -0.99 ? -0.999 : place;
        out[1] = state.fisher;
        state.fisher = 0.5 * Math.log((1 + state.place) / (1 - state.place)) + 0.5 * state.fisher;
        out[0] = state.fisher;
      },
    };
  },
});

/** Vortex: sums of |high − low before| and |low − high before| over the sum of true ranges; 0 without range (E. Botes, D. Siepman, TASC 2010). */
export const vortex = builtIn({
  name: 'vortex',
  title: 'Vortex',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['plus', 'minus'],
  parameters: [bars('period', 14)],
  start: (period: number) => {
    const ups = new RollingSum(period);
    const downs = new RollingSum(period);
    const ranges = new RollingSum(period);
    const previous = { high: NaN, low: NaN, close: NaN };
    let seen = 0;
    return {
      lookback: period,
      next: (out: Float64Array, high: number, low: number, close: number) => {
        const up = Math.abs(high - previous.low);
        const down = Math.abs(low - previous.high);
        const range = trueRangeOf(high, low, previous.close);
        previous.high = high;
        previous.low = low;
        previous.close = close;
        out[0] = out[1] = NaN;
        if (seen === 0) {
          seen = 1;
          return;
        }
        const total = ranges.push(range);
        const plus = ups.push(up);
        const minus = downs.push(down);
        if (seen < period) {
          seen++;
          return;
        }
        out[0] = total === 0 ? 0 : plus / total;
        out[1] = total === 0 ? 0 : minus / total;
      },
    };
  },
});

/** Pretty good oscillator: (close − its simple average) ÷ average true range; 0 without range (M. Johnson; Wilder's average, as in backtrader). */
export const pgo = builtIn({
  name: 'pgo',
  title: 'Pretty good oscillator',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => {
    const average = averageRun(period);
    const range = atr.start(period);
    return {
      lookback: period,
      next: (high: number, low: number, close: number) => {
        const distance = close - average.next(close);
        const typical = range.next(high, low, close);
        return typical === 0 ? 0 : distance / typical;
      },
    };
  },
});

/** Laguerre relative strength index, 0 to 1, of the median price; 0.5 when nothing moves (J. Ehlers, 2004). */
export const laguerreRsi = builtIn({
  name: 'laguerreRsi',
  title: 'Laguerre relative strength index',
  group: 'momentum',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [real('gamma', 0.5, 0, 1)],
  start: (gamma: number) => {
    const state = { l0: NaN, l1: NaN, l2: NaN, l3: NaN };
    let isFirst = true;
    return {
      lookback: 0,
      next: (high: number, low: number) => {
        const price = (high + low) / 2;
        if (isFirst) {
          isFirst = false;
          state.l0 = state.l1 = state.l2 = state.l3 = price;
        }
        const { l0, l1, l2 } = state;
        state.l0 = (1 - gamma) * price + gamma * l0;
        state.l1 = l0 - gamma * state.l0 + gamma * l1;
        state.l2 = l1 - gamma * state.l1 + gamma * l2;
        state.l3 = l2 - gamma * state.l2 + gamma * state.l3;
        const up =
          Math.max(state.l0 - state.l1, 0) + Math.max(state.l1 - state.l2, 0) + Math.max(state.l2 - state.l3, 0);
        const down =
          Math.max(state.l1 - state.l0, 0) + Math.max(state.l2 - state.l1, 0) + Math.max(state.l3 - state.l2, 0);
        return up + down === 0 ? 0.5 : up / (up + down);
      },
    };
  },
});

/** Premier stochastic: the fast stochastic, centred, doubly smoothed and squeezed to −1…1 (L. Leibfarth, TASC 2008). */
export const premierStochastic = builtIn({
  name: 'premierStochastic',
  title: 'Premier stochastic oscillator',
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 8), bars('smooth', 5)],
  start: (period: number, smooth: number) => {
    const stochastic = new RawStochastic(period);
    const first = exponentialRun(smooth);
    const second = exponentialRun(smooth);
    let waiting = period - 1 + first.lookback;
    return {
      lookback: period - 1 + 2 * first.lookback,
      next: (high: number, low: number, close: number) => {
        const place = 0.1 * (stochastic.push(high, low, close) - 50);
        if (waiting > 0) {
          if (waiting-- <= first.lookback) first.next(place);
          return NaN;
        }
        return Math.tanh(second.next(first.next(place)) / 2);
      },
    };
  },
});

/** Relative vigor index: the move from open to close over the range, both smoothed (1, 2, 2, 1) and averaged, and its signal (J. Ehlers, TASC 2002). */
export const rvi = builtIn({
  name: 'rvi',
  title: 'Relative vigor index',
  group: 'momentum',
  takes: ['open', 'high', 'low', 'close'],
  gives: ['rvi', 'signal'],
  parameters: [bars('period', 10)],
  start: (period: number) => {
    const moves = averageRun(period);
    const ranges = averageRun(period);
    const state = {
      move1: NaN,
      move2: NaN,
      move3: NaN,
      range1: NaN,
      range2: NaN,
      range3: NaN,
      rvi1: NaN,
      rvi2: NaN,
      rvi3: NaN,
    };
    const lookback = 3 + (period - 1) + 3;
    let seen = 0;
    return {
      lookback,
      next: (out: Float64Array, open: number, high: number, low: number, close: number) => {
        const move = close - open;
        const range = high - low;
        const smoothMove = (move + 2 * state.move1 + 2 * state.move2 + state.move3) / 6;
        const smoothRange = (range + 2 * state.range1 + 2 * state.range2 + state.range3) / 6;
        state.move3 = state.move2;
        state.move2 = state.move1;
        state.move1 = move;
        state.range3 = state.range2;
        state.range2 = state.range1;
        state.range1 = range;
        const bar = seen;
        if (seen < lookback) seen++;
        out[0] = out[1] = NaN;
        if (bar < 3) return;
        const top = moves.next(smoothMove);
        const bottom = ranges.next(smoothRange);
        const vigor = bottom === 0 ? 0 : top / bottom;
        if (bar >= lookback) {
          out[0] = vigor;
          out[1] = (vigor + 2 * state.rvi1 + 2 * state.rvi2 + state.rvi3) / 6;
        }
        state.rvi3 = state.rvi2;
        state.rvi2 = state.rvi1;
        state.rvi1 = vigor;
      },
    };
  },
});
