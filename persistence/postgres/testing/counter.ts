/** A kind of actor for tests on a real journal: it counts. */

import type { ActorKind, Command, Refusal } from '#kernel';

interface Put extends Command<number> {
  readonly type: 'Put';
}
interface Read extends Command<number> {
  readonly type: 'Read';
}

export const counter: ActorKind<Put | Read, number, { readonly type: 'Put' }, Refusal> = {
  name: 'counter',
  durability: 'journal',
  initialState: () => 0,
  decide: {
    Put: (_command, count) => ({ events: [{ type: 'Put' }], reply: count + 1 }),
    Read: (_command, count) => ({ reply: count }),
  },
  evolve: (count) => count + 1,
};
