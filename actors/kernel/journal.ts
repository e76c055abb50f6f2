/** The port to the store of events. Its adapters pass one contract suite (`journal-contract.ts`). */

import type { ActorAddress, Command } from './command.ts';
import type { Claim, TimerChange } from './decision.ts';
import type { ShardRange } from './shard.ts';

/** An event on its way into the journal. */
export interface EventToStore {
  readonly type: string;
  readonly version: number;
  /** JSON. */
  readonly payload: string;
}

/** All that one command does; it is stored whole or not at all. */
export interface Append {
  readonly address: ActorAddress;
  readonly shard: number;
  /** The sequence number that the first event gets; the journal refuses if that is not the next one. */
  readonly firstSeq: number;
  /** At least one; a command without events that carries an id stores a `CommandAnswered`. */
  readonly events: readonly EventToStore[];
  /** Unique for this actor; null where a command carries none. */
  readonly commandId: string | null;
  /** JSON of the answer (reply or refusal) that a redelivery of the command gets; stored with the command's id. */
  readonly answer: string | null;
  /** Milliseconds UTC. */
  readonly at: number;
  readonly traceId: string | null;
  readonly claims: readonly Claim[];
  readonly releases: readonly Claim[];
  readonly timers: readonly TimerChange[];
  /** Messages that must arrive; `id` is the command id under which the receiver applies it once. */
  readonly outbox: readonly OutboxMessage[];
}

export interface OutboxMessage {
  readonly id: string;
  readonly to: ActorAddress;
  readonly command: Command;
}

/** A message with where it came from. */
export interface SentMessage {
  /** Of the actor that sent it: whoever has it delivers the message. */
  readonly shard: number;
  readonly message: OutboxMessage;
}

/** A message that has not been answered, without what it says. */
export interface WaitingMessage {
  readonly id: string;
  /** Higher for those that were written later: where a page ends, whatever is answered meanwhile. */
  readonly place: number;
  readonly to: ActorAddress;
  /** Of its command. */
  readonly type: string;
  /** Milliseconds UTC, by the journal's clock; null: nobody knows since when. */
  readonly since: number | null;
}

export type AppendOutcome =
  /** `shardSeq` of the last event: dense in the shard. */
  | { readonly type: 'committed'; readonly shardSeq: number }
  /** The command had been applied before: its stored answer. */
  | { readonly type: 'duplicate'; readonly answer: string }
  /** Somebody else has the value; `index` into the append's claims. */
  | { readonly type: 'claim-taken'; readonly index: number }
  /** Somebody else wrote for this actor: its state is stale. */
  | { readonly type: 'conflict' }
  /** This process no longer owns the shard and must not go on. */
  | { readonly type: 'fenced' };

export interface StoredEvent extends EventToStore {
  readonly address: ActorAddress;
  readonly seq: number;
  readonly shard: number;
  readonly shardSeq: number;
  readonly at: number;
}

export interface StoredSnapshot {
  readonly seq: number;
  readonly schema: number;
  /** JSON. */
  readonly state: string;
}

/** Why an actor is left alone until an operator decides. The journal cuts its texts to their bounds. */
export interface Quarantine {
  /** A command failed again and again; an event can't be read; there were too many restarts. */
  readonly cause: 'command' | 'event' | 'restarts';
  /** The error's message, at most {@link quarantineReasonMax}. */
  readonly reason: string;
  /** Its stack or more, at most {@link quarantineDetailMax}. */
  readonly detail: string;
  /** Milliseconds UTC. */
  readonly at: number;
  /** The command that was at work; `json` at most {@link quarantineCommandMax}: cut, it is for reading alone. */
  readonly command: { readonly id: string | null; readonly type: string; readonly json: string } | null;
  /** Of the event that can't be read. */
  readonly seq: number | null;
}

/** Characters: one line of a list. */
export const quarantineReasonMax = 500;
/** Characters: a stack of the usual depth, with its causes. */
export const quarantineDetailMax = 8 * 1024;
/** Characters: whole for every command that a person gives. */
export const quarantineCommandMax = 64 * 1024;

/** What an actor is made from: its newest snapshot, the events after it, and the answers it gave last. */
export interface Recovery {
  readonly snapshot: StoredSnapshot | null;
  /** The first ones after the snapshot: at most {@link recoveryEventsMax}, fewer where many actors are read at once. */
  readonly events: readonly StoredEvent[];
  /** False: there are more events than these; the rest by `read`. */
  readonly isComplete: boolean;
  /** Newest last, at most {@link answersKept}: of the actor's newest events, whether they are among these or not. */
  readonly answers: readonly { readonly commandId: string; readonly answer: string }[];
  readonly quarantine: Quarantine | null;
  /** Sequence numbers of events that an operator has told to leave out, in order. */
  readonly skipped: readonly number[];
}

/** Events of one actor in one recovery: more are read in pages, so that memory does not grow with a long life. */
export const recoveryEventsMax = 1_000;

/** Answers that an actor remembers in memory; older ones are found by the append's unique index. */
export const answersKept = 64;

/**
 * How long the journal knows the id of a command. Whoever sends an older one can't be told whether it has been
 * applied; it must be refused, so that it is not applied twice.
 */
export const commandRetentionMs = 7 * 24 * 60 * 60_000;

export interface DueTimer {
  readonly address: ActorAddress;
  readonly name: string;
  readonly at: number;
  readonly command: Command;
}

/** Appends may be called concurrently for many actors, one at a time for each; rejections are outages. */
export interface Journal {
  /** The journal's identity: changes when it is replaced, never else. At most 16 characters. */
  readonly epoch: string;
  /** The shards of a kind's actors: fixed when the journal is made, since they are part of what is stored. */
  readonly shardsOf: (kind: string) => ShardRange;
  /**
   * Whether this process is the owner of its shards for certain. While it is not, another one may have
   * written already: what has been read here may be old, and is not to be told to anybody.
   */
  mayAnswer(): boolean;
  append(append: Append): Promise<AppendOutcome>;
  /** Recoveries of several actors in one read, in the order asked for. */
  recover(
    actors: readonly { readonly address: ActorAddress; readonly schema: number | null }[],
  ): Promise<readonly Recovery[]>;
  /** Events of one actor after `afterSeq`, at most `limit`. */
  read(address: ActorAddress, afterSeq: number, limit: number): Promise<readonly StoredEvent[]>;
  saveSnapshot(address: ActorAddress, snapshot: StoredSnapshot): Promise<void>;
  /** Only the shard's owner may; another record takes the place of the one before. */
  quarantine(address: ActorAddress, record: Quarantine): Promise<void>;
  /** Lifts it; `skip`: the sequence number of an event to leave out from now on. Only the shard's owner may. */
  release(address: ActorAddress, skip: number | null): Promise<void>;
  /** In the order of `kind/id`, after the one named so. */
  quarantines(
    afterId: string | null,
    limit: number,
  ): Promise<readonly { readonly address: ActorAddress; readonly quarantine: Quarantine }[]>;
  /** Timers due at `now`, earliest first, and when the next one after them is due. They stay until cleared. */
  dueTimers(now: number, limit: number): Promise<{ readonly due: readonly DueTimer[]; readonly nextAt: number | null }>;
  /** Removes a timer that has been delivered, unless it has been moved since. */
  clearTimer(timer: Pick<DueTimer, 'address' | 'name' | 'at'>): Promise<void>;
  /** Messages of former runs that have not been delivered, oldest first. */
  undelivered(afterId: string | null, limit: number): Promise<readonly OutboxMessage[]>;
  delivered(ids: readonly string[]): Promise<void>;
  /** One that has not been answered, of any process; null where none of that id waits. */
  waitingMessage(id: string): Promise<SentMessage | null>;
  /** Messages of all processes that wait: how many, and those after a place, oldest first. */
  outbox(
    afterPlace: number | null,
    limit: number,
  ): Promise<{ readonly total: number; readonly messages: readonly WaitingMessage[] }>;
  /** Who holds a claimed value. */
  claimant(claim: Claim): Promise<ActorAddress | null>;
}
