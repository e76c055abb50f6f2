import fc from 'fast-check';
import { expect, it } from 'vitest';
import { thinBars } from './thin-bars.ts';

const barsOf = (closes: readonly number[]) => {
  const close = Float64Array.from(closes);
  return {
    time: close.map((_value, i) => i * 60_000),
    open: close.map((value) => value - 0.5),
    high: close.map((value) => value + 1),
    low: close.map((value) => value - 1),
    close,
    volume: close,
  };
};

it('joins neighbours into one bar with their open, extremes and close', () => {
  const { time, open, high, low, close, each } = thinBars(barsOf([10, 14, 12, 9, 11]), 3);
  expect(each).toBe(2);
  expect([...time]).toEqual([0, 120_000, 240_000]);
  expect([...open]).toEqual([9.5, 11.5, 10.5]);
  expect([...high]).toEqual([15, 13, 12]);
  expect([...low]).toEqual([9, 8, 10]);
  expect([...close]).toEqual([14, 9, 11]);
});

it('keeps the extremes, the ends and the bound, whatever the bars', () => {
  const closes = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(closes, fc.integer({ min: 1, max: 50 }), (values, max) => {
      const bars = barsOf(values);
      const thin = thinBars(bars, max);
      expect(thin.time.length).toBeLessThanOrEqual(max);
      expect(Math.max(...thin.high)).toBe(Math.max(...bars.high));
      expect(Math.min(...thin.low)).toBe(Math.min(...bars.low));
      expect(thin.open[0]).toBe(bars.open[0]);
      expect(thin.close.at(-1)).toBe(bars.close.at(-1));
    }),
  );
});
