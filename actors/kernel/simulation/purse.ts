/** The actors of the simulation: purses that send each other money, with everything that can be under way. */

import type { ActorKind } from '../actor-kind.ts';
import type { Command, Refusal } from '../command.ts';

/** Each command has a token of its own, which its events carry: so it can be seen what was applied how often. */
export type PurseCommand =
  | (Command<Balance> & { readonly type: 'Deposit'; readonly token: string; readonly amount: number })
  | (Command<Balance> & {
      readonly type: 'Transfer';
      readonly token: string;
      readonly amount: number;
      readonly to: string;
    })
  | (Command<Balance> & { readonly type: 'Receive'; readonly token: string; readonly amount: number })
  /** A deposit, later. */
  | (Command<Balance> & { readonly type: 'Remind'; readonly token: string; readonly amount: number })
  | (Command<Balance> & { readonly type: 'Ring'; readonly token: string; readonly amount: number })
  | (Command<Balance> & { readonly type: 'Work'; readonly token: string })
  | (Command<Balance> & { readonly type: 'EndWork'; readonly token: string })
  | (Command<Balance> & { readonly type: 'Look' })
  | (Command<Balance> & { readonly type: 'Break' });

interface Balance {
  readonly balance: number;
}

export interface PurseEvent {
  readonly type: 'Deposited' | 'Sent' | 'Received' | 'Reminded' | 'Rang' | 'WorkBegun' | 'WorkEnded';
  readonly token: string;
  /** What it adds to the balance. */
  readonly amount: number;
}

interface PurseState extends Balance {
  /** Tokens of work that is under way. */
  readonly works: readonly string[];
}

export interface TooLittle extends Refusal {
  readonly balance: number;
}

export type Purse = ActorKind<PurseCommand, PurseState, PurseEvent, TooLittle>;

const remindAfterMsMax = 400;
const snapshotEveryEvents = 7;

interface PurseOptions {
  /** Whether the decider has a defect just now. */
  readonly isBroken: () => boolean;
  /** Resolves when a piece of work is done. */
  readonly work: () => Promise<void>;
}

export const purseOf = ({ isBroken, work }: PurseOptions): Purse => {
  const added = (type: PurseEvent['type'], token: string, amount: number, { balance }: PurseState) => {
    if (isBroken()) throw new Error('The decider is broken just now.');
    return { events: [{ type, token, amount }], reply: { balance: balance + amount } };
  };
  return {
    name: 'purse',
    durability: 'journal',
    initialState: () => ({ balance: 0, works: [] }),
    decide: {
      Deposit: ({ token, amount }, state) => added('Deposited', token, amount, state),
      Transfer: ({ token, amount, to }, state) =>
        amount > state.balance
          ? { refusal: { code: 'too-little', message: 'There is too little in it.', balance: state.balance } }
          : {
              ...added('Sent', token, -amount, state),
              send: [{ to: { kind: 'purse', id: to }, command: { type: 'Receive', token, amount } as Command }], // of this kind
            },
      Receive: ({ token, amount }, state) => added('Received', token, amount, state),
      Remind: ({ token, amount }, state, { now }) => ({
        ...added('Reminded', token, 0, state),
        timers: [
          {
            type: 'set',
            name: token,
            at: now + ((amount * 37) % remindAfterMsMax),
            command: { type: 'Ring', token, amount } as Command, // of this kind
          },
        ],
      }),
      Ring: ({ token, amount }, state) => added('Rang', token, amount, state),
      Work: ({ token }, state) => ({
        ...added('WorkBegun', token, 0, state),
        effects: [{ type: 'task', task: 'work', input: token }],
      }),
      EndWork: ({ token }, state) =>
        state.works.includes(token) ? added('WorkEnded', token, 0, state) : { reply: { balance: state.balance } },
      Look: (_command, { balance }) => ({ reply: { balance } }),
      Break: () => {
        throw new Error('broken');
      },
    },
    evolve: ({ balance, works }, { type, token, amount }) => ({
      balance: balance + amount,
      works:
        type === 'WorkBegun' ? [...works, token] : type === 'WorkEnded' ? works.filter((one) => one !== token) : works,
    }),
    tasks: {
      work: async (token: string) => {
        await work();
        return { type: 'EndWork', token };
      },
    },
    recovered: ({ works }) => works.map((token) => ({ type: 'task', task: 'work', input: token })),
    publish: ({ token }, id) => [{ channel: id, data: token }],
    snapshot: { schema: 1, everyEvents: snapshotEveryEvents },
  };
};
