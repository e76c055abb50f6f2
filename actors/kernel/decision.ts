/** What a decider answers: events with a reply, or a refusal, and effects as data. */

import type { ActorAddress, Command, DomainEvent, Message, Refusal } from './command.ts';
import type { VolatilePublication } from './publication.ts';
import type { StreamEffect } from './streams.ts';

/** A value of which there may be one in the whole system (an e-mail address, an API key's hash). */
export interface Claim {
  /** What kind of value: `email`, `api-key`. */
  readonly scope: string;
  readonly value: string;
}

/** A change of the actor's durable timers; they survive restarts and fire once, at or after their time. */
export type TimerChange =
  /**
   * Sets, or moves, the timer of that name. `at` in milliseconds UTC. A durable timer rings once for a
   * name and a time: set again for the time at which it has rung, it is taken for that one. It may
   * still ring while it is being moved or cleared: whoever rings looks at the state.
   */
  | { readonly type: 'set'; readonly name: string; readonly at: number; readonly command: Command }
  | { readonly type: 'clear'; readonly name: string };

/** What is done after the events are committed, once, and forgotten when the process ends. */
export type Effect =
  /** Tells another actor; nobody hears whether it arrived. */
  | { readonly type: 'tell'; readonly message: Message }
  /** Tells whoever watches now: progress, quotes. */
  | { readonly type: 'publish'; readonly publication: VolatilePublication }
  /** Starts a task of the kind; the command that it ends with comes back to this actor. */
  | { readonly type: 'task'; readonly task: string; readonly input: unknown }
  /** Aborts running tasks of that name of this actor. */
  | { readonly type: 'abort'; readonly task: string }
  /**
   * Has the actor told when another one ends (is stopped, killed, quarantined, or lost with its shard), once.
   * One that sleeps has not ended. To be said again after a recovery, as all effects.
   */
  | { readonly type: 'watch'; readonly actor: ActorAddress; readonly tell: Command }
  | { readonly type: 'unwatch'; readonly actor: ActorAddress }
  /** Says something more to whoever asked for a stream (`DecideContext.stream`), or ends it. */
  | StreamEffect;

interface Consequences<E extends DomainEvent> {
  readonly events?: readonly E[];
  /** Values that the events take for this actor, with the refusal for when somebody else has one. */
  readonly claims?: readonly (Claim & { readonly refusal: Refusal })[];
  /** Values that the events give back. */
  readonly releases?: readonly Claim[];
  readonly timers?: readonly TimerChange[];
  /**
   * Messages that must arrive: written in the same append as the events, delivered at least once
   * until answered, and applied once by the receiver. Need at least one event.
   */
  readonly send?: readonly Message[];
  readonly effects?: readonly Effect[];
}

/** Done, or answered: the reply waits until all events of the state that it saw are committed. */
export interface Accepted<E extends DomainEvent, Reply> extends Consequences<E> {
  readonly reply: Reply;
  readonly refusal?: undefined;
}

/** Not done, for a reason. It may still have events: a refused log-in counts towards a lock-out. */
export interface Refused<E extends DomainEvent, R extends Refusal> extends Consequences<E> {
  readonly refusal: R;
  readonly reply?: undefined;
}

export type Decision<E extends DomainEvent, Reply, R extends Refusal> = Accepted<E, Reply> | Refused<E, R>;
