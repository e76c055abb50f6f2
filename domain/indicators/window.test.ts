import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RollingCovariance, RollingLine } from './paired-window.ts';
import { Lag, RollingMax, RollingMin, RollingMoments, RollingPeak, RollingSum } from './window.ts';

const anyValues = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })), {
  minLength: 1,
  maxLength: 60,
});
const anyLength = fc.integer({ min: 1, max: 12 });

/** Checks a window against a plain computation over the newest values, once it is full. */
const holdsAgainst = (
  plain: (newest: readonly number[], bar: number) => number,
  push: (length: number) => (value: number) => number,
  tolerance = 1e-9,
) =>
  fc.assert(
    fc.property(anyValues, anyLength, (values, length) => {
      const step = push(length);
      values.forEach((value, bar) => {
        const got = step(value);
        if (bar < length - 1) return;
        const newest = values.slice(bar - length + 1, bar + 1);
        const expected = plain(newest, bar);
        const size = Math.max(1, ...newest.map(Math.abs));
        expect(Math.abs(got - expected)).toBeLessThanOrEqual(tolerance * size * size);
      });
    }),
  );

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]) => total(values) / values.length;

describe('a rolling window', () => {
  it('sums its newest values', () => {
    holdsAgainst(total, (length) => {
      const window = new RollingSum(length);
      return (value) => window.push(value);
    });
  });

  it('sums without a trace of values that have left it', () => {
    const window = new RollingSum(3);
    for (const value of [1e300, -7, 0.1, NaN, 1, 2]) window.push(value);
    expect(window.push(3)).toBe(6);
    for (let i = 0; i < 10_000; i++) window.push(i % 2 === 0 ? 1e16 : 0.1);
    window.push(0.25);
    window.push(0.5);
    expect(window.push(1)).toBe(1.75);
  });

  it('finds its largest and smallest value', () => {
    holdsAgainst(
      (values) => Math.max(...values),
      (length) => {
        const window = new RollingMax(length);
        return (value) => window.push(value);
      },
      0,
    );
    holdsAgainst(
      (values) => Math.min(...values),
      (length) => {
        const window = new RollingMin(length);
        return (value) => window.push(value);
      },
      0,
    );
  });

  it('finds the newest of its largest values', () => {
    holdsAgainst(
      (values, bar) => bar - values.length + 1 + values.lastIndexOf(Math.max(...values)),
      (length) => {
        const window = new RollingPeak(length, true);
        return (value) => window.push(value);
      },
      0,
    );
  });

  it('finds the largest value that a rescan finds: the oldest of equals after the last one has left', () => {
    const window = new RollingPeak(3, false);
    expect([5, 5, 1, 2, 2, 1, 0].map((value) => window.push(value))).toEqual([0, 1, 1, 1, 4, 4, 4]);
    const other = new RollingPeak(3, false);
    expect([9, 4, 4, 3].map((value) => other.push(value))).toEqual([0, 0, 0, 1]);
  });

  it('knows mean and squared deviations', () => {
    const moments = (read: (window: RollingMoments) => number) => (length: number) => {
      const window = new RollingMoments(length);
      return (value: number) => {
        window.push(value);
        return read(window);
      };
    };
    holdsAgainst(
      mean,
      moments((window) => window.mean),
    );
    holdsAgainst(
      (values) => total(values.map((value) => (value - mean(values)) ** 2)),
      moments((window) => window.squares),
    );
  });

  it('has exactly no deviation where values are constant, at any height', () => {
    const window = new RollingMoments(7);
    for (let i = 0; i < 50; i++) window.push(123_456_789.123);
    expect(window.squares).toBe(0);
  });

  it('sums by age for the fitted line', () => {
    holdsAgainst(
      (values) => total(values.map((value, i) => value * (values.length - 1 - i))),
      (length) => {
        const line = new RollingLine(length);
        return (value) => {
          line.push(value);
          return line.sumByAge;
        };
      },
    );
  });

  it('knows the covariance of pairs', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: -100, max: 100, noNaN: true })),
          { minLength: 1, maxLength: 40 },
        ),
        anyLength,
        (pairs, length) => {
          const window = new RollingCovariance(length);
          pairs.forEach(([x, y], bar) => {
            window.push(x, y);
            if (bar < length - 1) return;
            const newest = pairs.slice(bar - length + 1, bar + 1);
            const meanX = mean(newest.map((pair) => pair[0]));
            const meanY = mean(newest.map((pair) => pair[1]));
            expect(window.products).toBeCloseTo(total(newest.map((pair) => (pair[0] - meanX) * (pair[1] - meanY))), 6);
            expect(window.squaresX).toBeCloseTo(total(newest.map((pair) => (pair[0] - meanX) ** 2)), 6);
            expect(window.squaresY).toBeCloseTo(total(newest.map((pair) => (pair[1] - meanY) ** 2)), 6);
          });
        },
      ),
    );
  });

  it('gives the value from so many bars ago', () => {
    const past = new Lag(2);
    expect([1, 2, 3, 4].map((value) => past.push(value))).toEqual([NaN, NaN, 1, 2]);
  });
});
