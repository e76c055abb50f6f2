/** The port to the other nodes of a cluster: what is for actors that are not in this process goes through it. */

import type { AnyAnswer } from './envelope.ts';
import type { ActorAddress, Command, Message } from './command.ts';
import type { OperatorRequest } from './operator.ts';
import type { Cause } from './parcel.ts';
import type { StreamEffect } from './streams.ts';

/** An ask that waits here for an answer from elsewhere. */
export interface Question {
  readonly command: Command;
  readonly cause: Cause;
  readonly commandId: string | null;
  readonly stream: string | null;
  /** Answered, expired or given up: nobody waits any more. */
  readonly isSettled: boolean;
  /** Milliseconds UTC. */
  readonly dueAt: number;
  answer(answer: AnyAnswer): void;
  fail(outage: Error): void;
}

/** Nothing in here throws. */
export interface Routing {
  /** `isInternal`: delivered by the system itself, which gets past a full mailbox. */
  ask(to: ActorAddress, question: Question, isInternal: boolean): void;
  /** Whether it arrives nobody hears. */
  tell(message: Message, cause: Cause): void;
  /** To whoever listens to the stream, in the process that its id names. */
  say(effect: StreamEffect): void;
  operate(request: OperatorRequest): Promise<unknown>;
  /** A write was refused: the shard has another owner already. */
  lost(shard: number): void;
}

/** A question from another node. */
export interface Delivered {
  readonly to: ActorAddress;
  readonly command: Command;
  readonly commandId: string | null;
  readonly cause: Cause;
  readonly timeoutMs: number;
  readonly stream: string | null;
  readonly isInternal: boolean;
}

/** What a node has of the actors, for those who say which are to be here. */
export interface ActorHost {
  isHere(shard: number): boolean;
  /** The shards belong to this process from now on, by the journal. */
  adopt(shards: readonly number[]): void;
  /**
   * Lets go of shards: what comes for them is routed from now on, and so is what waits. Resolves when all that
   * their actors had decided is written.
   */
  release(shards: readonly number[]): Promise<void>;
  /** Null where the actor's shard is not here. */
  ask(question: Delivered): Promise<AnyAnswer> | null;
  /** False where the actor's shard is not here. */
  tell(message: Message, cause: Cause): boolean;
  say(effect: StreamEffect): void;
  /** Null where the shard that it is about is not here. */
  operate(request: OperatorRequest): Promise<unknown> | null;
}
