/** Wilder's parabolic stop-and-reverse (New Concepts in Technical Trading Systems, 1978), started as TA-Lib does. */

import { builtIn } from './indicator.ts';
import type { SingleRun } from './indicator.ts';
import { real } from './parameter.ts';

interface SideSettings {
  readonly initial: number;
  readonly step: number;
  readonly max: number;
}

interface ParabolicSettings {
  /** 0: the second bar decides the side; above 0: long from that stop; below: short from its amount. */
  readonly startValue: number;
  /** Fraction by which the stop moves away when it turns. */
  readonly offsetOnReverse: number;
  readonly long: SideSettings;
  readonly short: SideSettings;
  /** The stop of a short side is given as a negative number. */
  readonly signed: boolean;
}

/** An acceleration above its maximum counts as the maximum. */
const bounded = ({ initial, step, max }: SideSettings): SideSettings => ({
  initial: Math.min(initial, max),
  step: Math.min(step, max),
  max,
});

const parabolicRun = (settings: ParabolicSettings): SingleRun => {
  const { startValue, offsetOnReverse, signed } = settings;
  const long = bounded(settings.long);
  const short = bounded(settings.short);
  const state = { stop: NaN, extreme: NaN, acceleration: NaN, high: NaN, low: NaN };
  let isLong = true;
  let seen = 0;

  const begin = (high: number, low: number): void => {
    const down = state.low - low;
    isLong = startValue === 0 ? !(down > 0 && down > high - state.high) : startValue > 0;
    state.extreme = isLong ? high : low;
    state.acceleration = isLong ? long.initial : short.initial;
    state.stop = startValue === 0 ? (isLong ? state.low : state.high) : Math.abs(startValue);
    // On this one bar today's range stands for yesterday's too.
    state.high = high;
    state.low = low;
  };

  const nextLong = (high: number, low: number): number => {
    if (low <= state.stop) {
      isLong = false;
      const turned = Math.max(state.extreme, state.high, high) * (1 + offsetOnReverse);
      state.acceleration = short.initial;
      state.extreme = low;
      state.stop = Math.max(turned + short.initial * (low - turned), state.high, high);
      return signed ? -turned : turned;
    }
    const stop = state.stop;
    if (high > state.extreme) {
      state.extreme = high;
      state.acceleration = Math.min(state.acceleration + long.step, long.max);
    }
    state.stop = Math.min(stop + state.acceleration * (state.extreme - stop), state.low, low);
    return stop;
  };

  const nextShort = (high: number, low: number): number => {
    if (high >= state.stop) {
      isLong = true;
      const turned = Math.min(state.extreme, state.low, low) * (1 - offsetOnReverse);
      state.acceleration = long.initial;
      state.extreme = high;
      state.stop = Math.min(turned + long.initial * (high - turned), state.low, low);
      return turned;
    }
    const stop = state.stop;
    if (low < state.extreme) {
      state.extreme = low;
      state.acceleration = Math.min(state.acceleration + short.step, short.max);
    }
    state.stop = Math.max(stop + state.acceleration * (state.extreme - stop), state.high, high);
    return signed ? -stop : stop;
  };

  return {
    lookback: 1,
    next: (high: number, low: number) => {
      if (seen < 2) {
        seen++;
        if (seen === 2) begin(high, low);
      }
      const stop = seen < 2 ? NaN : isLong ? nextLong(high, low) : nextShort(high, low);
      state.high = high;
      state.low = low;
      return stop;
    },
  };
};

/** Parabolic SAR: a stop that accelerates towards the price (TA-Lib SAR). */
export const sar = builtIn({
  name: 'sar',
  title: 'Parabolic stop and reverse',
  group: 'trend',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [real('acceleration', 0.02, 0), real('maximum', 0.2, 0)],
  start: (acceleration: number, maximum: number) => {
    const side = { initial: acceleration, step: acceleration, max: maximum };
    return parabolicRun({ startValue: 0, offsetOnReverse: 0, long: side, short: side, signed: false });
  },
});

/** Parabolic SAR with settings for each side; negative while short (TA-Lib SAREXT). */
export const sarExt = builtIn({
  name: 'sarExt',
  title: 'Parabolic stop and reverse, extended',
  group: 'trend',
  takes: ['high', 'low'],
  gives: ['value'],
  parameters: [
    real('startValue', 0),
    real('offsetOnReverse', 0, 0),
    real('initialLong', 0.02, 0),
    real('stepLong', 0.02, 0),
    real('maximumLong', 0.2, 0),
    real('initialShort', 0.02, 0),
    real('stepShort', 0.02, 0),
    real('maximumShort', 0.2, 0),
  ],
  start: (
    startValue: number,
    offsetOnReverse: number,
    initialLong: number,
    stepLong: number,
    maximumLong: number,
    initialShort: number,
    stepShort: number,
    maximumShort: number,
  ) =>
    parabolicRun({
      startValue,
      offsetOnReverse,
      long: { initial: initialLong, step: stepLong, max: maximumLong },
      short: { initial: initialShort, step: stepShort, max: maximumShort },
      signed: true,
    }),
});
