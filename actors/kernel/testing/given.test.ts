/** The kit is tested on a counter that has a ceiling. */

import { describe, expect, test } from 'vitest';
import type { ActorKind, Command } from '../index.ts';
import { given } from './given.ts';

interface Add extends Command<number> {
  readonly type: 'Add';
  readonly by: number;
}
interface Added {
  readonly type: 'Added';
  readonly by: number;
}
interface TooMuch {
  readonly code: 'too-much';
  readonly message: string;
}

const counter: ActorKind<Add, number, Added, TooMuch> = {
  name: 'counter',
  durability: 'journal',
  initialState: () => 0,
  decide: {
    Add: ({ by }, sum) =>
      sum + by > 10
        ? { refusal: { code: 'too-much', message: `${sum} + ${by} is more than 10.` } }
        : { events: [{ type: 'Added', by }], reply: sum + by },
  },
  evolve: (sum, { by }) => sum + by,
};

describe('given, when, then', () => {
  test('compares events and reply', () => {
    const { state } = given(counter, [{ type: 'Added', by: 3 }])
      .when({ type: 'Add', by: 4 })
      .then({ events: [{ type: 'Added', by: 4 }], reply: 7 });
    expect(state).toBe(7);
  });

  test('compares the named parts of a refusal', () => {
    given(counter, [{ type: 'Added', by: 9 }])
      .when({ type: 'Add', by: 2 })
      .then({ refusal: { code: 'too-much' } });
  });

  test('fails on events that are not named, on another reply and on an unexpected refusal', () => {
    expect(() => given(counter, []).when({ type: 'Add', by: 1 }).then({ reply: 1 })).toThrow('expected');
    expect(() =>
      given(counter, [])
        .when({ type: 'Add', by: 1 })
        .then({ events: [{ type: 'Added', by: 1 }], reply: 2 }),
    ).toThrow('expected');
    expect(() => given(counter, []).when({ type: 'Add', by: 11 }).then({})).toThrow('expected');
  });
});
