import { expect, test } from 'vitest';
import { PublishingLag } from './publishing-lag.ts';

const told = (...places: readonly number[]): ReadonlyMap<number, number> => new Map(places.entries());
const heads = (...places: readonly number[]): Float64Array => Float64Array.from(places);

test('what has nothing left to tell is not behind, however long nothing came', () => {
  expect(new PublishingLag(0).msBehind(told(5, 2), heads(5, 2), 1_000_000)).toBe(0);
});

test('shards of other nodes do not count', () => {
  expect(new PublishingLag(0).msBehind(told(5), heads(5, 9), 1_000)).toBe(0);
});

test('what keeps up is behind by a moment, though there is always more', () => {
  const lag = new PublishingLag(0);
  for (let step = 1; step <= 50; step++) lag.note(told(step * 10 - 5), heads(step * 10), step * 100);
  // At 4,900 there were 490.
  expect(lag.msBehind(told(495), heads(500), 5_010)).toBe(110);
});

test('what stands still is further behind by the moment', () => {
  const lag = new PublishingLag(0);
  lag.note(told(5), heads(5), 1_000);
  for (const atMs of [2_000, 3_000]) lag.note(told(5), heads(9), atMs);
  expect(lag.msBehind(told(5), heads(9), 61_000)).toBe(60_000);
});
