import { expect, test } from 'vitest';
import { eventsBehind, Lag } from './lag.ts';

const places = (...given: readonly number[]): Float64Array => Float64Array.from(given);

test('a reader is as many events behind as it has not read, in all shards together', () => {
  expect(eventsBehind(places(3, 0, 7), places(5, 4, 7))).toBe(6);
  // Further than was told: what it has read it has read.
  expect(eventsBehind(places(9, 0), places(5, 4))).toBe(4);
});

test('a reader with nothing left to read is not behind, however long nothing came', () => {
  const lag = new Lag(0);
  expect(lag.msBehind(places(5), places(5), 1_000_000)).toBe(0);
});

test('a reader that has not had everything yet is behind since it began', () => {
  const lag = new Lag(100);
  lag.note(places(1), places(9), 200);
  lag.note(places(2), places(9), 300);
  expect(lag.msBehind(places(2), places(9), 350)).toBe(250);
});

test('a reader that keeps up is behind by a moment, though there is always more', () => {
  const lag = new Lag(0);
  for (let step = 1; step <= 50; step++) lag.note(places(step * 10 - 5), places(step * 10), step * 100);
  // At 4,900 there were 490, and it has had those at 5,000.
  expect(lag.msBehind(places(495), places(500), 5_010)).toBe(110);
});

test('a reader that stands still is further behind by the moment', () => {
  const lag = new Lag(0);
  lag.note(places(5), places(5), 1_000);
  lag.note(places(5), places(6), 2_000);
  lag.note(places(5), places(9), 3_000);
  expect(lag.msBehind(places(5), places(9), 61_000)).toBe(60_000);
});
