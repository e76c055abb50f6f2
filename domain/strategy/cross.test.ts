import { expect, it } from 'vitest';
import { crossOver, crossUnder } from './cross.ts';
import { Series } from './series.ts';
import { RunMemory } from '../engine/run-memory.ts';
import type { SeriesClock } from './series.ts';

const seriesAt = (values: readonly number[], index: number): Series => {
  const clock: SeriesClock = {
    cursor: { index },
    capacity: values.length,
    live: [],
    made: [],
    open: false,
    memory: new RunMemory(),
  };
  return new Series({ clock, values: Float64Array.from(values), warmUp: 0, whole: true });
};

it('crosses over when the value comes from below or from equal', () => {
  expect(crossOver(seriesAt([1, 3], 1), 2)).toBe(true);
  expect(crossOver(seriesAt([2, 3], 1), 2)).toBe(true);
  expect(crossOver(seriesAt([3, 4], 1), 2)).toBe(false);
  expect(crossOver(seriesAt([1, 2], 1), 2)).toBe(false);
});

it('crosses under when the value comes from above or from equal', () => {
  expect(crossUnder(seriesAt([3, 1], 1), 2)).toBe(true);
  expect(crossUnder(2, seriesAt([1, 3], 1))).toBe(true);
  expect(crossUnder(seriesAt([1, 0], 1), 2)).toBe(false);
});

it('finds no crossing on the first bar or beside NaN', () => {
  expect(crossOver(seriesAt([3], 0), 2)).toBe(false);
  expect(crossOver(seriesAt([NaN, 3], 1), 2)).toBe(false);
  expect(crossUnder(seriesAt([NaN, 1], 1), 2)).toBe(false);
});
