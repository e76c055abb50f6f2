/** The actors of the simulation: purses that send each other money, with everything that can be under way. */

import type { ActorKind } from '../actor-kind.ts';
import type { Command, Refusal } from '../command.ts';
import type { TimerChange } from '../decision.ts';

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
  /** A deposit, later: the reminder has the command's token. */
  | (Command<Balance> & { readonly type: 'Remind'; readonly token: string; readonly amount: number })
  /** The oldest reminder, later still, or never. */
  | (Command<Balance> & { readonly type: 'Postpone'; readonly token: string; readonly amount: number })
  | (Command<Balance> & { readonly type: 'Forget'; readonly token: string })
  | (Command<Balance> & { readonly type: 'Ring'; readonly token: string; readonly dueAt: number })
  | (Command<Balance> & { readonly type: 'Work'; readonly token: string })
  | (Command<Balance> & { readonly type: 'EndWork'; readonly token: string })
  | (Command<Balance> & { readonly type: 'Look' })
  | (Command<Balance> & { readonly type: 'Break' });

interface Balance {
  readonly balance: number;
}

export interface PurseEvent {
  readonly type:
    | 'Deposited'
    | 'Sent'
    | 'Received'
    | 'Reminded'
    | 'Postponed'
    | 'Forgot'
    | 'Rang'
    | 'WorkBegun'
    | 'WorkEnded';
  readonly token: string;
  /** What it adds to the balance. */
  readonly amount: number;
  /** Of which reminder it tells, and when that is to ring from now on. */
  readonly reminder?: Reminder;
}

interface Reminder {
  readonly token: string;
  readonly dueAt: number;
  /** What it brings. */
  readonly amount: number;
}

interface PurseState extends Balance {
  /** Tokens of work that is under way. */
  readonly works: readonly string[];
  /** Oldest first. */
  readonly reminders: readonly Reminder[];
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
  const done = (event: PurseEvent, { balance }: PurseState) => {
    if (isBroken()) throw new Error('The decider is broken just now.');
    return { events: [event], reply: { balance: balance + event.amount } };
  };
  const added = (type: PurseEvent['type'], token: string, amount: number, state: PurseState) =>
    done({ type, token, amount }, state);
  const nothing = ({ balance }: PurseState) => ({ reply: { balance } });
  return {
    name: 'purse',
    durability: 'journal',
    initialState: () => ({ balance: 0, works: [], reminders: [] }),
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
      Remind: ({ token, amount }, state, { now }) => {
        const reminder = { token, amount, dueAt: now + ((amount * 37) % remindAfterMsMax) };
        return { ...done({ type: 'Reminded', token, amount: 0, reminder }, state), timers: [ringing(reminder)] };
      },
      Postpone: ({ token, amount }, state) => {
        const [oldest] = state.reminders;
        if (oldest === undefined) return nothing(state);
        const reminder = { ...oldest, dueAt: oldest.dueAt + amount * 13 };
        return { ...done({ type: 'Postponed', token, amount: 0, reminder }, state), timers: [ringing(reminder)] };
      },
      Forget: ({ token }, state) => {
        const [reminder] = state.reminders;
        if (reminder === undefined) return nothing(state);
        const timers: TimerChange[] = [{ type: 'clear', name: reminder.token }];
        return { ...done({ type: 'Forgot', token, amount: 0, reminder }, state), timers };
      },
      // It may still ring for the time from which it has been moved, or after it was cleared.
      Ring: ({ token, dueAt }, state) => {
        const reminder = state.reminders.find((one) => one.token === token);
        return reminder?.dueAt !== dueAt
          ? nothing(state)
          : done({ type: 'Rang', token, amount: reminder.amount, reminder }, state);
      },
      Work: ({ token }, state) => ({
        ...added('WorkBegun', token, 0, state),
        effects: [{ type: 'task', task: 'work', input: token }],
      }),
      EndWork: ({ token }, state) =>
        state.works.includes(token) ? added('WorkEnded', token, 0, state) : nothing(state),
      Look: (_command, state) => nothing(state),
      Break: () => {
        throw new Error('broken');
      },
    },
    evolve: (state, event) => ({
      balance: state.balance + event.amount,
      works: worksAfter(state.works, event),
      reminders: remindersAfter(state.reminders, event),
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

const ringing = ({ token, dueAt }: Reminder): TimerChange => {
  const command: PurseCommand = { type: 'Ring', token, dueAt };
  return { type: 'set', name: token, at: dueAt, command };
};

const worksAfter = (works: readonly string[], { type, token }: PurseEvent): readonly string[] => {
  if (type === 'WorkBegun') return [...works, token];
  return type === 'WorkEnded' ? works.filter((one) => one !== token) : works;
};

const remindersAfter = (reminders: readonly Reminder[], { type, reminder }: PurseEvent): readonly Reminder[] => {
  if (reminder === undefined) return reminders;
  if (type === 'Reminded') return [...reminders, reminder];
  return reminders.flatMap((one) => {
    if (one.token !== reminder.token) return [one];
    return type === 'Postponed' ? [reminder] : [];
  });
};
