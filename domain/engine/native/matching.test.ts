/** The pure rules of matching, as tables: by hand, for a buy, and mirrored for a sell. */

import { describe, expect, it } from 'vitest';
import { limitFillPrice, stopFillPrice, trailingLevel } from './matching.ts';

/** A price mirrored at 100: what holds for a buy at p holds for a sell at 200 − p. */
const mirror = (price: number): number => 200 - price;

describe('a limit order', () => {
  it.each([
    // limit, start, low, high, filled at
    ['fills at its limit when the price comes down to it', 98, 100, 97, 101, 98],
    ['fills when the price only touches it', 97, 100, 97, 101, 97],
    ['does not fill a hair above it', 96.99, 100, 97, 101, NaN],
    ['fills at the open when that is better', 98, 95, 94, 99, 95],
    ['fills at the open when that is its limit', 98, 98, 94, 99, 98],
  ])('%s', (_, limit, start, low, high, expected) => {
    expect(limitFillPrice(1, limit, start, low, high)).toBe(expected);
    expect(limitFillPrice(-1, mirror(limit), mirror(start), mirror(high), mirror(low))).toBe(mirror(expected));
  });
});

describe('a stop order', () => {
  it.each([
    ['fills at its stop when the price comes up to it', 102, 100, 99, 103, 102],
    ['fills when the price only touches it', 103, 100, 99, 103, 103],
    ['does not fill a hair below it', 103.01, 100, 99, 103, NaN],
    ['fills at the open when the price gaps over it', 102, 105, 104, 106, 105],
    ['fills at the open when that is its stop', 102, 102, 99, 103, 102],
  ])('%s', (_, stop, start, low, high, expected) => {
    expect(stopFillPrice(1, stop, start, low, high)).toBe(expected);
    expect(stopFillPrice(-1, mirror(stop), mirror(start), mirror(high), mirror(low))).toBe(mirror(expected));
  });
});

describe('a trailing stop', () => {
  it('stands below the best price of a long and above that of a short', () => {
    expect(trailingLevel(-1, 110, { amount: 3 })).toBe(107);
    expect(trailingLevel(1, 90, { amount: 3 })).toBe(93);
    expect(trailingLevel(-1, 200, { fraction: 0.05 })).toBe(190);
    expect(trailingLevel(1, 200, { fraction: 0.05 })).toBe(210);
  });
});
