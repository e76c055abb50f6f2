import { expect, test } from 'vitest';
import { Standstill } from './standstill.ts';

test('counts from when there is something to do and nothing moves', () => {
  const standstill = new Standstill();
  expect(standstill.note({ isBehind: false, progress: 5 }, 0)).toBe(0);
  // Nothing to do is no standstill, however long.
  expect(standstill.note({ isBehind: true, progress: 5 }, 60_000)).toBe(0);
  expect(standstill.note({ isBehind: true, progress: 5 }, 61_000)).toBe(1_000);
  expect(standstill.note({ isBehind: true, progress: 6 }, 62_000)).toBe(0);
  expect(standstill.note({ isBehind: true, progress: 6 }, 65_000)).toBe(3_000);
  expect(standstill.note({ isBehind: false, progress: 9 }, 66_000)).toBe(0);
  expect(standstill.note({ isBehind: true, progress: 9 }, 67_000)).toBe(0);
});
