import { describe, expect, it } from 'vitest';

import { StrategyMistake } from '../strategy/mistake.ts';
import { makeSeries } from '../strategy/series.ts';
import type { Series, SeriesClock } from '../strategy/series.ts';
import { builtInIndicators } from './index.ts';
import { defineIndicator, openClock } from './indicator.ts';

const { ema, macd, mom, sma, typPrice } = builtInIndicators;

const seriesOf = (clock: SeriesClock, values: readonly number[]): Series =>
  makeSeries({ clock, values: Float64Array.from(values), warmUp: 0, whole: true });

/** Moves a clock to its end bar by bar, and reads a series at each. */
const readAll = (clock: SeriesClock, series: Series): number[] => {
  const read: number[] = [];
  for (let i = 0; i < clock.capacity; i++) {
    clock.cursor.index = i;
    for (const live of clock.live) live.advance(i);
    read.push(series.value);
  }
  return read;
};

const difference = defineIndicator({
  name: 'difference',
  takes: ['value', 'other'],
  gives: ['value'],
  start: () => ({ lookback: 0, next: (value: number, other: number) => value - other }),
});

describe('an indicator', () => {
  it('makes a series that is read bar by bar', () => {
    const clock = openClock(5);
    const average = sma(seriesOf(clock, [1, 2, 3, 4, 5]), 3);
    expect(readAll(clock, average)).toEqual([NaN, NaN, 2, 3, 4]);
  });

  it('takes the close of bars where it needs one series, and their columns where it needs those', () => {
    const clock = openClock(2);
    const bars = {
      open: seriesOf(clock, [1, 1]),
      high: seriesOf(clock, [3, 6]),
      low: seriesOf(clock, [0, 3]),
      close: seriesOf(clock, [3, 9]),
      volume: seriesOf(clock, [1, 1]),
    };
    expect(
      readAll(clock, mom({ ...bars, time: bars.open, id: 'main', symbol: 'X', timeframeMs: 1, length: 2 }, 1)),
    ).toEqual([NaN, 6]);
    expect(readAll(clock, typPrice(bars))).toEqual([2, 6]);
  });

  it('of an indicator starts when that one is warm', () => {
    const clock = openClock(6);
    const close = seriesOf(clock, [1, 2, 4, 8, 16, 32]);
    const smoothed = sma(mom(close, 2), 2);
    expect(readAll(clock, smoothed)).toEqual([NaN, NaN, NaN, 4.5, 9, 18]);
  });

  it('with several outputs gives a series for each', () => {
    const clock = openClock(4);
    const lines = macd(seriesOf(clock, [1, 2, 3, 5]), 2, 3, 1);
    expect(Object.keys(lines)).toEqual(['macd', 'signal', 'histogram']);
    expect(readAll(clock, lines.macd)).toEqual(readAll(clock, lines.signal));
  });

  it("of a strategy's own is stepped as bars come, with the inputs it declares", () => {
    const clock = openClock(3);
    const made = difference(seriesOf(clock, [5, 6, 7]), seriesOf(clock, [1, 1, 2]));
    expect(clock.live).toHaveLength(1);
    expect(readAll(clock, made)).toEqual([4, 5, 5]);
  });

  it("over a strategy's own waits for it and is stepped with it", () => {
    const clock = openClock(4);
    const own = difference(mom(seriesOf(clock, [1, 2, 3, 5]), 1), seriesOf(clock, [0, 0, 0, 0]));
    expect(readAll(clock, ema(own, 2))).toEqual([NaN, NaN, 1, 1 + (2 / 3) * 1]);
  });

  it('gives its own indicators exactly as many inputs as they take', () => {
    const seen: number[][] = [];
    const spread = defineIndicator({
      name: 'spread',
      takes: ['a', 'b', 'c', 'd'],
      gives: ['low', 'high'],
      start: () => ({
        lookback: 0,
        next: (out: Float64Array, ...inputs: number[]) => {
          seen.push(inputs);
          out[0] = Math.min(...inputs);
          out[1] = Math.max(...inputs);
        },
      }),
    });
    const clock = openClock(1);
    const lines = spread(seriesOf(clock, [4]), seriesOf(clock, [2]), seriesOf(clock, [9]), seriesOf(clock, [3]));
    expect(readAll(clock, lines.high)).toEqual([9]);
    expect(seen).toEqual([[4, 2, 9, 3]]);
  });

  it('refuses series of different feeds', () => {
    expect(() => difference(seriesOf(openClock(1), [1]), seriesOf(openClock(1), [1]))).toThrow(StrategyMistake);
  });

  it('refuses a number where a series belongs', () => {
    // @ts-expect-error the compiler refuses it too
    expect(() => sma(20, 5)).toThrow('sma needs a series as its first argument.');
    // @ts-expect-error the compiler refuses it too
    expect(() => typPrice(5)).toThrow('typPrice needs bars with high, low, close.');
  });

  it('says which parameter is wrong and what to write', () => {
    const clock = openClock(1);
    expect(() => sma(seriesOf(clock, [1]), 0)).toThrow('sma: period must be a whole number from 1 to 100000, not 0.');
    // @ts-expect-error the compiler refuses it too
    expect(() => sma(seriesOf(clock, [1]), '20')).toThrow(
      "sma: period must be a whole number from 1 to 100000, not '20'.",
    );
    // @ts-expect-error the compiler refuses it too
    expect(() => sma(seriesOf(clock, [1]), 2, 3)).toThrow('sma has 1 parameter (period), but was given 2.');
    try {
      macd(seriesOf(clock, [1]), 1);
    } catch (error) {
      expect(error).toMatchObject({ code: 'indicator-parameter', remedy: 'Write for example macd(…, 12, 26, 9).' });
      return;
    }
    expect.fail('a fast period of 1 was taken');
  });

  it('refuses to be made after init', () => {
    const clock = openClock(2);
    const close = seriesOf(clock, [1, 2]);
    clock.open = false;
    expect(() => sma(close, 2)).toThrow(StrategyMistake);
  });

  it('must have inputs and outputs', () => {
    expect(() =>
      defineIndicator({ name: 'nothing', takes: [], gives: ['value'], start: () => ({ lookback: 0, next: () => 1 }) }),
    ).toThrow(StrategyMistake);
  });
});
