/** Volume indicators beyond TA-Lib's. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { bars } from './parameter.ts';
import { exponentialFromFirst, exponentialRun } from './smoothing.ts';
import { moneyFlowVolume } from './volume.ts';
import { averageRun } from './window-averages.ts';
import { RollingSum } from './window.ts';

/** The money or volume that flowed in the newest bars, per unit traded in them. */
class FlowPerVolume {
  private readonly flows: RollingSum;
  private readonly traded: RollingSum;

  constructor(length: number) {
    this.flows = new RollingSum(length);
    this.traded = new RollingSum(length);
  }

  /** Takes a bar; `idle` where nothing was traded, NaN until the window is full. */
  push(flow: number, volume: number, idle: number): number {
    const total = this.traded.push(volume);
    const sum = this.flows.push(flow);
    return total === 0 ? idle : sum / total;
  }
}

/** Volume weighted moving average of the close; the last close where nothing was traded. */
export const vwma = builtIn({
  name: 'vwma',
  title: 'Volume weighted moving average',
  group: 'volume',
  takes: ['close', 'volume'],
  gives: ['value'],
  parameters: [bars('period', 20)],
  start: (period: number) => {
    const average = new FlowPerVolume(period);
    return {
      lookback: period - 1,
      next: (close: number, volume: number) => average.push(close * volume, volume, close),
    };
  },
});

/** Volume weighted average of the mean of open, high, low and close over the newest bars; that mean itself where nothing was traded. */
export const vwap = builtIn({
  name: 'vwap',
  title: 'Volume weighted average price',
  group: 'volume',
  takes: ['open', 'high', 'low', 'close', 'volume'],
  gives: ['value'],
  parameters: [bars('period', 50)],
  start: (period: number) => {
    const average = new FlowPerVolume(period);
    return {
      lookback: period - 1,
      next: (open: number, high: number, low: number, close: number, volume: number) => {
        const price = (open + high + low + close) / 4;
        return average.push(price * volume, volume, price);
      },
    };
  },
});

/** Chaikin money flow: money flow volume ÷ volume of the period; 0 where nothing was traded (M. Chaikin). */
export const cmf = builtIn({
  name: 'cmf',
  title: 'Chaikin money flow',
  group: 'volume',
  takes: ['high', 'low', 'close', 'volume'],
  gives: ['value'],
  parameters: [bars('period', 20)],
  start: (period: number) => {
    const flows = new FlowPerVolume(period);
    return {
      lookback: period - 1,
      next: (high: number, low: number, close: number, volume: number) =>
        flows.push(moneyFlowVolume(high, low, close, volume), volume, 0),
    };
  },
});

/** Ease of movement: change of the median price × range ÷ (volume ÷ 10,000); 0 where nothing was traded (R. Arms). */
export const emv = builtIn({
  name: 'emv',
  title: 'Ease of movement',
  group: 'volume',
  takes: ['high', 'low', 'volume'],
  gives: ['value'],
  parameters: [],
  start: () => {
    const state = { middle: NaN };
    let isFirst = true;
    return {
      lookback: 1,
      next: (high: number, low: number, volume: number) => {
        const middle = (high + low) / 2;
        const change = middle - state.middle;
        state.middle = middle;
        if (isFirst) {
          isFirst = false;
          return NaN;
        }
        return volume === 0 ? 0 : (change * (high - low)) / (volume / 10_000);
      },
    };
  },
});

/**
 * Klinger volume oscillator: fast − slow exponential average of volume force, both started at its
 * first value (S. Klinger, TASC 1997; as in Tulip).
 */
export const kvo = builtIn({
  name: 'kvo',
  title: 'Klinger volume oscillator',
  group: 'volume',
  takes: ['high', 'low', 'close', 'volume'],
  gives: ['value'],
  parameters: [bars('fast', 34), bars('slow', 55)],
  start: (fast: number, slow: number) => {
    const quick = exponentialFromFirst(2 / (fast + 1));
    const lazy = exponentialFromFirst(2 / (slow + 1));
    const state = { total: NaN, range: NaN, cumulated: NaN };
    state.cumulated = 0;
    let trend = 0;
    let isFirst = true;
    return {
      lookback: 1,
      next: (high: number, low: number, close: number, volume: number) => {
        const total = high + low + close;
        const range = high - low;
        const before = state.total;
        const rangeBefore = state.range;
        state.total = total;
        state.range = range;
        if (isFirst) {
          isFirst = false;
          return NaN;
        }
        const direction = total > before ? 1 : total < before ? -1 : trend;
        if (direction !== trend) state.cumulated = rangeBefore;
        trend = direction;
        state.cumulated += range;
        const share = state.cumulated === 0 ? 0 : range / state.cumulated;
        const force = volume * Math.abs(2 * share - 1) * 100 * (trend < 0 ? -1 : 1); // rising until it is known
        return quick.next(force) - lazy.next(force);
      },
    };
  },
});

/** Follows the close on bars whose volume rises, or falls; starts at 1000. A close of 0 is not followed from. */
const volumeIndexRun = (onRises: boolean): SingleRun => {
  const state = { close: NaN, volume: NaN, index: NaN };
  state.index = 1000;
  return {
    lookback: 0,
    next: (close: number, volume: number) => {
      const follows = onRises ? volume > state.volume : volume < state.volume;
      if (follows && state.close !== 0) state.index *= 1 + (close - state.close) / state.close;
      state.close = close;
      state.volume = volume;
      return state.index;
    },
  };
};

/** Positive volume index: follows the close on bars whose volume rises; starts at 1000 (P. Dysart). */
export const pvi = builtIn({
  name: 'pvi',
  title: 'Positive volume index',
  group: 'volume',
  takes: ['close', 'volume'],
  gives: ['value'],
  parameters: [],
  start: () => volumeIndexRun(true),
});

/** Negative volume index: follows the close on bars whose volume falls; starts at 1000 (P. Dysart, N. Fosback). */
export const nvi = builtIn({
  name: 'nvi',
  title: 'Negative volume index',
  group: 'volume',
  takes: ['close', 'volume'],
  gives: ['value'],
  parameters: [],
  start: () => volumeIndexRun(false),
});

/** Volume oscillator: 100 × (fast − slow) ÷ slow simple average of volume; 0 where nothing was traded. */
export const vosc = builtIn({
  name: 'vosc',
  title: 'Volume oscillator',
  group: 'volume',
  takes: ['volume'],
  gives: ['value'],
  parameters: [bars('fast', 5), bars('slow', 10)],
  start: (fast: number, slow: number) => {
    const quick = averageRun(Math.min(fast, slow));
    const lazy = averageRun(Math.max(fast, slow));
    return {
      lookback: lazy.lookback,
      next: (volume: number) => {
        const long = lazy.next(volume);
        const difference = quick.next(volume) - long;
        return long === 0 ? 0 : (100 * difference) / long;
      },
    };
  },
});

/** Market facilitation index: range ÷ volume; 0 where nothing was traded (B. Williams). */
export const marketFi = builtIn({
  name: 'marketFi',
  title: 'Market facilitation index',
  group: 'volume',
  takes: ['high', 'low', 'volume'],
  gives: ['value'],
  parameters: [],
  start: () => ({
    lookback: 0,
    next: (high: number, low: number, volume: number) => (volume === 0 ? 0 : (high - low) / volume),
  }),
});

/** Force index: exponential average of change × volume (A. Elder, Trading for a Living, 1993). */
export const forceIndex = builtIn({
  name: 'forceIndex',
  title: 'Force index',
  group: 'volume',
  takes: ['close', 'volume'],
  gives: ['value'],
  parameters: [bars('period', 13)],
  start: (period: number) => {
    const average = exponentialRun(period);
    const state = { close: NaN };
    let isFirst = true;
    return {
      lookback: period,
      next: (close: number, volume: number) => {
        const change = close - state.close;
        state.close = close;
        if (isFirst) {
          isFirst = false;
          return NaN;
        }
        return average.next(change * volume);
      },
    };
  },
});

/** Williams' accumulation/distribution: running sum of the close's distance to the true low on rises, to the true high on falls (L. Williams, 1972). */
export const wad = builtIn({
  name: 'wad',
  title: "Williams' accumulation/distribution",
  group: 'momentum',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [],
  start: () => {
    const state = { close: NaN, line: NaN };
    state.line = 0;
    let isFirst = true;
    return {
      lookback: 1,
      next: (high: number, low: number, close: number) => {
        const before = state.close;
        state.close = close;
        if (isFirst) {
          isFirst = false;
          return NaN;
        }
        if (close > before) state.line += close - Math.min(before, low);
        else if (close < before) state.line += close - Math.max(before, high);
        return state.line;
      },
    };
  },
});
