/** A batch: many backtests of one strategy as one saga. Members are made as they are needed. */

import type { Statistics } from '#domain';
import type { Command, Refusal } from '#kernel';
import type { BacktestSpec } from '../backtest/backtest-messages.ts';

/** How the members are made; `index` counts them from 0, and member i is always the same. */
export type BatchPlan =
  | { readonly type: 'grid'; readonly grid: Readonly<Record<string, readonly unknown[]>> }
  | {
      readonly type: 'random';
      readonly space: Readonly<Record<string, unknown>>;
      readonly count: number;
      readonly seed: string;
    }
  | { readonly type: 'list'; readonly params: readonly Readonly<Record<string, unknown>>[] }
  | {
      readonly type: 'walk-forward';
      readonly grid: Readonly<Record<string, readonly unknown[]>>;
      readonly windows: number;
    };

export interface BatchSpec extends Omit<BacktestSpec, 'params' | 'feeds' | 'from' | 'to'> {
  /** Values that all members share. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly plan: BatchPlan;
  /** Each symbol (or set of feeds) and each period is run with all combinations. */
  readonly feedSets: readonly BacktestSpec['feeds'][];
  readonly periods: readonly { readonly from: number | null; readonly to: number | null }[];
  /** The statistic that ranks, a key of `statisticDefinitions`. */
  readonly rankBy: string;
}

export type BatchStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface BatchView {
  readonly id: string;
  readonly owner: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly plan: BatchPlan;
  readonly feedSets: BatchSpec['feedSets'];
  readonly periods: BatchSpec['periods'];
  readonly rankBy: string;
  readonly status: BatchStatus;
  readonly members: number;
  readonly done: number;
  readonly failed: number;
  /** Excluded by the strategy's constraint. */
  readonly excluded: number;
  /** Best of the completed ones, best first, at most 20. */
  readonly best: readonly {
    readonly index: number;
    readonly params: Readonly<Record<string, unknown>>;
    readonly statistics: Statistics;
    readonly tradeHash: string;
  }[];
  /** Attempts whose member results count. */
  readonly attemptIds: readonly string[];
  readonly failure: string | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly version: number;
}

export interface SubmitBatch extends Command<BatchView> {
  readonly type: 'SubmitBatch';
  readonly spec: BatchSpec;
  /** Members in all, counted by the gateway from the plan. */
  readonly members: number;
}

export interface CancelBatch extends Command<BatchView> {
  readonly type: 'CancelBatch';
}

export interface GetBatch extends Command<BatchView> {
  readonly type: 'GetBatch';
}

/** A slot takes a portion of the members: answers with which, or null when none are left. */
export interface ReservePortion extends Command<{
  readonly spec: BatchSpec;
  readonly from: number;
  readonly to: number;
} | null> {
  readonly type: 'ReservePortion';
  readonly attemptId: string;
  readonly slot: string;
  /** How many at most. */
  readonly members: number;
}

/** The portion's results lie in the store under the attempt's id. */
export interface PortionStored extends Command<null> {
  readonly type: 'PortionStored';
  readonly attemptId: string;
  readonly done: number;
  readonly failed: number;
  readonly excluded: number;
  readonly best: BatchView['best'];
}

export interface PortionLost extends Command<null> {
  readonly type: 'PortionLost';
  readonly attemptId: string;
  readonly reason: string;
}

/** No member can run: the strategy does not compile, a symbol has no data. */
export interface FailBatch extends Command<null> {
  readonly type: 'FailBatch';
  readonly reason: string;
}

export type BatchCommand =
  | SubmitBatch
  | CancelBatch
  | GetBatch
  | ReservePortion
  | PortionStored
  | PortionLost
  | FailBatch;

export interface BatchRefusal extends Refusal {
  readonly code: 'batch-unknown' | 'batch-exists' | 'batch-finished' | 'attempt-stale' | 'batch-plan';
}
