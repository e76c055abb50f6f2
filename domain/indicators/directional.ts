/**
 * Wilder's directional movement system (J. W. Wilder, New Concepts in Technical Trading Systems,
 * 1978), started and rounded as TA-Lib does.
 */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { bars } from './parameter.ts';
import { isZero } from './smoothing.ts';
import { trueRangeOf } from './volatility.ts';
import { Lag } from './window.ts';

/** Directional movement of each bar against the bar before, and Wilder's running sums of it. */
class DirectionalMeter {
  /** Running sums of plus and minus movement and of true range. */
  plus = NaN;
  minus = NaN;
  range = NaN;
  /** Bars pushed; stops counting once the sums are Wilder's. */
  bars = 0;
  private readonly keep: number;
  private readonly length: number;
  private readonly previous = { high: NaN, low: NaN, close: NaN };

  constructor(length: number) {
    this.length = length;
    // With a period of 1 there is nothing to smooth: each bar stands for itself.
    this.keep = length === 1 ? 0 : (length - 1) / length;
    this.plus = this.minus = this.range = 0;
  }

  push(high: number, low: number, close: number): void {
    const { previous } = this;
    const up = high - previous.high;
    const down = previous.low - low;
    const range = trueRangeOf(high, low, previous.close);
    previous.high = high;
    previous.low = low;
    previous.close = close;
    if (this.bars === 0) {
      this.bars = 1;
      return;
    }
    // The first length − 1 movements are summed plainly.
    const keep = this.bars < this.length ? 1 : this.keep;
    if (this.bars <= this.length) this.bars++;
    this.plus = this.plus * keep + (up > 0 && up > down ? up : 0);
    this.minus = this.minus * keep + (down > 0 && up < down ? down : 0);
    this.range = this.range * keep + range;
  }
}

const movementRun = (period: number, isPlus: boolean): SingleRun => {
  const meter = new DirectionalMeter(period);
  const lookback = Math.max(1, period - 1);
  return {
    lookback,
    next: (high: number, low: number) => {
      meter.push(high, low, low); // the close enters the range alone, which is not asked for
      if (meter.bars <= lookback) return NaN;
      return isPlus ? meter.plus : meter.minus;
    },
  };
};

/** Plus directional movement, Wilder's running sum (TA-Lib PLUS_DM). */
export const plusDM = builtIn({
  name: 'plusDM',
  title: 'Plus directional movement',
  group: 'trend',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => movementRun(period, true),
});

/** Minus directional movement, Wilder's running sum (TA-Lib MINUS_DM). */
export const minusDM = builtIn({
  name: 'minusDM',
  title: 'Minus directional movement',
  group: 'trend',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => movementRun(period, false),
});

const indicatorRun = (period: number, isPlus: boolean): SingleRun => {
  const meter = new DirectionalMeter(period);
  const scale = period === 1 ? 1 : 100; // TA-Lib gives that of a single bar as a fraction, longer ones in percent
  return {
    lookback: period,
    next: (high: number, low: number, close: number) => {
      meter.push(high, low, close);
      if (meter.bars <= period) return NaN;
      return isZero(meter.range) ? 0 : scale * ((isPlus ? meter.plus : meter.minus) / meter.range);
    },
  };
};

/** Plus directional indicator: plus movement ÷ true range in percent; a fraction for a period of 1 (TA-Lib PLUS_DI). */
export const plusDI = builtIn({
  name: 'plusDI',
  title: 'Plus directional indicator',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => indicatorRun(period, true),
});

/** Minus directional indicator: minus movement ÷ true range in percent; a fraction for a period of 1 (TA-Lib MINUS_DI). */
export const minusDI = builtIn({
  name: 'minusDI',
  title: 'Minus directional indicator',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14)],
  start: (period: number) => indicatorRun(period, false),
});

/** 100 × |plus − minus| ÷ (plus + minus), or NaN where no direction can be told. */
const directionalIndex = (meter: DirectionalMeter): number => {
  if (isZero(meter.range)) return NaN;
  const total = (100 * (meter.plus + meter.minus)) / meter.range;
  return isZero(total) ? NaN : (100 * Math.abs(meter.plus - meter.minus)) / (meter.plus + meter.minus);
};

/** Directional movement index; keeps its last value (0 at first) while prices stand still (TA-Lib DX). */
export const dx = builtIn({
  name: 'dx',
  title: 'Directional movement index',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const meter = new DirectionalMeter(period);
    const state = { index: NaN };
    state.index = 0;
    return {
      lookback: period,
      next: (high: number, low: number, close: number) => {
        meter.push(high, low, close);
        if (meter.bars <= period) return NaN;
        const index = directionalIndex(meter);
        if (index === index) state.index = index; // not NaN
        return state.index;
      },
    };
  },
});

/** Average directional movement index: Wilder's average of the index (TA-Lib ADX). */
export const adx = builtIn({
  name: 'adx',
  title: 'Average directional movement index',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const meter = new DirectionalMeter(period);
    const state = { average: NaN };
    state.average = 0;
    let seen = 0;
    return {
      lookback: 2 * period - 1,
      next: (high: number, low: number, close: number) => {
        meter.push(high, low, close);
        if (meter.bars <= period) return NaN;
        const index = directionalIndex(meter);
        if (seen >= period) {
          if (index === index) state.average = (state.average * (period - 1) + index) / period; // not NaN
          return state.average;
        }
        seen++;
        if (index === index) state.average += index / period;
        return seen < period ? NaN : state.average;
      },
    };
  },
});

/** Directional movement rating: mean of the average index now and period − 1 bars ago (TA-Lib ADXR). */
export const adxr = builtIn({
  name: 'adxr',
  title: 'Average directional movement index rating',
  group: 'trend',
  takes: ['high', 'low', 'close'],
  gives: ['value'],
  parameters: [bars('period', 14, 2)],
  start: (period: number) => {
    const average = adx.start(period);
    const past = new Lag(period - 1);
    return {
      lookback: average.lookback + period - 1,
      next: (high: number, low: number, close: number) => {
        const now = average.next(high, low, close);
        return (now + past.push(now)) / 2;
      },
    };
  },
});
