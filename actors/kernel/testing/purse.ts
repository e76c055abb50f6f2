/** A kind of actor that the kernel's own tests run: a purse that can do one of everything. */

import type { ActorKind, Command, Refusal, TimerChange } from '../index.ts';
import type { Message } from '../command.ts';

export type PurseCommand =
  | (Command<number> & { readonly type: 'Put'; readonly amount: number })
  | (Command<number> & { readonly type: 'Read' })
  | (Command & { readonly type: 'Break'; readonly in: 'decide' | 'evolve' })
  | (Command & { readonly type: 'Name'; readonly name: string })
  | (Command & { readonly type: 'Wait'; readonly timers: readonly TimerChange[] })
  | (Command & { readonly type: 'Send'; readonly messages: readonly Message[] })
  | (Command & { readonly type: 'Work'; readonly input: string })
  | (Command & { readonly type: 'StopWork' })
  | (Command & { readonly type: 'WorkDone'; readonly output: string });

export type PurseEvent =
  | { readonly type: 'Put'; readonly amount: number }
  | { readonly type: 'Named'; readonly name: string }
  | { readonly type: 'Waited' }
  | { readonly type: 'Sent' }
  | { readonly type: 'Broken' }
  | { readonly type: 'WorkStarted'; readonly input: string }
  | { readonly type: 'WorkEnded'; readonly output: string };

export interface PurseState {
  readonly sum: number;
  readonly work: string | null;
  readonly outputs: readonly string[];
}

export interface PurseRefusal extends Refusal {
  readonly code: 'too-much' | 'name-taken';
}

const purseMax = 1_000;

export const purse: ActorKind<PurseCommand, PurseState, PurseEvent, PurseRefusal> = {
  name: 'purse',
  durability: 'journal',
  initialState: () => ({ sum: 0, work: null, outputs: [] }),
  decide: {
    Put: ({ amount }, { sum }) =>
      sum + amount > purseMax
        ? { refusal: { code: 'too-much', message: `${sum} + ${amount} is more than ${purseMax}.` } }
        : { events: [{ type: 'Put', amount }], reply: sum + amount },
    Read: (_command, { sum }) => ({ reply: sum }),
    Break: (command) => {
      if (command.in === 'decide') throw new Error('broken in decide');
      return { events: [{ type: 'Broken' }], reply: undefined };
    },
    Name: ({ name }) => ({
      events: [{ type: 'Named', name }],
      claims: [{ scope: 'purse-name', value: name, refusal: { code: 'name-taken', message: `${name} is taken.` } }],
      reply: undefined,
    }),
    Wait: ({ timers }) => ({ events: [{ type: 'Waited' }], timers, reply: undefined }),
    Send: ({ messages }) => ({ events: [{ type: 'Sent' }], send: messages, reply: undefined }),
    Work: ({ input }) => ({
      events: [{ type: 'WorkStarted', input }],
      effects: [{ type: 'task', task: 'work', input }],
      reply: undefined,
    }),
    StopWork: () => ({ effects: [{ type: 'abort', task: 'work' }], reply: undefined }),
    WorkDone: ({ output }) => ({ events: [{ type: 'WorkEnded', output }], reply: undefined }),
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'Put':
        return { ...state, sum: state.sum + event.amount };
      case 'WorkStarted':
        return { ...state, work: event.input };
      case 'WorkEnded':
        return { ...state, work: null, outputs: [...state.outputs, event.output] };
      case 'Broken':
        throw new Error('broken in evolve');
      default:
        return state;
    }
  },
  recovered: ({ work }) => (work === null ? [] : [{ type: 'task', task: 'work', input: work }]),
  publish: (event, id) => (event.type === 'Put' ? [{ channel: `purse:${id}`, data: event.amount }] : []),
};
