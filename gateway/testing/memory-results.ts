/** Results of backtests in memory for tests of routes. */

import { statisticKeys } from '#domain';
import type { BacktestResult, Statistics } from '#domain';
import type { MemberResult, MemberScores, Results, ResultTable } from '#ports';

/** Every statistic null but those given. */
export const statisticsOf = (known: Partial<Statistics>): Statistics =>
  // Every key is set, so it is whole.
  ({ ...Object.fromEntries(statisticKeys.map((key) => [key, null])), ...known }) as Statistics;

type Row = Readonly<Record<string, unknown>>;

export class MemoryResults implements Results, MemberScores {
  readonly #results = new Map<string, BacktestResult>();
  readonly #members = new Map<string, readonly MemberResult[]>();

  store(attemptId: string, result: BacktestResult): Promise<void> {
    this.#results.set(attemptId, result);
    return Promise.resolve();
  }

  head(attemptId: string): Promise<Row | null> {
    const {
      trades: _t,
      orders: _o,
      fills: _f,
      timeline: _l,
      equity: _e,
      log: _g,
      plots: _p,
      ...head
    } = this.#results.get(attemptId) ?? {};
    return Promise.resolve(this.#results.has(attemptId) ? head : null);
  }

  rows(
    attemptId: string,
    table: ResultTable,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly rows: readonly Row[]; readonly total: number }> {
    const result = this.#results.get(attemptId);
    const rows =
      table === 'equity'
        ? Array.from(result?.timeline ?? [], (time, step): Row => ({ time, equity: result?.equity[step] }))
        : (result?.[table] ?? []).map((row): Row => ({ ...row }));
    return Promise.resolve({ rows: rows.slice(offset, offset + limit), total: rows.length });
  }

  load(attemptId: string): Promise<BacktestResult | null> {
    return Promise.resolve(this.#results.get(attemptId) ?? null);
  }

  remove(attemptId: string): Promise<void> {
    this.#results.delete(attemptId);
    return Promise.resolve();
  }

  storeMembers(attemptId: string, _batchId: string, members: readonly MemberResult[]): Promise<void> {
    this.#members.set(attemptId, members);
    return Promise.resolve();
  }

  rank(
    _batchId: string,
    { attemptIds, statistic, ascending, offset, limit }: Parameters<Results['rank']>[1],
  ): ReturnType<Results['rank']> {
    const worst = ascending ? Infinity : -Infinity;
    const score = (member: MemberResult): number => scoreOf(member, statistic) ?? worst;
    const members = this.#of(attemptIds).sort((one, other) => (score(one) - score(other)) * (ascending ? 1 : -1));
    return Promise.resolve({ members: members.slice(offset, offset + limit), total: members.length });
  }

  scores(
    _batchId: string,
    { attemptIds, statistic }: Parameters<MemberScores['scores']>[1],
  ): ReturnType<MemberScores['scores']> {
    const scored = this.#of(attemptIds).filter((member) => scoreOf(member, statistic) !== null);
    return Promise.resolve({
      index: Float64Array.from(scored, ({ index }) => index),
      score: Float64Array.from(scored, (member) => scoreOf(member, statistic) ?? NaN),
    });
  }

  #of(attemptIds: readonly string[]): MemberResult[] {
    return attemptIds.flatMap((id) => this.#members.get(id) ?? []);
  }
}

const scoreOf = ({ statistics }: MemberResult, statistic: string): number | null =>
  statistics === null ? null : (statistics[statistic as keyof Statistics] ?? null); // the routes know the statistics by name
