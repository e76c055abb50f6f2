/** A volatile kind of actor that talks: to others, into streams, and about what it has heard. */

import type { ActorKind } from '../actor-kind.ts';
import type { Command, Refusal, Streams } from '../command.ts';
import type { Effect } from '../decision.ts';

export type TalkerCommand =
  | (Command<void> & { readonly type: 'Note'; readonly text: string })
  | (Command<readonly string[]> & { readonly type: 'Recite' })
  /** Begins a task that waits for turns of the event loop. */
  | (Command<void> & { readonly type: 'Work' })
  | (Command<void> & { readonly type: 'WorkDone' })
  | (Command<void> & { readonly type: 'Watch'; readonly other: string })
  | (Command<void> & { readonly type: 'Unwatch'; readonly other: string })
  /** Passes the command on to the next of those in the circle. */
  | (Command<void> & { readonly type: 'Pass'; readonly to: readonly string[] })
  | (Command<number> & { readonly type: 'CountPasses' })
  /** Says so many numbers, and ends unless it is to stay open. */
  | (Command<number> &
      Streams<{ readonly number: number }> & {
        readonly type: 'Tell';
        readonly count: number;
        readonly isOpen?: boolean;
      });

interface TooFew extends Refusal {
  readonly code: 'too-few';
}

interface TalkerEvent {
  readonly type: 'Heard' | 'Passed';
  readonly text: string;
}

interface TalkerState {
  readonly heard: readonly string[];
  readonly passes: number;
}

export type Talker = ActorKind<TalkerCommand, TalkerState, TalkerEvent, TooFew>;

export const talkerOf = (): Talker => {
  const heard = (text: string) => ({ events: [{ type: 'Heard', text }] as const, reply: undefined });
  return {
    name: 'talker',
    durability: 'volatile',
    initialState: () => ({ heard: [], passes: 0 }),
    decide: {
      Note: ({ text }) => heard(text),
      Recite: (_command, state) => ({ reply: state.heard }),
      Work: () => ({ reply: undefined, effects: [{ type: 'task', task: 'work', input: null }] }),
      WorkDone: () => heard('work done'),
      Watch: ({ other }) => ({
        reply: undefined,
        effects: [
          {
            type: 'watch',
            actor: { kind: 'talker', id: other },
            tell: { type: 'Note', text: `${other} is gone` } as Command, // of this kind
          },
        ],
      }),
      Unwatch: ({ other }) => ({
        reply: undefined,
        effects: [{ type: 'unwatch', actor: { kind: 'talker', id: other } }],
      }),
      Pass: ({ to }, _state, { id }) => {
        const [next = id, ...others] = to;
        const command = { type: 'Pass', to: [...others, id] } as Command; // of this kind
        return {
          events: [{ type: 'Passed', text: next }],
          reply: undefined,
          effects: [{ type: 'tell', message: { to: { kind: 'talker', id: next }, command } }],
        };
      },
      CountPasses: (_command, { passes }) => ({ reply: passes }),
      Tell: ({ count, isOpen = false }, _state, { stream }) => {
        if (count < 0) return { refusal: { code: 'too-few', message: `${count} numbers can't be said.` } };
        if (stream === null) return { reply: count };
        const items = Array.from({ length: count }, (_, number): Effect => ({
          type: 'stream',
          to: stream,
          item: { number },
        }));
        return { reply: count, effects: isOpen ? items : [...items, { type: 'end-stream', to: stream }] };
      },
    },
    evolve: (state, { type, text }) =>
      type === 'Passed' ? { ...state, passes: state.passes + 1 } : { ...state, heard: [...state.heard, text] },
    tasks: {
      work: async () => {
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
        return { type: 'WorkDone' };
      },
    },
    streamClosed: () => ({ type: 'Note', text: 'nobody listens' }),
  };
};
