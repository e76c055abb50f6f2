import { describe, expect, it } from 'vitest';
import { floorDivide } from './floor-divide.ts';

describe('floorDivide', () => {
  it('gives the floor of the true quotient', () => {
    expect(floorDivide(1, 0.1)).toBe(9);
    expect(floorDivide(7, 2)).toBe(3);
    expect(floorDivide(-7, 2)).toBe(-4);
  });
});
