/**
 * The port to the journal for whoever tells those outside of it: events in the order of their shards, how far
 * that has come, and what could not be told.
 */

import type { ActorAddress } from './command.ts';
import type { StoredEvent } from './journal.ts';

export interface ShardPlace {
  readonly shard: number;
  /** 0: before the first event. */
  readonly shardSeq: number;
}

export interface FedEvent extends StoredEvent {
  readonly traceId: string | null;
}

/** The next events of one shard. */
export interface ShardPage {
  readonly shard: number;
  /** All events up to this place are in the page, or of types that were not asked for. */
  readonly until: number;
  readonly events: readonly FedEvent[];
}

/** One of the messages that a stored event becomes; nearly always there is one, part 0. */
export interface MessagePlace extends ShardPlace {
  readonly part: number;
}

/** A message that was refused, and is left out until an operator asks for it. What it says is still in the journal. */
export interface DeadLetter extends MessagePlace {
  /** Of the message, such as `backtest.completed`; of the stored event, where it could not be made into one. */
  readonly name: string;
  readonly actor: ActorAddress;
  readonly reason: string;
  /** Milliseconds UTC of the last try. */
  readonly at: number;
  readonly isAskedFor: boolean;
}

/** Rejections are outages. */
export interface EventFeed {
  /** The journal's identity, part of the ids of messages. */
  readonly epoch: string;
  /** Up to where each of the shards has been told, in the order asked for. */
  cursors(shards: readonly number[]): Promise<readonly ShardPlace[]>;
  /** The newest place of each of the shards, in the order asked for. */
  heads(shards: readonly number[]): Promise<readonly ShardPlace[]>;
  /**
   * What follows those places: at most `limit` events of each shard are looked at, and those of the types are
   * returned, with payloads of so many bytes in all, or a single larger one.
   */
  after(
    places: readonly ShardPlace[],
    options: { readonly limit: number; readonly bytesMax: number; readonly types: readonly string[] },
  ): Promise<readonly ShardPage[]>;
  /** Single events, those that are there. */
  at(places: readonly ShardPlace[]): Promise<readonly FedEvent[]>;
  /** The first event of each of the actors, those that are there. */
  first(actors: readonly ActorAddress[]): Promise<readonly StoredEvent[]>;
  /** Forward alone: another node may have told more. */
  move(places: readonly ShardPlace[]): Promise<void>;
  /** Adds letters or takes the place of those at their places, which are no longer asked for. */
  bury(letters: readonly DeadLetter[]): Promise<void>;
  /** Letters of those shards that an operator has asked for, in their order. */
  askedFor(shards: readonly number[], limit: number): Promise<readonly DeadLetter[]>;
  /** They have been told. */
  unbury(places: readonly MessagePlace[]): Promise<void>;
  /** Letters in all. */
  buried(): Promise<number>;
}
