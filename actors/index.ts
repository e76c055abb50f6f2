/** The door of the actors: their kinds, what they are told and answer, and the lists made from their events. */

import type { ListProjection } from '#ports';
import { accountLists } from './account/account-lists.ts';
import { backtestsList, batchesList } from './backtest/backtest-list.ts';
import { deploymentLists } from './deployment/deployment-lists.ts';
import { importsList } from './import/import-lists.ts';
import { notificationsList } from './inbox/inbox-lists.ts';
import { operationsAudit } from './operations/operations-lists.ts';
import { strategiesList, strategyVersionsList } from './strategy/strategy-lists.ts';
import { symbolsList } from './symbol/symbol-lists.ts';
import { auditList, usersList } from './user/user-lists.ts';

export { actorRoleOf, actorRoles } from './actor-roles.ts';
export type { ActorRole } from './actor-roles.ts';
export * from './user/user-messages.ts';
export { userKind, userKindWith } from './user/user.ts';
export { readResetToken, resetTokenHash, resetTokenMs } from './user/reset-token.ts';
export { lockMs } from './user/lock-out.ts';
export { emailKey } from './user/profile.ts';
export * from './inbox/inbox-messages.ts';
export { inboxKind } from './inbox/inbox.ts';
export * from './operations/operations-messages.ts';
export { operationsKind } from './operations/operations.ts';
export * from './account/account-messages.ts';
export { accountKind } from './account/account.ts';
export * from './market/market-messages.ts';
export { marketKind, marketKindWith } from './market/market.ts';
export { marketKeeper } from './market/market-keeper.ts';
export type { MarketKeeper, MarketKeeperNeeds } from './market/market-keeper.ts';
export { feedsService } from './feeds/feeds.ts';

/** Of each projection only its own kind's events are given to it, so that their types may be forgotten here. */
// oxlint-disable-next-line typescript/no-explicit-any -- a projection is contravariant in its events: there is no other common type
export const listProjections: readonly ListProjection<any>[] = [
  usersList,
  auditList,
  operationsAudit,
  notificationsList,
  strategiesList,
  strategyVersionsList,
  symbolsList,
  importsList,
  ...accountLists,
  ...deploymentLists,
  backtestsList,
  batchesList,
];

/** What callers of actors see of the kernel: those outside of this room reach it by this door alone. */
export { kindsOf, nodesOf, Outage, patient, pause, shardKeyOf, UnreadableEvent, untilAborted } from '#kernel';
export type {
  ActorAddress,
  ActorSystem,
  ActorView,
  Answer,
  AnyKind,
  Bus,
  Clock,
  CommandOf,
  Journal,
  JournalPublication,
  MessageHere,
  MessageView,
  OutageCode,
  Position,
  Publication,
  Quarantine,
  Refusal,
  RefusalOf,
  ReplyTo,
  Service,
  StoredEvent,
  Supervision,
  SystemView,
} from '#kernel';
export * from './backtest/backtest-messages.ts';
export { backtestKind, backtestKindWith } from './backtest/backtest.ts';
export * from './batch/batch-messages.ts';
export { batchKind, batchKindWith } from './batch/batch.ts';
export { memberPlan } from './batch/member-plan.ts';
export type { Member, MemberPlan } from './batch/member-plan.ts';
export * from './deployment/deployment-messages.ts';
export { deploymentKind } from './deployment/deployment.ts';
export { liveDeployments, wakeDeployments } from './deployment/live-deployments.ts';
export * from './dispatcher/dispatcher-messages.ts';
export { dispatcherId, dispatcherKind, dispatcherKindWith } from './dispatcher/dispatcher.ts';
export { slotServices } from './slots/slot-services.ts';
export type { SlotServicesNeeds } from './slots/slot-services.ts';
export * from './import/import-messages.ts';
export { importKind, importKindWith } from './import/import.ts';
export { spoolSweep } from './import/spool-sweep.ts';
export * from './strategy/strategy-messages.ts';
export { strategyKind, strategyKindWith } from './strategy/strategy.ts';
export { readSource } from './strategy/git.ts';
export * from './symbol/symbol-messages.ts';
export { symbolKind } from './symbol/symbol.ts';
export { sampleHistory, sampleListing, sampleSymbols } from './sample/sample-symbols.ts';
export type { SampleHistory, SampleSymbol } from './sample/sample-symbols.ts';
export { publicEnvelope, publicEvents, publicSubjects } from './public-events/public-events.ts';
export { publicEventSchemas } from './public-events/schemas.ts';
export type { PublicEvent } from './public-events/public-events.ts';
export { FeedStore } from './slots/feed-store.ts';
export { runnerSlot } from './slots/runner-slot.ts';
