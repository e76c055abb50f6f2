/** A kind of actor whose mistakes show: purses that pay each other, each payment once, whatever happens to nodes. */

import { message } from '#kernel';
import type { ActorKind, Command, Refusal } from '#kernel';

interface Pay extends Command<number> {
  readonly type: 'Pay';
  readonly to: string;
  readonly amount: number;
}
interface Receive extends Command<null> {
  readonly type: 'Receive';
  readonly amount: number;
}
export interface PurseView {
  readonly balance: number;
  /** Payments made, each by a command of its own. */
  readonly paid: number;
}
interface Look extends Command<PurseView> {
  readonly type: 'Look';
}
type PurseCommand = Pay | Receive | Look;
type PurseEvent =
  | { readonly type: 'Paid'; readonly amount: number }
  | { readonly type: 'Received'; readonly amount: number };

export const purseBegins = 1_000_000;

export const purse: ActorKind<PurseCommand, PurseView, PurseEvent, Refusal> = {
  name: 'purse',
  durability: 'journal',
  initialState: () => ({ balance: purseBegins, paid: 0 }),
  decide: {
    Pay: ({ to, amount }, { balance }) => ({
      events: [{ type: 'Paid', amount }],
      send: [message(purse, to, { type: 'Receive', amount })],
      reply: balance - amount,
    }),
    Receive: ({ amount }) => ({ events: [{ type: 'Received', amount }], reply: null }),
    Look: (_command, purseNow) => ({ reply: purseNow }),
  },
  evolve: ({ balance, paid }, event) =>
    event.type === 'Paid'
      ? { balance: balance - event.amount, paid: paid + 1 }
      : { balance: balance + event.amount, paid },
  snapshot: { schema: 1, everyEvents: 50 },
};
