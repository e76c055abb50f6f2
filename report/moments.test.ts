import { expect, it } from 'vitest';
import { momentsOf } from './moments.ts';

const dayMs = 86_400_000;
const daysFrom = (first: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => (first + i) * dayMs);

it('shows dates where the data has them', () => {
  const moments = momentsOf(daysFrom(19_723, 10));
  expect(moments.areDates).toBe(true);
  expect(moments.show(19_723 * dayMs)).toBe('2024-01-01');
  expect(moments.onAxis(1_500)).toBe(1.5);
});

it('shows numbers where rows were numbered, which are read as days from 1970 on', () => {
  for (const first of [0, 1, 500]) {
    const moments = momentsOf(daysFrom(first, 10));
    expect(moments.areDates).toBe(false);
    expect(moments.show((first + 3) * dayMs)).toBe(`bar ${first + 3}`);
    expect(moments.onAxis((first + 3) * dayMs)).toBe(first + 3);
  }
});

it('takes a market that rests at weekends for dated, even in 1970', () => {
  const days = [1, 4, 5, 6, 7, 8, 11, 12, 13]; // 1970-01-02 was a Friday
  expect(momentsOf(Float64Array.from(days, (day) => day * dayMs)).areDates).toBe(true);
});

it('needs no bars', () => {
  expect(momentsOf(new Float64Array(0)).areDates).toBe(true);
});
