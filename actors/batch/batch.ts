/**
 * The kind of actor that is a batch: it hands portions of its members to slots, takes in what came of
 * them, and hands out again what was lost. Members are numbers here; slots make the runs from them.
 */

import type { ActorKind, Decide, DecideContext, Decision, Effect, Message, TimerChange } from '#kernel';
import { isStatisticKey } from '#domain';
import type { Results } from '#ports';
import { removal, removalFrom, removalTask } from '../backtest/left-results.ts';
import { leaseMs, lossOf, nextResume } from '../backtest/lease.ts';
import type { Lease } from '../backtest/lease.ts';
import { performanceText } from '../backtest/performance-report.ts';
import type { Announce, Withdraw } from '../dispatcher/dispatcher-messages.ts';
import type { Notify } from '../inbox/inbox-messages.ts';
import type { BatchCommand, BatchRefusal, ResumeBatch } from './batch-messages.ts';
import { evolveBatch, hasWaiting, isFinished, viewOf } from './batch-state.ts';
import type { Batch, BatchEvent, BatchState, MemberRange } from './batch-state.ts';
import { bestOf } from './best-members.ts';

/** Members of a batch at most: a slot counts through a random plan to find its own. */
const membersMax = 10_000_000;

/** Portions of a batch at most, retries aside: each leaves two events and the id of an attempt. */
const portionsMax = 2_000;

/** Members of a portion at most: what one lost slot costs, and what a slot keeps until it stores. */
const portionMembersMax = 5_000;

/** Slots that work on one batch at once: each open portion is part of the state. */
const slotsMax = 256;

/** How often the same members may be lost before the batch is given up: processes also end for reasons of their own. */
const lossesMax = 10;

type Refused = { readonly refusal: BatchRefusal };

const decide: Decide<BatchCommand, BatchState, BatchEvent, BatchRefusal> = {
  SubmitBatch: ({ spec, members }, state, { id, now, seq }) => {
    if (state !== null) return { refusal: { code: 'batch-exists', message: `There is a batch ${id} already.` } };
    if (!Number.isSafeInteger(members) || members < 1 || members > membersMax)
      return refusedPlan(`The batch has ${members} members; it may have 1 to ${membersMax}.`);
    if (!isStatisticKey(spec.rankBy)) return refusedPlan(`There is no statistic "${spec.rankBy}" to rank by.`);
    const event: BatchEvent = { type: 'BatchRecorded', spec, members, at: now };
    const batch = evolved(null, [event]);
    return {
      events: [event],
      reply: viewOf(id, batch, seq + 1),
      timers: [resumeTimer(batch, now)],
      effects: [announcement(id, batch)],
    };
  },

  ReservePortion: ({ attemptId, slot, members }, state, { id, now }) => {
    if (state === null) return unknown(id);
    if (isFinished(state)) return finished(id, state);
    const open = state.open.find(({ lease }) => lease.attemptId === attemptId);
    if (open !== undefined) return { reply: { ...open.range, ...portionOf(state) } };
    if (state.lostAttemptIds.includes(attemptId)) return stale(attemptId);
    const range = nextPortion(state, members);
    if (range === null) return { reply: null };
    const lease: Lease = { attemptId, slot, until: now + leaseMs };
    const events: BatchEvent[] = [{ type: 'PortionReserved', lease, range, at: now }];
    const after = evolved(state, events);
    return {
      events,
      reply: { ...range, ...portionOf(after) },
      timers: [resumeTimer(after, now)],
    };
  },

  RenewPortion: ({ attemptId }, state, context) =>
    ofOpen(attemptId, state, context, (batch) => {
      const events: BatchEvent[] = [{ type: 'PortionRenewed', attemptId, until: context.now + leaseMs }];
      return { events, reply: null, timers: [resumeTimer(evolved(batch, events), context.now)] };
    }),

  PortionStored: (stored, state, context) => {
    if (state?.attemptIds.includes(stored.attemptId) === true) return { reply: null };
    return ofOpen(stored.attemptId, state, context, (batch) => {
      // Only what enters the batch's best is written down: of two thousand portions few have any.
      const best = bestOf(batch.best, stored.best, batch.spec.rankBy).filter(
        ({ index }) => !batch.best.some((known) => known.index === index),
      );
      const done = batch.done + stored.done;
      const failed = batch.failed + stored.failed;
      const excluded = batch.excluded + stored.excluded;
      const events: BatchEvent[] = [{ ...stored, done, failed, excluded, best }];
      const after = evolved(batch, events);
      if (hasWaiting(after) || after.open.length > 0)
        return { events, reply: null, timers: [resumeTimer(after, context.now)] };
      const ended = complete(context, after);
      return { ...ended, events: [...events, ...ended.events], reply: null };
    });
  },

  PortionLost: ({ attemptId, reason }, state, context) =>
    ofOpen(attemptId, state, context, (batch) => ({
      ...lose(context, batch, [{ attemptId, reason }]),
      reply: null,
    })),

  FailBatch: ({ attemptId, reason }, state, context) =>
    ofOpen(attemptId, state, context, (batch) => ({ ...failWith(context, batch, reason), reply: null })),

  ResultsRemoved: ({ attemptIds }, state) => {
    const removed = state?.leftAttemptIds.filter((attemptId) => attemptIds.includes(attemptId)) ?? [];
    if (state === null || removed.length === 0) return { reply: null };
    const events: BatchEvent[] = [{ type: 'ResultsRemoved', attemptIds: removed }];
    return { events, reply: null, timers: isDone(evolved(state, events)) ? [noTimer] : [] };
  },

  ResumeBatch: ({ alive }, state, context) => {
    const { id, now } = context;
    if (state === null || isDone(state)) return { reply: null };
    const lost = state.open.flatMap(({ lease }) => {
      const reason = lossOf(lease, { alive, now });
      return reason === null ? [] : [{ attemptId: lease.attemptId, reason }];
    });
    if (lost.length > 0) return { ...lose(context, state, lost), reply: null };
    return { reply: null, timers: [resumeTimer(state, now)], effects: takenUp(id, state) };
  },

  CancelBatch: (_command, state, context) => {
    const { id, now, seq } = context;
    if (state === null) return unknown(id);
    if (state.status === 'cancelled') return { reply: viewOf(id, state, seq) };
    if (isFinished(state)) return finished(id, state);
    const ended = end(context, state, {
      event: { type: 'BatchCancelled', at: now },
      kind: 'backtest.cancelled',
      text: `The batch was cancelled after ${state.done} of ${state.members} backtests.`,
    });
    return { ...ended, reply: viewOf(id, evolved(state, ended.events), seq + ended.events.length) };
  },

  GetBatch: (_command, state, { id, seq }) => (state === null ? unknown(id) : { reply: viewOf(id, state, seq) }),

  GetBatchSpec: (_command, state, { id }) => (state === null ? unknown(id) : { reply: state.spec }),
};

export const batchKind: ActorKind<BatchCommand, BatchState, BatchEvent, BatchRefusal> = {
  name: 'batch',
  durability: 'journal',
  initialState: () => null,
  decide,
  eventTypes: {
    BatchRecorded: true,
    PortionReserved: true,
    PortionRenewed: true,
    PortionStored: true,
    PortionLost: true,
    ResultsRemoved: true,
    BatchCompleted: true,
    BatchFailed: true,
    BatchCancelled: true,
    OwnerNotified: true,
  },
  evolve: evolveBatch,
  recovered: (state, { id }) => (state === null ? [] : takenUp(id, state)),
  publish: (event, id) => {
    const data = shown(event, id);
    return data === null ? [] : [{ channel: `batch:${id}`, data }];
  },
  snapshot: { schema: 2, everyEvents: 200 },
  passivateAfterMs: 60_000,
};

/** The kind as it runs, with the store from which results that do not count are removed. */
export const batchKindWith = (results: Pick<Results, 'remove'>): typeof batchKind => ({
  ...batchKind,
  tasks: { [removalTask]: removalFrom(results) },
});

/** What those who watch are told: what changes of the view; of a portion also which members entered the best. */
const shown = (event: BatchEvent, id: string): object | null => {
  switch (event.type) {
    case 'BatchRecorded': {
      const { source: _source, ...spec } = event.spec;
      return { type: 'state', view: { id, ...spec, status: 'queued', members: event.members, createdAt: event.at } };
    }
    case 'PortionStored': {
      const { done, failed, excluded, best, walkForward } = event;
      return { type: 'state', view: { id, status: 'running', done, failed, excluded }, entered: best, walkForward };
    }
    case 'BatchCompleted':
      return { type: 'state', view: { id, status: 'completed', finishedAt: event.at } };
    case 'BatchFailed':
      return { type: 'state', view: { id, status: 'failed', failure: event.reason, finishedAt: event.at } };
    case 'BatchCancelled':
      return { type: 'state', view: { id, status: 'cancelled', finishedAt: event.at } };
    case 'PortionReserved':
      return { type: 'state', view: { id, status: 'running' } };
    case 'PortionRenewed':
    case 'PortionLost':
    case 'ResultsRemoved':
    case 'OwnerNotified':
      return null;
  }
};

/**
 * Lost members first, as they were. New portions shrink towards the end, so that slots finish at about
 * the same time, but not so far that storing them takes longer than running them. A walk-forward, which
 * is long, goes one by one.
 */
const nextPortion = ({ lost, next, members, spec, open }: Batch, asked: number): MemberRange | null => {
  const [again] = lost;
  if (again !== undefined) return { from: again.from, to: again.to };
  const left = members - next;
  if (left <= 0 || open.length >= slotsMax) return null;
  if (spec.plan.type === 'walk-forward') return { from: next, to: next + 1 };
  const wanted = Math.max(1, Math.min(asked, portionMembersMax));
  const fair = Math.max(Math.ceil(wanted / 8), Math.min(wanted, Math.ceil(left / 4)));
  const size = Math.max(fair, Math.ceil(members / portionsMax));
  return { from: next, to: next + Math.min(size, left) };
};

/** What a slot is told beside its range. */
const portionOf = ({ spec, members, done, failed, excluded, open }: Batch) => ({
  spec,
  members,
  finished: done + failed + excluded,
  portions: open.length,
});

const ofOpen = (
  attemptId: string,
  state: BatchState,
  { id }: DecideContext,
  decision: (batch: Batch) => Decision<BatchEvent, null, BatchRefusal>,
): Decision<BatchEvent, null, BatchRefusal> => {
  if (state === null) return unknown(id);
  if (isFinished(state)) return finished(id, state);
  return state.open.some(({ lease }) => lease.attemptId === attemptId) ? decision(state) : stale(attemptId);
};

interface Consequences {
  readonly events: readonly BatchEvent[];
  readonly timers: readonly TimerChange[];
  readonly effects: readonly Effect[];
  readonly send?: readonly Message[];
}

const lose = (
  context: DecideContext,
  batch: Batch,
  attempts: readonly { readonly attemptId: string; readonly reason: string }[],
): Consequences => {
  const events = attempts.map((attempt): BatchEvent => ({ type: 'PortionLost', ...attempt }));
  const after = evolved(batch, events);
  const worst = after.lost.find(({ losses }) => losses >= lossesMax);
  if (worst !== undefined) {
    const reason = `Members ${worst.from} to ${worst.to - 1} were tried ${worst.losses} times, and each time their place failed; the last time: ${attempts[0]?.reason ?? ''}`;
    const ended = failWith(context, after, reason);
    return { ...ended, events: [...events, ...ended.events] };
  }
  return { events, timers: [resumeTimer(after, context.now)], effects: takenUp(context.id, after) };
};

const complete = (context: DecideContext, batch: Batch): Consequences => {
  if (batch.done === 0) {
    const excluded = "The strategy's constraint excludes every combination.";
    return failWith(context, batch, batch.failure ?? excluded);
  }
  const [best] = batch.best;
  const counts = `${batch.done} backtests done, ${batch.failed} failed, ${batch.excluded} excluded.`;
  return end(context, batch, {
    event: { type: 'BatchCompleted', at: context.now },
    kind: 'batch.completed',
    text:
      best === undefined
        ? counts
        : `${counts} The best by ${batch.spec.rankBy}, with ${paramsText(best.params)}: ${performanceText(best.statistics)}.`,
  });
};

const paramsText = (params: Readonly<Record<string, unknown>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

const failWith = (context: DecideContext, batch: Batch, reason: string): Consequences =>
  end(context, batch, {
    event: { type: 'BatchFailed', reason, at: context.now },
    kind: 'backtest.failed',
    text: reason,
  });

/** The last steps, however it ended: owner notified, and nothing left but results that do not count. */
const end = (
  { id, now }: DecideContext,
  batch: Batch,
  { event, kind, text }: { readonly event: BatchEvent; readonly kind: Notify['kind']; readonly text: string },
): Consequences => {
  const { spec, members } = batch;
  const title = `${spec.strategyName}: batch of ${members}`;
  const notify: Notify = { type: 'Notify', kind, title, text, about: { backtestId: id } };
  const withdraw: Withdraw = { type: 'Withdraw', address: { kind: 'batch', id }, userId: spec.owner };
  const events: readonly BatchEvent[] = [event, { type: 'OwnerNotified', at: now }];
  const after = evolved(batch, events);
  return {
    events,
    timers: [isDone(after) ? noTimer : resumeTimer(after, now)],
    send: [{ to: { kind: 'inbox', id: spec.owner }, command: notify }],
    effects: [
      { type: 'tell', message: { to: { kind: 'dispatcher', id: 'main' }, command: withdraw } },
      ...removal(after.leftAttemptIds),
    ],
  };
};

/** Nothing is left to be done for it. */
const isDone = (batch: Batch): boolean => isFinished(batch) && batch.leftAttemptIds.length === 0;

/** What has to be under way for it. */
const takenUp = (id: string, batch: Batch): readonly Effect[] => [
  ...(isFinished(batch) || !hasWaiting(batch) ? [] : [announcement(id, batch)]),
  ...removal(batch.leftAttemptIds),
];

const announcement = (id: string, { spec, createdAt }: Batch): Effect => {
  const announce: Announce = {
    type: 'Announce',
    work: { address: { kind: 'batch', id }, userId: spec.owner, priority: spec.priority, since: createdAt, slotsMax },
  };
  return { type: 'tell', message: { to: { kind: 'dispatcher', id: 'main' }, command: announce } };
};

const resumeTimer = ({ open, createdAt }: Batch, now: number): TimerChange => {
  const command: ResumeBatch = { type: 'ResumeBatch', alive: null };
  const leases = open.map(({ lease }) => lease);
  return { type: 'set', name: 'resume', at: nextResume(leases, { now, createdAt }), command };
};

const noTimer: TimerChange = { type: 'clear', name: 'resume' };

const evolved = (state: BatchState, events: readonly BatchEvent[]): Batch => {
  const after = events.reduce(evolveBatch, state);
  if (after === null) throw new Error('A batch that was recorded is gone.');
  return after;
};

const unknown = (id: string): Refused => ({
  refusal: { code: 'batch-unknown', message: `There is no batch ${id}.` },
});

const finished = (id: string, { status }: Batch): Refused => ({
  refusal: { code: 'batch-finished', message: `Batch ${id} is ${status}.`, remedy: 'Submit a new one.' },
});

const stale = (attemptId: string): Refused => ({
  refusal: {
    code: 'attempt-stale',
    message: `Attempt ${attemptId} no longer counts: its members were given to another.`,
  },
});

const refusedPlan = (message: string): Refused => ({ refusal: { code: 'batch-plan', message } });
