import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdleList } from './idle-list.ts';
import type { Listed } from './idle-list.ts';

interface Sleeper extends Listed {
  readonly name: number;
  older: this | null;
  newer: this | null;
}

const sleeper = (name: number, lastTurnAt: number): Sleeper => ({ name, lastTurnAt, older: null, newer: null });

/** From the head on, and that the way back is the same. */
const namesOf = ({ oldest }: IdleList<Sleeper>): readonly number[] => {
  const names: number[] = [];
  let before: Sleeper | null = null;
  for (let at = oldest; at !== null; at = at.newer) {
    expect(at.older).toBe(before);
    names.push(at.name);
    before = at;
  }
  return names;
};

test('those that had no turn for longest come first, whoever comes, goes and has turns', () => {
  const step = fc.record({
    does: fc.constantFrom('add', 'remove', 'touch', 'renew'),
    whom: fc.nat(100),
    afterMs: fc.nat(900),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const list = new IdleList<Sleeper>();
      let model: Sleeper[] = [];
      let now = 0;
      let count = 0;
      for (const { does, whom, afterMs } of steps) {
        now += afterMs;
        const item = model[whom % Math.max(1, model.length)];
        if (does === 'add' || item === undefined) {
          const one = sleeper(count++, now);
          list.add(one);
          model.push(one);
        } else if (does === 'remove') {
          list.remove(item);
          model = model.filter((one) => one !== item);
        } else {
          // Turns within a second are one.
          const moves = does === 'renew' || now - item.lastTurnAt >= 1_000;
          if (does === 'renew') list.renew(item, now);
          else list.touch(item, now);
          if (moves) model = [...model.filter((one) => one !== item), item];
        }
        expect(namesOf(list)).toEqual(model.map(({ name }) => name));
        const times = model.map(({ lastTurnAt }) => lastTurnAt);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
      }
    }),
  );
});
