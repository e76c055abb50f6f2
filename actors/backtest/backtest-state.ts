/** A backtest as its events make it. */

import type { Statistics } from '#domain';
import type { Diagnostic } from '#ports';
import type { BacktestSpec, BacktestStatus, BacktestView } from './backtest-messages.ts';
import type { Lease } from './lease.ts';

/** Each step of the saga, and each compensation. Times are milliseconds UTC. */
export type BacktestEvent =
  | { readonly type: 'BacktestRecorded'; readonly spec: BacktestSpec; readonly at: number }
  | { readonly type: 'CapacityReserved'; readonly lease: Lease; readonly attempts: number }
  | { readonly type: 'RunStarted'; readonly attemptId: string; readonly at: number }
  | { readonly type: 'LeaseRenewed'; readonly attemptId: string; readonly until: number }
  | {
      readonly type: 'ResultsStored';
      readonly attemptId: string;
      readonly statistics: Statistics;
      readonly tradeHash: string;
    }
  | {
      readonly type: 'AttemptLost';
      readonly attemptId: string;
      readonly reason: string;
      readonly blame: 'work' | 'place';
    }
  | {
      readonly type: 'BacktestCompleted';
      readonly attemptId: string;
      readonly statistics: Statistics;
      readonly tradeHash: string;
      readonly at: number;
    }
  | { readonly type: 'BacktestFailed'; readonly diagnostic: Diagnostic; readonly at: number }
  | { readonly type: 'BacktestCancelled'; readonly at: number }
  | { readonly type: 'CapacityReleased'; readonly attemptId: string }
  | { readonly type: 'ResultsRemoved'; readonly attemptIds: readonly string[] }
  | { readonly type: 'OwnerNotified'; readonly at: number };

export interface Backtest {
  readonly spec: BacktestSpec;
  readonly status: BacktestStatus;
  readonly attempts: number;
  /** Attempts that what ran brought down. */
  readonly crashes: number;
  /** The attempt under way. */
  readonly lease: Lease | null;
  /** Attempts that were given up: none of them comes back, though its slot may ask again. */
  readonly lostAttemptIds: readonly string[];
  /** Attempts that do not count, and of which what they may have stored is to be removed. */
  readonly leftAttemptIds: readonly string[];
  readonly attemptId: string | null;
  readonly statistics: Statistics | null;
  readonly tradeHash: string | null;
  readonly failure: Diagnostic | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** null: never submitted. */
export type BacktestState = Backtest | null;

export const evolveBacktest = (state: BacktestState, event: BacktestEvent): BacktestState => {
  if (event.type === 'BacktestRecorded') return recorded(event.spec, event.at);
  if (state === null) return null;
  switch (event.type) {
    case 'CapacityReserved':
      return { ...state, status: 'reserved', attempts: event.attempts, lease: event.lease };
    case 'RunStarted':
      return { ...state, status: 'running', startedAt: state.startedAt ?? event.at };
    case 'LeaseRenewed':
      return { ...state, lease: state.lease === null ? null : { ...state.lease, until: event.until } };
    case 'ResultsStored':
      return { ...state, status: 'storing', statistics: event.statistics, tradeHash: event.tradeHash };
    case 'AttemptLost':
      return {
        ...state,
        status: 'queued',
        crashes: state.crashes + (event.blame === 'work' ? 1 : 0),
        lostAttemptIds: [...state.lostAttemptIds, event.attemptId],
        leftAttemptIds: [...state.leftAttemptIds, event.attemptId],
      };
    case 'BacktestCompleted':
      return { ...state, status: 'completed', attemptId: event.attemptId, finishedAt: event.at };
    case 'BacktestFailed':
      return { ...state, status: 'failed', failure: event.diagnostic, finishedAt: event.at };
    case 'BacktestCancelled': {
      const leftAttemptIds =
        state.lease === null ? state.leftAttemptIds : [...state.leftAttemptIds, state.lease.attemptId];
      return { ...state, status: 'cancelled', leftAttemptIds, finishedAt: event.at };
    }
    case 'CapacityReleased':
      return { ...state, lease: null };
    case 'ResultsRemoved':
      return { ...state, leftAttemptIds: state.leftAttemptIds.filter((id) => !event.attemptIds.includes(id)) };
    case 'OwnerNotified':
      return state;
  }
};

const recorded = (spec: BacktestSpec, at: number): Backtest => ({
  spec,
  status: 'queued',
  attempts: 0,
  crashes: 0,
  lease: null,
  lostAttemptIds: [],
  leftAttemptIds: [],
  attemptId: null,
  statistics: null,
  tradeHash: null,
  failure: null,
  createdAt: at,
  startedAt: null,
  finishedAt: null,
});

export const isFinished = ({ status }: Pick<Backtest, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

export const viewOf = (id: string, backtest: Backtest, version: number): BacktestView => ({
  id,
  owner: backtest.spec.owner,
  strategyId: backtest.spec.strategyId,
  strategyName: backtest.spec.strategyName,
  strategyVersion: backtest.spec.strategyVersion,
  params: backtest.spec.params,
  feeds: backtest.spec.feeds,
  from: backtest.spec.from,
  to: backtest.spec.to,
  profile: backtest.spec.profile,
  status: backtest.status,
  attempts: backtest.attempts,
  attemptId: backtest.attemptId,
  statistics: backtest.statistics,
  tradeHash: backtest.tradeHash,
  failure: backtest.failure,
  createdAt: backtest.createdAt,
  startedAt: backtest.startedAt,
  finishedAt: backtest.finishedAt,
  version,
});
