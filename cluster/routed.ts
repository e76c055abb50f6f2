/** What the router brings to actors. */

import type { ActorAddress, Cause, Message, OperatorRequest, Question } from '#kernel';

/** A question on its way. */
export interface Asked {
  readonly type: 'ask';
  readonly to: ActorAddress;
  readonly question: Question;
  readonly isInternal: boolean;
}

export interface Told {
  readonly type: 'tell';
  readonly message: Message;
  readonly cause: Cause;
  readonly since: number;
}

export interface Operated {
  readonly type: 'operate';
  readonly request: OperatorRequest;
  readonly since: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (outage: Error) => void;
}

export type Routed = Asked | Told | Operated;

/** Of what nobody waits for by a deadline of his own. */
const patienceMs = 30_000;

/** Whether somebody, or nobody any more, waits for it. */
export const isOverdue = (one: Routed, now: number): boolean =>
  one.type === 'ask' ? one.question.isSettled || one.question.dueAt <= now : now - one.since > patienceMs;
