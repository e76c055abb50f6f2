/**
 * Given the events, when the command, then the decision: how the decider of a kind is tested, without
 * anything running.
 *
 * `given(account, [opened]).when({ type: 'Withdraw', amount: 5 }).then({ refusal: { code: 'insufficient-funds' } })`
 */

import { expect } from 'vitest';
import type { ActorKind, DecideContext } from '../actor-kind.ts';
import type { Command, DomainEvent, Refusal, ReplyTo } from '../command.ts';
import type { Decision } from '../decision.ts';

/** What must come out: `events` none unless said; of the rest what is said, and a refusal only if it is said. */
interface Expected<E, Reply, R> extends Partial<
  Pick<Decision<E & DomainEvent, unknown, Refusal>, 'timers' | 'send' | 'effects' | 'claims' | 'releases'>
> {
  readonly events?: readonly E[];
  readonly reply?: Reply;
  readonly refusal?: Partial<R>;
}

interface Outcome<S, E extends DomainEvent, Reply, R extends Refusal> {
  readonly decision: Decision<E, Reply, R>;
  /** After the decision's events. */
  readonly state: S;
  /** Compares; a refusal needs only the parts that are named. */
  readonly then: (expected: Expected<E, Reply, R>) => Outcome<S, E, Reply, R>;
}

interface Given<C extends Command, S, E extends DomainEvent, R extends Refusal> {
  readonly state: S;
  readonly when: <T extends C>(command: T, context?: Partial<DecideContext>) => Outcome<S, E, ReplyTo<T>, R>;
}

export const given = <C extends Command, S, E extends DomainEvent, R extends Refusal>(
  kind: ActorKind<C, S, E, R>,
  events: readonly NoInfer<E>[],
  { id = 'the-one', now = Date.UTC(2026, 0, 1) }: { readonly id?: string; readonly now?: number } = {},
): Given<C, S, E, R> => {
  const state = events.reduce(kind.evolve, kind.initialState(id));
  return {
    state,
    when: <T extends C>(command: T, context: Partial<DecideContext> = {}) => {
      // The table has under a command's type the function for that command; a lookup by a variable loses this.
      const decide = kind.decide[command.type as C['type']] as unknown as (
        command: T,
        state: S,
        context: DecideContext,
      ) => Decision<E, ReplyTo<T>, R>;
      const decision = decide(command, state, {
        id,
        now,
        seq: events.length,
        commandId: null,
        stream: null,
        ...context,
      });
      const outcome: Outcome<S, E, ReplyTo<T>, R> = {
        decision,
        state: (decision.events ?? []).reduce(kind.evolve, state),
        // oxlint-disable-next-line unicorn/no-thenable -- reads as given/when/then; never awaited
        then: (expected) => {
          compare(decision, expected);
          return outcome;
        },
      };
      return outcome;
    },
  };
};

const compare = <E extends DomainEvent, Reply, R extends Refusal>(
  decision: Decision<E, Reply, R>,
  expected: Expected<E, Reply, R>,
): void => {
  if (expected.refusal === undefined) expect(decision.refusal).toBeUndefined();
  else expect(decision.refusal).toMatchObject(expected.refusal);
  expect(decision.events ?? []).toEqual(expected.events ?? []);
  if ('reply' in expected) expect(decision.reply).toEqual(expected.reply);
  for (const part of ['timers', 'send', 'effects', 'claims', 'releases'] as const) {
    if (expected[part] !== undefined) expect(decision[part] ?? []).toEqual(expected[part]);
  }
};
