import { expect, it } from 'vitest';
import { StrategyMistake } from './mistake.ts';
import { Series } from './series.ts';
import { RunMemory } from '../engine/run-memory.ts';
import type { SeriesClock } from './series.ts';

const make = (values: readonly number[], index: number): { series: Series; clock: SeriesClock } => {
  const clock: SeriesClock = {
    cursor: { index },
    capacity: values.length,
    live: [],
    made: [],
    open: false,
    memory: new RunMemory(),
  };
  return { series: new Series({ clock, values: Float64Array.from(values), warmUp: 0, whole: true }), clock };
};

it('reads backwards from the newest bar', () => {
  const { series, clock } = make([10, 20, 30, 40], 2);
  expect([series.value, series.ago(0), series.ago(1), series.ago(2), series.length]).toEqual([30, 30, 20, 10, 3]);
  clock.cursor.index = 3;
  expect([series.value, series.ago(3), series.length]).toEqual([40, 10, 4]);
});

it('is NaN before the first bar', () => {
  const { series } = make([10, 20], 0);
  expect(series.ago(1)).toBeNaN();
  expect(make([10], -1).series.value).toBeNaN();
});

it('refuses to look ahead and says how to count', () => {
  const { series } = make([10, 20, 30], 1);
  expect(() => series.ago(-1)).toThrow(
    expect.objectContaining({ code: 'look-ahead', remedy: expect.stringContaining('ago(1)') }),
  );
});

it.each([0.5, NaN, Infinity, -0.5, '1', null, undefined, { valueOf: () => -1 }])(
  'refuses %o as a number of bars',
  (bars) => {
    const { series } = make([10, 20, 30], 1);
    expect(() => series.ago(bars as number)).toThrow(StrategyMistake);
  },
);

it('copies the last values, so that changing them changes nothing', () => {
  const { series } = make([10, 20, 30, 40], 2);
  const last = series.last(2);
  expect([...last]).toEqual([20, 30]);
  expect(last.buffer.byteLength).toBe(16);
  last[0] = 99;
  expect(series.ago(1)).toBe(20);
  expect([...series.last(99)]).toEqual([10, 20, 30]);
  expect(() => series.last(-1)).toThrow(StrategyMistake);
});

it('compares by its newest value', () => {
  const fast = make([1, 5], 1).series;
  const slow = make([2, 3], 1).series;
  expect(fast > slow).toBe(true);
  expect(String(fast)).toBe('5');
});
