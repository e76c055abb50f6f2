/** A command with what is known of where it comes from. */

import type { Command } from './command.ts';

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

export class Parcel {
  readonly command: Command;
  readonly cause: Cause;

  constructor(command: Command, cause: Cause) {
    this.command = command;
    this.cause = cause;
  }
}

/** Of what a command leads to. */
export const causedBy = (item: Command | Parcel | null): Cause =>
  item instanceof Parcel ? { traceId: item.cause.traceId, hops: item.cause.hops + 1 } : oneHop;

const oneHop: Cause = { traceId: null, hops: 1 };
