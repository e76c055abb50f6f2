/** Against a map, under any order of keeping and deleting. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentById } from './recent-by-id.ts';

it('holds what a map would', () => {
  const action = fc.record({ id: fc.integer({ min: 0, max: 30 }), keeps: fc.boolean() });
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
        for (let other = 0; other <= 31; other++) expect(recent.get(other)).toBe(map.get(other));
      }
    }),
  );
});
