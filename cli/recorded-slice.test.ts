import { expect, it } from 'vitest';
import type { Feed } from '#domain';
import { allocateBars } from '#domain';
import { cutToSlice } from './recorded-slice.ts';

const feed = (bars: number): Feed => ({
  id: 'main',
  symbol: 'A',
  timeframeMs: 60_000,
  instrument: { symbol: 'A', tick: 0, lot: 0, multiplier: 1, currency: 'USD' },
  bars: { ...allocateBars(bars), time: Float64Array.from({ length: bars }, (_, i) => i) },
});
const cutTimes = (slice: unknown, bars = 10): number[] =>
  Array.from(cutToSlice([feed(bars)], { slice })[0]?.bars.time ?? []);

it.each([
  [
    [2, 5],
    [2, 3, 4],
  ],
  [{ from: 2, to: 5 }, [2, 3, 4]],
  [{ start: 7, end: null }, [7, 8, 9]],
  ['2:5', [2, 3, 4]],
  ['-2:', [8, 9]],
  [
    [null, 3],
    [0, 1, 2],
  ],
  [
    [8, 99],
    [8, 9],
  ],
])('takes %o for the bars of the run', (slice, times) => {
  expect(cutTimes(slice)).toEqual(times);
});

it('leaves data whole without a slice, and data that has been cut already', () => {
  expect(cutTimes(null)).toHaveLength(10);
  expect(Array.from(cutToSlice([feed(10)], [1, 2, 3])[0]?.bars.time ?? [])).toHaveLength(10);
  expect(cutTimes([5, 8], 3)).toEqual([0, 1, 2]);
});

it.each([[[1, 2, 3]], ['a:b'], [5], [[0.5, 2]], [['1', 2]]])('refuses %o', (slice) => {
  expect(() => cutTimes(slice)).toThrow(expect.objectContaining({ code: 'file-config' }));
});
