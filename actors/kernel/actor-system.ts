/** What others see of the running actors: ask, tell, watch, supervise. */

import type { AnyKind, CommandOf, RefusalOf, ReplyOf, StreamOf } from './actor-kind.ts';
import type { ActorRef } from './actor-ref.ts';
import type { Death } from './death-watch.ts';
import type { Operator } from './operator.ts';
import type { Cause } from './parcel.ts';
import type { JournalPublication } from './publication.ts';
import type { ActorHost } from './routing.ts';
import type { Child } from './supervision/child.ts';
import type { SupervisorView } from './supervision/tree-view.ts';

/** Where in the journal an answer's state was: a list that has reached it shows what the answer says. */
export interface Position {
  readonly shard: number;
  readonly shardSeq: number;
  /** The actor's own sequence number. */
  readonly seq: number;
}

export type Answer<Reply, R> =
  | { readonly type: 'replied'; readonly reply: Reply; readonly position: Position }
  | { readonly type: 'refused'; readonly refusal: R; readonly position: Position };

export interface AskOptions {
  /** Makes the command apply once however often it is sent; required for commands that may be sent again. */
  readonly commandId?: string;
  /** Milliseconds from now until the caller no longer wants the answer. Default {@link askTimeoutMs}. */
  readonly timeoutMs?: number;
  /** 32 hex digits that join what belongs to one request. */
  readonly traceId?: string;
  /** Of the task that asks (`TaskContext.cause`), instead of a trace of its own. */
  readonly cause?: Cause;
  readonly signal?: AbortSignal;
}

/** What an actor says to a listener: its answer first, then items until it ends the stream. */
export interface AnswerStream<Reply, R, Item> {
  readonly answer: Promise<Answer<Reply, R>>;
  /** To be gone through once; leaving the loop ends the stream. Rejects with an `Outage` when it breaks off. */
  readonly items: AsyncIterableIterator<Item>;
}

export const askTimeoutMs = 10_000;

export interface ActorSystem {
  /** Asks an actor and waits for its answer. Rejects with an `Outage` when there is none: see `outage.ts`. */
  ask<K extends AnyKind, const C extends CommandOf<K>>(
    kind: K,
    id: string,
    command: C,
    options?: AskOptions,
  ): Promise<Answer<ReplyOf<K, C>, RefusalOf<K>>>;
  /** Leaves a command in an actor's mailbox; a full mailbox drops it. */
  tell<K extends AnyKind>(kind: K, id: string, command: CommandOf<K>): void;
  /** The actor by itself, for those who talk to it again and again. */
  actor<K extends AnyKind>(kind: K, id: string): ActorRef<K>;
  /**
   * Asks an actor that goes on talking after its answer. `timeoutMs` counts for the answer and for each
   * item; a refusal ends the stream, and so does a listener who lets too many items wait.
   */
  stream<K extends AnyKind, const C extends CommandOf<K>>(
    kind: K,
    id: string,
    command: C,
    options?: AskOptions,
  ): AnswerStream<ReplyOf<K, C>, RefusalOf<K>, StreamOf<K, C>>;
  /** Calls back once when the actor has ended in this process; returns how to stop listening. Sleep is no end. */
  watch(kind: AnyKind, id: string, onDeath: (death: Death) => void): () => void;
  /** For those who look into actors and set them right. */
  readonly operator: Operator;
  /** What an actor published on a channel after an offset, from the journal; null where it reaches too far back. */
  publicationsAfter(
    kind: AnyKind,
    id: string,
    channel: string,
    offset: number,
    limit: number,
  ): Promise<readonly JournalPublication[] | null>;
  /**
   * Hangs a service, or a supervisor with what is below it, on the tree: after the others under that
   * supervisor, by default the root. Resolves when it has started for the first time, rejects when it can't.
   */
  supervise(child: Child, under?: string): Promise<void>;
  /** Of a process that is one of many: for those who say which actors are here. Throws where it is alone. */
  readonly host: ActorHost;
  /** The tree with its counters, for operators. */
  inspect(): SystemView;
  /**
   * Stops the tree from its end: first what was added to it; then commands are refused, those under way
   * finished; last what the actors rest on.
   */
  stop(): Promise<void>;
  /** So long that may take, when all that hangs on the tree by now takes its bounds. */
  readonly stopMsMax: number;
}

/** The root of the tree, the kinds of actors among what is below it. */
export type SystemView = SupervisorView;
