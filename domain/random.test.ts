import { describe, expect, test } from 'vitest';
import { randomFrom, xoshiro128StarStar } from './random.ts';

const take = (next: () => number, count: number): number[] => Array.from({ length: count }, next);

describe('xoshiro128StarStar', () => {
  test("gives the reference implementation's numbers for the state 1, 2, 3, 4", () => {
    expect(take(xoshiro128StarStar(1, 2, 3, 4), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test('moves on from a state of four zeros, which would stay zero', () => {
    expect(new Set(take(xoshiro128StarStar(0, 0, 0, 0), 100)).size).toBeGreaterThan(90);
  });
});

describe('randomFrom', () => {
  test('gives these numbers for these seeds for ever', () => {
    expect(take(randomFrom(42), 3)).toEqual([0.802796472707207, 0.2228286749748517, 0.6988843606940204]);
    expect(take(randomFrom('spy'), 3)).toEqual([0.7712367058468997, 0.3116718964970546, 0.7432181768955125]);
  });

  test('takes a number and its text for the same seed', () => {
    expect(take(randomFrom(7), 5)).toEqual(take(randomFrom('7'), 5));
    expect(take(randomFrom(-0), 5)).toEqual(take(randomFrom(0), 5));
  });

  test('starts neighbouring seeds in unrelated places', () => {
    const firsts = Array.from({ length: 100_000 }, (_, seed) => randomFrom(seed)());
    expect(new Set(firsts).size).toBe(100_000);
    let product = 0;
    for (let i = 1; i < firsts.length; i++) product += ((firsts[i] ?? 0) - 0.5) * ((firsts[i - 1] ?? 0) - 0.5);
    expect(Math.abs((product / firsts.length) * 12)).toBeLessThan(0.01);
  });

  test('is even over [0, 1): ten bins of a hundred thousand numbers each hold a tenth', () => {
    const next = randomFrom('even');
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const value = next();
      expect(value >= 0 && value < 1).toBe(true);
      const bin = Math.floor(value * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // 9 degrees of freedom: chi-square above 27.9 has a chance of 0.1 %
    expect(bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
  });
});
