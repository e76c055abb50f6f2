/** Results of backtests, in ClickHouse, under the id of the attempt that made them. */

import type { BacktestResult, Statistics } from '#domain';

export const resultTables = ['trades', 'orders', 'fills', 'equity', 'log'] as const;
export type ResultTable = (typeof resultTables)[number];

/** What a batch keeps of a member. */
export interface MemberResult {
  readonly index: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly symbols: readonly string[];
  readonly statistics: Statistics | null;
  readonly tradeHash: string | null;
  /** Why it has no statistics. */
  readonly failure: string | null;
  /** At most 500 points. */
  readonly equity: readonly number[];
}

export interface Results {
  /** Stores all of a result; resolves when it is kept. Storing an attempt again replaces it. */
  store(attemptId: string, result: BacktestResult): Promise<void>;
  /** All but the tables: statistics, settings, feeds, notes. */
  head(attemptId: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** Rows of a table from `offset` on, in the order of the run. */
  rows(
    attemptId: string,
    table: ResultTable,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly total: number }>;
  /** The result whole again, as it was stored: for the report and for exports. */
  load(attemptId: string): Promise<BacktestResult | null>;
  remove(attemptId: string): Promise<void>;
  storeMembers(attemptId: string, batchId: string, members: readonly MemberResult[]): Promise<void>;
  /** Members of the attempts that the journal names, best first by a statistic; failures last. */
  rank(
    batchId: string,
    query: {
      readonly attemptIds: readonly string[];
      readonly statistic: string;
      readonly ascending: boolean;
      readonly offset: number;
      readonly limit: number;
    },
  ): Promise<{ readonly members: readonly MemberResult[]; readonly total: number }>;
}

/** What a heat map is made from. */
export interface MemberScores {
  /** One statistic of all members of these attempts that have it: numbers of members, and values, in any order. */
  scores(
    batchId: string,
    query: { readonly attemptIds: readonly string[]; readonly statistic: string },
  ): Promise<{ readonly index: Float64Array; readonly score: Float64Array }>;
}
