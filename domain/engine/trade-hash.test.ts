import { expect, it } from 'vitest';
import type { Fill } from './order.ts';
import { murmur128, TradeHasher } from './trade-hash.ts';

const fill: Fill = {
  order: 1,
  feed: 0,
  side: 'buy',
  quantity: 2,
  price: 10.5,
  commission: 0,
  step: 3,
  bar: 3,
  time: 0,
  tag: null,
};

const tradeHash = (fills: readonly Fill[]): string => {
  const hasher = new TradeHasher();
  for (const { feed, bar, side, quantity, price, commission } of fills)
    hasher.add(feed, bar, side === 'buy' ? quantity : -quantity, price, commission);
  return hasher.digest();
};

it('is MurmurHash3 x86-128, by its published vector', () => {
  const bytes = new TextEncoder().encode('The quick brown fox jumps over the lazy dog');
  expect(murmur128(bytes)).toBe('2f1583c3ecee2c675d7bf66ce5e91d2c');
  expect(murmur128(new Uint8Array())).toBe('0'.repeat(32));
});

it('covers the words of all fills as one piece, however many there are', () => {
  for (const count of [1, 255, 256, 257, 1_000]) {
    const fills = Array.from({ length: count }, (_, i) => ({ ...fill, bar: i, price: 10 + i / 3 }));
    const words = Float64Array.from(fills.flatMap(({ feed, bar, quantity, price }) => [feed, bar, quantity, price, 0]));
    expect(tradeHash(fills)).toBe(murmur128(new Uint8Array(words.buffer)));
  }
});

it('differs when a side, a bar, a quantity or the last bit of a price differs', () => {
  const hashes = [
    fill,
    { ...fill, side: 'sell' as const },
    { ...fill, bar: 4 },
    { ...fill, quantity: 3 },
    { ...fill, price: 10.500000000000002 },
  ].map((one) => tradeHash([one]));
  expect(new Set(hashes).size).toBe(5);
});

it('depends on the order of the fills and not on their labels', () => {
  const other = { ...fill, price: 11 };
  expect(tradeHash([fill, other])).not.toBe(tradeHash([other, fill]));
  expect(tradeHash([{ ...fill, tag: 'x', order: 9 }])).toBe(tradeHash([fill]));
});
