/** Grids and money: every number lands where decimal arithmetic would put it. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addQuanta,
  decimalGrid,
  fromSteps,
  gridOf,
  moneyDecimalsFor,
  nearestWhole,
  noGrid,
  notionalQuanta,
  NumberOverflow,
  stepsDown,
  stepsNearest,
  stepsTowardZero,
  stepsUp,
  unitValueOf,
} from './money.ts';

const grids = [1, 0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6, 1e-8, 0.5, 0.25, 0.05, 0.025, 5, 10, 100, 0.03125, 0.3].map(
  gridOf,
);

describe('a grid', () => {
  it('keeps every exact multiple of its step, in each direction of rounding', () => {
    fc.assert(
      fc.property(fc.constantFrom(...grids), fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (grid, steps) => {
        for (const value of [fromSteps(grid, steps), steps * grid.step]) {
          expect(stepsDown(grid, value)).toBe(steps);
          expect(stepsUp(grid, value)).toBe(steps);
          expect(stepsTowardZero(grid, value)).toBe(steps);
          expect(stepsNearest(grid, value)).toBe(steps);
        }
      }),
    );
  });

  it('loses no lot where floor(quantity / lot) loses one', () => {
    const lot = gridOf(0.001);
    let lostByFloor = 0;
    for (let lots = 1; lots <= 10_000; lots++) {
      const quantity = lots / 1000;
      if (Math.floor(quantity / 0.001) !== lots) lostByFloor++;
      expect(stepsDown(lot, quantity)).toBe(lots);
    }
    expect(lostByFloor).toBeGreaterThan(1000);
  });

  it('gives the double nearest to the decimal', () => {
    expect(fromSteps(gridOf(0.1), 3)).toBe(0.3);
    expect(fromSteps(gridOf(0.001), 1001)).toBe(1.001);
    expect(fromSteps(gridOf(0.01), 4_645_850)).toBe(46_458.5);
  });

  it('rounds what lies between two steps down, up, toward zero, and to the nearest', () => {
    const cents = gridOf(0.01);
    expect(stepsDown(cents, 1.239)).toBe(123);
    expect(stepsUp(cents, 1.231)).toBe(124);
    expect(stepsDown(cents, -1.239)).toBe(-124);
    expect(stepsTowardZero(cents, -1.239)).toBe(-123);
    expect(stepsNearest(cents, 1.235)).toBe(124);
    expect(stepsNearest(cents, -1.235)).toBe(-124);
  });

  it('never rounds a quantity up by a real part of a step', () => {
    fc.assert(
      fc.property(fc.constantFrom(...grids), fc.double({ min: 0, max: 1e6, noNaN: true }), (grid, value) => {
        const steps = stepsDown(grid, value);
        expect(fromSteps(grid, steps)).toBeLessThanOrEqual(value + grid.step * 0.01);
        expect(fromSteps(grid, steps + 1)).toBeGreaterThan(value - grid.step * 0.01);
      }),
    );
  });

  it('of step 0 leaves values as they are', () => {
    expect(stepsDown(noGrid, 1.23456)).toBe(1.23456);
    expect(fromSteps(noGrid, -0.1)).toBe(-0.1);
  });

  it('refuses more steps than can be counted exactly', () => {
    expect(() => stepsDown(gridOf(1e-8), 1e9)).toThrow(NumberOverflow);
    expect(() => stepsNearest(decimalGrid(8), 1e9)).toThrow(NumberOverflow);
  });
});

describe('money', () => {
  it.each([
    [100, 8],
    [10_000, 8],
    [900_000, 8],
    [1_000_000, 7],
    [10_000_000, 6],
    [1e9, 4],
    [1e12, 2],
  ])('of a capital of %d has %d decimals', (capital, decimals) => {
    expect(moneyDecimalsFor(capital)).toBe(decimals);
  });

  it('of lots at ticks is exact where the grids allow', () => {
    const money = decimalGrid(6);
    const unit = unitValueOf(money, 0.1, 0.01, 1);
    expect(unit).toEqual({ numerator: 1000, denominator: 1 });
    expect(notionalQuanta(money, unit, 464_585, 1)).toBe(464_585_000);
  });

  it('is rounded once to the quantum where it is finer than that', () => {
    const money = decimalGrid(2);
    const unit = unitValueOf(money, 0.01, 0.001, 1);
    expect(unit).toEqual({ numerator: 1, denominator: 1000 });
    expect(notionalQuanta(money, unit, 1499, 1)).toBe(1);
    expect(notionalQuanta(money, unit, 1500, 1)).toBe(2);
  });

  it('equals exact integer arithmetic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (ticks, lots) => {
        const money = decimalGrid(4);
        const quanta = notionalQuanta(money, unitValueOf(money, 0.01, 0.1, 1), ticks, lots);
        expect(BigInt(quanta)).toBe(BigInt(ticks) * BigInt(lots) * 10n);
      }),
    );
  });

  it('is exact where lots are so fine that only their number is too large', () => {
    const money = decimalGrid(8);
    const unit = unitValueOf(money, 0.01, 1e-8, 1);
    expect(unit).toEqual({ numerator: 1, denominator: 100 });
    // 123.45678901 coins at 60,000.07.
    expect(notionalQuanta(money, unit, 6_000_007, 12_345_678_901)).toBe(
      Number((6_000_007n * 12_345_678_901n + 50n) / 100n),
    );
  });

  it('refuses an amount past 2^53 quanta instead of giving a wrong one', () => {
    const money = decimalGrid(8);
    expect(() => notionalQuanta(money, unitValueOf(money, 0.01, 1, 1), 10_000_000, 1_000_000)).toThrow(NumberOverflow);
    expect(() => addQuanta(money, Number.MAX_SAFE_INTEGER, 1)).toThrow(
      expect.objectContaining({ code: 'money-overflow' }),
    );
  });

  it('rounds halves away from zero, and nothing below a half', () => {
    expect([0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 0].map(nearestWhole)).toEqual([1, -1, 2, 3, -3, 0, 0]);
  });
});
