/** What actors need of the system around them. */

import type { AnswerBudget } from './answer-memory.ts';
import type { Position } from './actor-system.ts';
import type { Clock } from './clock.ts';
import type { ActorAddress, Message } from './command.ts';
import type { DeathWatch } from './death-watch.ts';
import type { TimerChange } from './decision.ts';
import type { Append, Journal } from './journal.ts';
import type { Report } from './kernel-event.ts';
import type { Life } from './life.ts';
import type { Limits } from './limits.ts';
import type { Cause, Item } from './parcel.ts';
import type { Publication } from './publication.ts';
import type { Recoverer } from './recoverer.ts';
import type { Scheduler } from './scheduler.ts';
import type { Streams } from './streams.ts';

export interface CellHost {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly limits: Limits;
  readonly scheduler: Scheduler;
  readonly recoverer: Recoverer;
  readonly report: Report;
  readonly isStopping: boolean;
  publish(publication: Publication): void;
  readonly answers: AnswerBudget;
  readonly deaths: DeathWatch;
  readonly streams: Streams;
  /** What waited for an actor whose shard goes to another node. */
  forward(to: ActorAddress, item: Item): void;
  /** Leaves a command in another actor's mailbox. */
  pass(message: Message, cause: Cause): void;
  /** An append is in the journal: its messages and timers are due. */
  committed(append: Append, position: Position): void;
  setVolatileTimers(address: ActorAddress, changes: readonly TimerChange[]): void;
  sendVolatile(messages: readonly Message[]): void;
  fenced(shard: number): void;
  /** Something that the actor was about may have come to an end. */
  noteTurn(actor: Life): void;
  /** Another actor is in memory. */
  makeRoom(): void;
}
