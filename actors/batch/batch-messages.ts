/** A batch: many backtests of one strategy as one saga. Members are made as they are needed. */

import type { Statistics } from '#domain';
import type { Command, Refusal } from '#kernel';
import type { BacktestSpec } from '../backtest/backtest-messages.ts';
import type { ResultsRemoved } from '../backtest/left-results.ts';

/** What to try of each parameter: a list of values, a text such as `5..50:5`, or `{ from, to, step }`. */
export type SearchAxes = Readonly<Record<string, unknown>>;

/** How the members are made; `index` counts them from 0, and member i is always the same. */
export type BatchPlan =
  | { readonly type: 'grid'; readonly grid: SearchAxes }
  | {
      readonly type: 'random';
      readonly space: SearchAxes;
      readonly count: number;
      readonly seed: string;
    }
  | { readonly type: 'list'; readonly params: readonly Readonly<Record<string, unknown>>[] }
  | {
      readonly type: 'walk-forward';
      readonly grid: SearchAxes;
      readonly windows: number;
      /** Part of each window that chooses. Default 0.7. */
      readonly inSampleShare?: number;
      /** Every window begins at the first bar. Default: windows of one length. */
      readonly anchored?: boolean;
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

/** What a walk-forward over one set of feeds and one period found. */
export interface WalkForwardReport {
  /** The member that it is. */
  readonly index: number;
  readonly windows: readonly {
    /** Milliseconds UTC: the bars that chose from `inSampleFrom` on, those that judged from `outOfSampleFrom` on. */
    readonly inSampleFrom: number;
    readonly outOfSampleFrom: number;
    /** The first bar after the window; null: the window ends with the data. */
    readonly outOfSampleTo: number | null;
    readonly params: Readonly<Record<string, unknown>> | null;
    readonly inSampleScore: number | null;
    readonly outOfSampleScore: number | null;
    readonly outOfSampleReturn: number | null;
    readonly degradation: number | null;
  }[];
  /** Mean over the windows of out-of-sample score ÷ in-sample score. */
  readonly degradation: number | null;
  readonly profitableWindows: number | null;
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
  /** One for each member of a walk-forward that is done. */
  readonly walkForward: readonly WalkForwardReport[];
  /** Why it failed as a whole, or why the first of its failed members did. */
  readonly failure: string | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly version: number;
}

/** Published as a slot works on a portion; volatile. */
export interface BatchProgress {
  readonly batchId: string;
  readonly slot: string;
  /** Of the whole batch, as far as this slot knows. */
  readonly percent: number;
  readonly backtestsPerSecond: number;
  readonly etaSeconds: number | null;
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
  /** Members `from` (inclusive) to `to` (exclusive). */
  readonly from: number;
  readonly to: number;
  /** Members of the whole batch, those of them that are done with, and portions under way, this one included. */
  readonly members: number;
  readonly finished: number;
  readonly portions: number;
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
  /** Of this portion, at most 20. */
  readonly best: BatchView['best'];
  /** Why the first of its failed members failed. */
  readonly failure: string | null;
  readonly walkForward: readonly WalkForwardReport[];
}

/** The slot is still at it: moves the end of its lease. Refused when the attempt no longer counts. */
export interface RenewPortion extends Command<null> {
  readonly type: 'RenewPortion';
  readonly attemptId: string;
}

export interface PortionLost extends Command<null> {
  readonly type: 'PortionLost';
  readonly attemptId: string;
  readonly reason: string;
}

/** See `Resume` of a backtest. */
export interface ResumeBatch extends Command<null> {
  readonly type: 'ResumeBatch';
  readonly alive: readonly string[] | null;
}

/** No member can run: the strategy does not compile, a symbol has no data. */
export interface FailBatch extends Command<null> {
  readonly type: 'FailBatch';
  /** The portion in which it came out. */
  readonly attemptId: string;
  readonly reason: string;
}

/** With the source, to run a member again on demand. */
export interface GetBatchSpec extends Command<BatchSpec> {
  readonly type: 'GetBatchSpec';
}

export type BatchCommand =
  | SubmitBatch
  | CancelBatch
  | GetBatch
  | GetBatchSpec
  | ReservePortion
  | RenewPortion
  | PortionStored
  | PortionLost
  | ResultsRemoved
  | ResumeBatch
  | FailBatch;

export interface BatchRefusal extends Refusal {
  readonly code: 'batch-unknown' | 'batch-exists' | 'batch-finished' | 'attempt-stale' | 'batch-plan';
}
