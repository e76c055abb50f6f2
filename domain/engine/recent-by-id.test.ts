/** Against a map, under any order of keeping and deleting. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentById } from './recent-by-id.ts';

const asked = [...Array.from({ length: 32 }, (_, i) => i), 70, 95, 500, 10_000];

it('holds what a map would', () => {
  const action = fc.record({
    id: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(70, 95, 500, 10_000)),
    keeps: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const recent = new RecentById<object>();
      const map = new Map<number, object>();
      for (const { id, keeps } of actions) {
        const item = {};
        if (keeps) recent.set(id, item);
        else recent.delete(id);
        if (keeps) map.set(id, item);
        else map.delete(id);
        for (const other of asked) expect(recent.get(other)).toBe(map.get(other));
      }
    }),
  );
});

// A list over all of them would be eight gigabytes.
it('holds ids that stand far apart without a list over all between them', () => {
  const recent = new RecentById<{ readonly id: number }>();
  for (let i = 0; i < 100_000; i++) recent.set(i * 10_000, { id: i });
  expect(recent.get(99_999 * 10_000)).toEqual({ id: 99_999 });
});
