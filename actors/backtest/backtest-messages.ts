/** A backtest: a saga with a step in the journal for each thing that is done for it. */

import type { Statistics } from '#domain';
import type { Command, Refusal } from '#kernel';
import type { Diagnostic, SourceFiles } from '#ports';
import type { ResultsRemoved } from './left-results.ts';

/** What is to be run: everything that the result depends on, so that it can be run again. */
export interface BacktestSpec {
  readonly owner: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly source: SourceFiles;
  /** Values that were given; absent ones take their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Feeds: the id under which the strategy knows each, its symbol, its interval. */
  readonly feeds: readonly { readonly id: string; readonly symbol: string; readonly interval: string }[];
  /** Milliseconds UTC, half-open; null: all that there is. */
  readonly from: number | null;
  readonly to: number | null;
  readonly profile: string;
  readonly config: unknown;
  readonly seed: number | string;
  /** 0 (last) to 9 (first); 5 is usual. */
  readonly priority: number;
}

export type BacktestStatus = 'queued' | 'reserved' | 'running' | 'storing' | 'completed' | 'failed' | 'cancelled';

export interface BacktestView {
  readonly id: string;
  readonly owner: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly strategyVersion: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly feeds: BacktestSpec['feeds'];
  readonly from: number | null;
  readonly to: number | null;
  readonly profile: string;
  readonly status: BacktestStatus;
  /** Of the last attempt. */
  readonly attempts: number;
  /** The attempt whose result counts; set when completed. */
  readonly attemptId: string | null;
  readonly statistics: Statistics | null;
  readonly tradeHash: string | null;
  readonly failure: Diagnostic | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly version: number;
}

/** Published as it runs; volatile. */
export interface BacktestProgress {
  readonly backtestId: string;
  readonly percent: number;
  readonly barsPerSecond: number;
  readonly etaSeconds: number | null;
  readonly equity: number;
}

export interface SubmitBacktest extends Command<BacktestView> {
  readonly type: 'SubmitBacktest';
  readonly spec: BacktestSpec;
}

/** A runner slot has taken it: answers with what to run. Refused when it is no longer wanted. */
export interface ReserveCapacity extends Command<BacktestSpec> {
  readonly type: 'ReserveCapacity';
  readonly attemptId: string;
  readonly slot: string;
}

export interface RunStarted extends Command<null> {
  readonly type: 'RunStarted';
  readonly attemptId: string;
}

/** The slot is still at it: moves the end of its lease. Refused when the attempt no longer counts: then it stops. */
export interface RenewLease extends Command<null> {
  readonly type: 'RenewLease';
  readonly attemptId: string;
}

/** The result lies in the store under the attempt's id. */
export interface ResultsStored extends Command<null> {
  readonly type: 'ResultsStored';
  readonly attemptId: string;
  readonly statistics: Statistics;
  readonly tradeHash: string;
}

/** The strategy or its data failed: running it again would fail again. */
export interface RunFailed extends Command<null> {
  readonly type: 'RunFailed';
  readonly attemptId: string;
  readonly diagnostic: Diagnostic;
}

/** The place where it ran failed: it goes back into the queue, or fails after too many attempts. */
export interface AttemptLost extends Command<null> {
  readonly type: 'AttemptLost';
  readonly attemptId: string;
  readonly reason: string;
  /** `work`: what ran brought its place down, so it may do so again. `place`: it had no part in it. */
  readonly blame: 'work' | 'place';
}

/**
 * Looks whether anything has to be done for it: announces it while it is queued, gives up an attempt
 * whose place is gone, removes results that do not count. `alive` are the incarnations of the places
 * that run; null when only leases tell.
 */
export interface Resume extends Command<null> {
  readonly type: 'Resume';
  readonly alive: readonly string[] | null;
}

export interface CancelBacktest extends Command<BacktestView> {
  readonly type: 'CancelBacktest';
}

export interface GetBacktest extends Command<BacktestView> {
  readonly type: 'GetBacktest';
}

/** With the source, to run it again on demand. */
export interface GetBacktestSpec extends Command<BacktestSpec> {
  readonly type: 'GetBacktestSpec';
}

export type BacktestCommand =
  | SubmitBacktest
  | ReserveCapacity
  | RunStarted
  | RenewLease
  | ResultsStored
  | RunFailed
  | AttemptLost
  | ResultsRemoved
  | Resume
  | CancelBacktest
  | GetBacktest
  | GetBacktestSpec;

export interface BacktestRefusal extends Refusal {
  readonly code: 'backtest-unknown' | 'backtest-exists' | 'backtest-finished' | 'attempt-stale';
}
