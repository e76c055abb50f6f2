/** One command decided: what the kind's decider says, the state that follows, and what is to be written. */

import type { DecideContext } from './actor-kind.ts';
import { appendOf } from './append.ts';
import type { Command } from './command.ts';
import type { Envelope } from './envelope.ts';
import type { Append } from './journal.ts';
import type { Residents } from './residents.ts';
import { verdictOf, verdictToJson } from './verdict.ts';
import type { AnyDecision } from './writes.ts';

interface Decided {
  readonly decision: AnyDecision;
  readonly state: unknown;
  /** JSON, for a command with an id. */
  readonly answer: string | null;
  /** Null where there is nothing to write. */
  readonly append: Append | null;
}

/** Throws what `decide` and `evolve` throw; nothing has been done by then. */
export const decided = (
  home: Residents,
  command: Command,
  envelope: Envelope | null,
  before: unknown,
  context: DecideContext,
): Decided => {
  const { kind, isDurable } = home;
  const decision = home.decide(command, before, context);
  let state = before;
  if (decision.events !== undefined) for (const event of decision.events) state = kind.evolve(state, event);
  const answer = context.commandId === null ? null : verdictToJson(verdictOf(decision));
  const append = isDurable
    ? appendOf({
        kind,
        address: { kind: kind.name, id: context.id },
        decision,
        envelope,
        answer,
        firstSeq: context.seq + 1,
        at: context.now,
      })
    : null;
  return { decision, state, answer, append };
};
