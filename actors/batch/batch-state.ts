/** A batch as its events make it: what is done, what is under way, and what was lost and is to be done again. */

import type { Lease } from '../backtest/lease.ts';
import type { BatchSpec, BatchStatus, BatchView, WalkForwardReport } from './batch-messages.ts';
import { bestOf } from './best-members.ts';

/** Members `from` (inclusive) to `to` (exclusive). */
export interface MemberRange {
  readonly from: number;
  readonly to: number;
}

/** Times are milliseconds UTC. There are events for portions alone: a million members make two thousand of them. */
export type BatchEvent =
  | { readonly type: 'BatchRecorded'; readonly spec: BatchSpec; readonly members: number; readonly at: number }
  | { readonly type: 'PortionReserved'; readonly lease: Lease; readonly range: MemberRange; readonly at: number }
  | { readonly type: 'PortionRenewed'; readonly attemptId: string; readonly until: number }
  | {
      readonly type: 'PortionStored';
      readonly attemptId: string;
      /** Of the whole batch so far, this portion included: so that watchers and lists can tell it from the event alone. */
      readonly done: number;
      readonly failed: number;
      readonly excluded: number;
      /** Those that are among the best of the whole batch so far. */
      readonly best: BatchView['best'];
      readonly failure: string | null;
      readonly walkForward: readonly WalkForwardReport[];
    }
  | { readonly type: 'PortionLost'; readonly attemptId: string; readonly reason: string }
  | { readonly type: 'ResultsRemoved'; readonly attemptIds: readonly string[] }
  | { readonly type: 'BatchCompleted'; readonly at: number }
  | { readonly type: 'BatchFailed'; readonly reason: string; readonly at: number }
  | { readonly type: 'BatchCancelled'; readonly at: number }
  | { readonly type: 'OwnerNotified'; readonly at: number };

interface OpenPortion {
  readonly lease: Lease;
  readonly range: MemberRange;
  /** How often these members were lost before. */
  readonly losses: number;
}

export interface Batch {
  readonly spec: BatchSpec;
  readonly members: number;
  readonly status: BatchStatus;
  /** The first member that nobody has had yet. */
  readonly next: number;
  readonly open: readonly OpenPortion[];
  readonly lost: readonly (MemberRange & { readonly losses: number })[];
  /** The last attempts that were given up: none of them comes back, though its slot may ask again. */
  readonly lostAttemptIds: readonly string[];
  /** Attempts that do not count, and of which what they may have stored is to be removed. */
  readonly leftAttemptIds: readonly string[];
  readonly done: number;
  readonly failed: number;
  readonly excluded: number;
  readonly best: BatchView['best'];
  readonly attemptIds: readonly string[];
  readonly walkForward: readonly WalkForwardReport[];
  readonly failure: string | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

/** null: never submitted. */
export type BatchState = Batch | null;

/** As many as slots may lose at once, and again: a slot asks for no longer than it takes to lose a few. */
const lostAttemptsKept = 1_024;

export const evolveBatch = (state: BatchState, event: BatchEvent): BatchState => {
  if (event.type === 'BatchRecorded') return recorded(event);
  if (state === null) return null;
  switch (event.type) {
    case 'PortionReserved':
      return reserved(state, event.lease, event.range);
    case 'PortionRenewed':
      return {
        ...state,
        open: state.open.map((portion) =>
          portion.lease.attemptId === event.attemptId
            ? { ...portion, lease: { ...portion.lease, until: event.until } }
            : portion,
        ),
      };
    case 'PortionStored':
      return {
        ...state,
        open: state.open.filter(({ lease }) => lease.attemptId !== event.attemptId),
        done: event.done,
        failed: event.failed,
        excluded: event.excluded,
        best: bestOf(state.best, event.best, state.spec.rankBy),
        attemptIds: [...state.attemptIds, event.attemptId],
        walkForward: [...state.walkForward, ...event.walkForward].toSorted((a, b) => a.index - b.index),
        failure: state.failure ?? event.failure,
      };
    case 'PortionLost': {
      const portion = state.open.find(({ lease }) => lease.attemptId === event.attemptId);
      if (portion === undefined) return state;
      const lost = { ...portion.range, losses: portion.losses + 1 };
      return {
        ...state,
        open: state.open.filter((each) => each !== portion),
        lost: [...state.lost, lost],
        lostAttemptIds: [...state.lostAttemptIds, event.attemptId].slice(-lostAttemptsKept),
        leftAttemptIds: [...state.leftAttemptIds, event.attemptId],
      };
    }
    case 'ResultsRemoved':
      return { ...state, leftAttemptIds: state.leftAttemptIds.filter((id) => !event.attemptIds.includes(id)) };
    case 'BatchCompleted':
      return { ...state, status: 'completed', finishedAt: event.at };
    case 'BatchFailed':
      return { ...broken(state), status: 'failed', failure: event.reason, finishedAt: event.at };
    case 'BatchCancelled':
      return { ...broken(state), status: 'cancelled', finishedAt: event.at };
    case 'OwnerNotified':
      return state;
  }
};

/** With nothing under way any more. */
const broken = (state: Batch): Batch => ({
  ...state,
  open: [],
  lost: [],
  leftAttemptIds: [...state.leftAttemptIds, ...state.open.map(({ lease }) => lease.attemptId)],
});

const recorded = ({ spec, members, at }: Extract<BatchEvent, { readonly type: 'BatchRecorded' }>): Batch => ({
  spec,
  members,
  status: 'queued',
  next: 0,
  open: [],
  lost: [],
  lostAttemptIds: [],
  leftAttemptIds: [],
  done: 0,
  failed: 0,
  excluded: 0,
  best: [],
  attemptIds: [],
  walkForward: [],
  failure: null,
  createdAt: at,
  finishedAt: null,
});

const reserved = (state: Batch, lease: Lease, range: MemberRange): Batch => {
  const again = state.lost.find(({ from, to }) => from === range.from && to === range.to);
  return {
    ...state,
    status: 'running',
    next: Math.max(state.next, range.to),
    lost: state.lost.filter((each) => each !== again),
    open: [...state.open, { lease, range, losses: again?.losses ?? 0 }],
  };
};

export const isFinished = ({ status }: Pick<Batch, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** True while members wait for a slot. */
export const hasWaiting = ({ next, members, lost }: Batch): boolean => next < members || lost.length > 0;

export const viewOf = (id: string, batch: Batch, version: number): BatchView => ({
  id,
  owner: batch.spec.owner,
  strategyId: batch.spec.strategyId,
  strategyName: batch.spec.strategyName,
  strategyVersion: batch.spec.strategyVersion,
  plan: batch.spec.plan,
  feedSets: batch.spec.feedSets,
  periods: batch.spec.periods,
  rankBy: batch.spec.rankBy,
  status: batch.status,
  members: batch.members,
  done: batch.done,
  failed: batch.failed,
  excluded: batch.excluded,
  best: batch.best,
  attemptIds: batch.attemptIds,
  walkForward: batch.walkForward,
  failure: batch.failure,
  createdAt: batch.createdAt,
  finishedAt: batch.finishedAt,
  version,
});
