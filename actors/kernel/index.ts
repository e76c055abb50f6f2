/** The door of the kernel: what a kind of actor is, and the system that runs them. */

export type { ActorAddress, Command, DomainEvent, Message, Refusal, ReplyTo } from './command.ts';
export type { Accepted, Claim, Decision, Effect, Refused, TimerChange } from './decision.ts';
export type {
  ActorKind,
  AnyKind,
  CommandOf,
  Decide,
  DecideContext,
  RefusalOf,
  Task,
  TaskContext,
} from './actor-kind.ts';
export { message } from './actor-kind.ts';
export type { ActorRef } from './actor-ref.ts';
export type { JournalPublication, Publication, Publisher, VolatilePublication } from './publication.ts';
export type { ActorSystem, Answer, AskOptions, Position, SystemView } from './actor-system.ts';
export { noRestarts, patient, startMsUsual } from './supervision/child.ts';
export type { Child, Intensity, Service, ServiceContext, Strategy, Supervision } from './supervision/child.ts';
export { kindsOf, nodesOf } from './supervision/tree-view.ts';
export type { KindView, NodeStatus, ServiceView, SupervisorView, TreeView } from './supervision/tree-view.ts';
export { Unrestartable } from './supervision/unrestartable.ts';
export { pause, untilAborted } from './waiting.ts';
export { wholeMessage } from './whole-message.ts';
export type {
  Append,
  AppendOutcome,
  DueTimer,
  EventToStore,
  Journal,
  OutboxMessage,
  Quarantine,
  Recovery,
  StoredEvent,
  StoredSnapshot,
  WaitingMessage,
} from './journal.ts';
export type { DeadLetter, EventFeed, FedEvent, MessagePlace, ShardPage, ShardPlace } from './event-feed.ts';
export { answersKept, commandRetentionMs, recoveryEventsMax } from './journal.ts';
export type { ActorHost, Delivered, Question, Routing } from './routing.ts';
export type { AnyAnswer } from './envelope.ts';
export { shardOfRequest } from './operator.ts';
export type { OperatorRequest } from './operator.ts';
export type { Cause } from './parcel.ts';
export { noCause } from './parcel.ts';
export { originOf } from './streams.ts';
export type { StreamEffect } from './streams.ts';
export type { Member, NodeFacts, Ownership, OwnershipView, SeenOwnership } from './ownership.ts';
export { boundedQuarantine } from './bounded-quarantine.ts';
export { fromStored } from './stored-event.ts';
export { UnreadableEvent } from './rebuild.ts';
export type { ActorView, MessageView } from './operator.ts';
export type { MessageHere } from './outbox.ts';
export type { Clock } from './clock.ts';
export { Outage } from './outage.ts';
export type { OutageCode } from './outage.ts';
export { startActorSystem } from './start-actor-system.ts';
export type { ActorSystemOptions } from './start-actor-system.ts';
export { systemClock } from './system-clock.ts';
export type { KernelEvent, Report } from './kernel-event.ts';
export type { Limits } from './limits.ts';
export { allShards, shardCount, shardKeyOf, shardOf } from './shard.ts';
export type { ShardRange } from './shard.ts';
export { LocalBus, familyOf } from './local-bus.ts';
export type { Bus, PublicationListener } from './local-bus.ts';
