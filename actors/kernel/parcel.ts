/** What lies in a mailbox: a command, bare or with what is known of where it comes from. */

import type { Command } from './command.ts';
import { Envelope } from './envelope.ts';

/**
 * What made a command come about: the request that it belongs to, and how many actors lie between. Whatever
 * follows from the command inherits it, so that a circle of actors that keep telling each other ends.
 */
export interface Cause {
  /** 32 hex digits that join what belongs to one request. */
  readonly traceId: string | null;
  /** Actors that the request has gone through. */
  readonly hops: number;
}

export const noCause: Cause = { traceId: null, hops: 0 };
const oneHop: Cause = { traceId: null, hops: 1 };

/** A command that nobody waits for, told by an actor. */
export class Parcel {
  readonly command: Command;
  readonly cause: Cause;

  constructor(command: Command, cause: Cause) {
    this.command = command;
    this.cause = cause;
  }
}

/** Most messages come from outside and nobody waits for them: they need nothing around them. */
export type Item = Command | Parcel | Envelope;

export const commandOf = (item: Item): Command =>
  item instanceof Envelope || item instanceof Parcel ? item.command : item;

export const causeOf = (item: Item): Cause =>
  item instanceof Envelope || item instanceof Parcel ? item.cause : noCause;

/** Of what an actor does because of the item, or because of nothing that it was told. */
export const causedBy = (item: Item | null): Cause => {
  const { traceId, hops } = item === null ? noCause : causeOf(item);
  return traceId === null && hops === 0 ? oneHop : { traceId, hops: hops + 1 };
};
