/** The result of one backtest, and what a run is asked to do. */

import type { Feed } from '../market/feed.ts';
import type { Statistics } from '../statistics/statistics.ts';
import type { ParamValue } from '../strategy/params.ts';
import type { Fill, Order, Trade } from './order.ts';

/** A line that the strategy logged. */
export interface LogLine {
  readonly time: number;
  readonly text: string;
}

export interface BacktestResult {
  readonly strategy: string;
  readonly engineVersion: string;
  readonly params: Readonly<Record<string, ParamValue>>;
  /** The run's settings after defaults, profile name included: enough to run it again. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly feeds: readonly FeedSummary[];
  readonly statistics: Statistics;
  /** The reproduced engine's own statistics, where the run had a profile that has some. */
  readonly profileStatistics: Readonly<Record<string, number | string | null>> | null;
  /** 32 hex digits over every fill's bar, side, quantity and price: equal runs have equal hashes. */
  readonly tradeHash: string;
  readonly warmUpSteps: number;
  readonly trades: readonly Trade[];
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
  /** Milliseconds UTC and equity in currency, one entry per step of the timeline. */
  readonly timeline: Float64Array;
  readonly equity: Float64Array;
  readonly log: readonly LogLine[];
  /** Lines dropped because the log was full. */
  readonly logDropped: number;
  /** What the rules have to say of the run, one sentence each: a liquidation, a ruin, bars without finer ones. */
  readonly notes: readonly string[];
  /** The strategy's own lines: per name, steps and values. */
  readonly plots: Readonly<Record<string, { readonly steps: readonly number[]; readonly values: readonly number[] }>>;
}

export interface FeedSummary extends Pick<Feed, 'id' | 'symbol' | 'timeframeMs'> {
  readonly bars: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

/** What a batch member keeps: statistics, hash and a short equity curve (at most 500 points). */
export interface BatchResult {
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly statistics: Statistics;
  readonly tradeHash: string;
  readonly equity: Float64Array;
}
