import { expect, it } from 'vitest';
import { drawdownCurve, equityCurve, thinned } from './curves.ts';

const curve = (values: readonly number[]) => values.map((value, time) => ({ time, value }));

it('reads rows', () => {
  expect(equityCurve([{ time: '2026-01-31T00:00:00Z', equity: 100 }])).toEqual([
    { time: Date.UTC(2026, 0, 31), value: 100 },
  ]);
});

it('measures drawdown from the highest so far', () => {
  expect(drawdownCurve(curve([100, 120, 90, 120, 60])).map(({ value }) => value)).toEqual([0, 0, -0.25, 0, -0.5]);
  expect(drawdownCurve(curve([0, 0])).map(({ value }) => value)).toEqual([0, 0]);
});

it('keeps first, last, lowest and highest when it thins', () => {
  const values = Array.from({ length: 10_000 }, (_, place) => Math.sin(place / 50) * 10);
  values[5_432] = -99;
  values[7_777] = 99;
  const kept = thinned(curve(values), 400);
  expect(kept.length).toBeLessThanOrEqual(400);
  expect(kept.map(({ value }) => value)).toEqual(expect.arrayContaining([-99, 99]));
  expect(kept[0]?.time).toBe(0);
  expect(kept.at(-1)?.time).toBe(9_999);
  expect(kept.map(({ time }) => time)).toEqual(kept.map(({ time }) => time).toSorted((a, b) => a - b));
});

it('leaves few points as they are', () => {
  expect(thinned(curve([1, 2, 3]), 100)).toHaveLength(3);
});
