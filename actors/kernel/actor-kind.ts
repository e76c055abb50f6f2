/** The definition of a kind of actor: a decider, and how it is kept, told of and put to sleep. */

import type { Command, DomainEvent, Message, Refusal, ReplyTo, StreamedBy } from './command.ts';
import type { Decision, Effect } from './decision.ts';
import type { MailboxBounds } from './mailbox.ts';
import type { Cause } from './parcel.ts';

/** What a decider may know beside the command and the state: values, so that it stays pure. */
export interface DecideContext {
  /** The actor's own id. */
  readonly id: string;
  /** Milliseconds UTC. */
  readonly now: number;
  /** The number of the newest event in the state; the decision's first event gets the next one. */
  readonly seq: number;
  /** The command's id, the same when it is delivered again; null for reads that need none. */
  readonly commandId: string | null;
  /** Where the asker listens for more than the answer: the `to` of stream effects. */
  readonly stream: string | null;
}

/** One function for each type of command: exhaustive, each with the reply that its command names. */
export type Decide<C extends Command, S, E extends DomainEvent, R extends Refusal> = {
  readonly [T in C['type']]: (
    command: Extract<C, { readonly type: T }>,
    state: S,
    context: DecideContext,
  ) => Decision<E, ReplyTo<Extract<C, { readonly type: T }>>, R>;
};

/**
 * Work outside of the actor (a query, a compilation): runs at the edge, may be aborted, and ends in a
 * command to the actor. A rejection is a defect and restarts the actor, so expected failures are
 * commands too.
 */
export type Task<C extends Command> = (input: never, context: TaskContext) => Promise<C | null>;

export interface TaskContext {
  readonly id: string;
  /** Aborted when the actor stops or asks for it. */
  readonly signal: AbortSignal;
  /** To be given with what the task asks other actors. */
  readonly cause: Cause;
}

export interface ActorKind<
  C extends Command = never,
  S = never,
  E extends DomainEvent = DomainEvent,
  R extends Refusal = Refusal,
> {
  /** The part before the slash of its persistence ids; never changes once events are stored. */
  readonly name: string;
  /** `journal`: the state is what the committed events make of it. `volatile`: lost when the actor stops. */
  readonly durability: 'journal' | 'volatile';
  readonly initialState: (id: string) => S;
  readonly decide: Decide<C, S, E, R>;
  /** Never refuses: replay accepts whatever was once accepted. */
  readonly evolve: (state: S, event: E) => S;
  /** What to take up again after a recovery with events: work that had been under way. */
  readonly recovered?: (state: S, context: Pick<DecideContext, 'id' | 'now' | 'seq'>) => readonly Effect[];
  /** What the actor is told when somebody no longer listens to a stream that it was asked for. */
  readonly streamClosed?: (stream: string) => C;
  readonly tasks?: Readonly<Record<string, Task<C>>>;
  /** What those who watch are told of an event; from the event alone, so that it can be told again. */
  readonly publish?: (event: E, id: string) => readonly { readonly channel: string; readonly data: unknown }[];
  /**
   * The types of its events, all of them. A stored event of another type is one that this program does not
   * know: it is not read, and its actor waits. Absent, none is told from another.
   */
  readonly eventTypes?: Readonly<Record<E['type'], true>>;
  /** The version written with new events; 1 when absent. */
  readonly eventVersion?: number;
  /** Brings a stored event of an older version up to date; pure. */
  readonly upcast?: (stored: { readonly type: string; readonly version: number; readonly payload: unknown }) => E;
  /** Snapshots of the state, every so many events; thrown away when `schema` differs. States are plain JSON. */
  readonly snapshot?: { readonly schema: number; readonly everyEvents: number };
  /**
   * Names of fields, at any depth of the kind's states, events and commands, that nobody is shown: not those
   * who run the system either.
   */
  readonly secrets?: readonly string[];
  /** Idle time after which it leaves memory; `never` for volatile kinds whose state matters. */
  readonly passivateAfterMs?: number | 'never';
  readonly mailbox?: Partial<MailboxBounds>;
}

/** Any kind, where it does not matter which. */
// oxlint-disable-next-line typescript/no-explicit-any -- a kind is contravariant in its commands: there is no other common type
export type AnyKind = ActorKind<any, any, any, any>;
export type CommandOf<K> = K extends ActorKind<infer C, infer _S, infer _E, infer _R> ? C : never;
/** What a kind answers a command with, told by the command's type: an object literal's too, which names no reply itself. */
export type ReplyOf<K, C extends { readonly type: string }> = ReplyTo<
  Extract<CommandOf<K>, { readonly type: C['type'] }>
>;
/** What a kind says into a stream that a command asked for. */
export type StreamOf<K, C extends { readonly type: string }> = StreamedBy<
  Extract<CommandOf<K>, { readonly type: C['type'] }>
>;
export type RefusalOf<K> = K extends ActorKind<infer _C, infer _S, infer _E, infer R> ? R : never;

/** A command to an actor of a known kind, checked against what that kind takes. */
export const message = <K extends AnyKind>(kind: K, id: string, command: CommandOf<K>): Message => ({
  to: { kind: kind.name, id },
  command,
});
