/** What comes of a portion of a batch, gathered member by member. */

import type { BatchResult } from '#domain';
import type { JobOutcome, MemberResult } from '#ports';
import type { BatchView, PortionStored, WalkForwardReport } from '../batch/batch-messages.ts';
import { bestMembersMax, bestOf } from '../batch/best-members.ts';
import type { Member } from '../batch/member-plan.ts';

export class PortionTally {
  readonly results: MemberResult[] = [];
  readonly #rankBy: string;
  #best: BatchView['best'] = [];
  #candidates: BatchView['best'][number][] = [];
  #done = 0;
  #failed = 0;
  #excluded = 0;
  #failure: string | null = null;
  readonly #walkForward: WalkForwardReport[] = [];

  constructor(rankBy: string) {
    this.#rankBy = rankBy;
  }

  get finished(): number {
    return this.#done + this.#failed + this.#excluded;
  }

  add(member: Member, symbols: readonly string[], outcome: JobOutcome): void {
    if (outcome.ok) this.#complete(member, symbols, outcome.result);
    else if (outcome.diagnostic.code === 'param-constraint') this.#excluded++;
    else this.fail(member, symbols, outcome.diagnostic.message);
  }

  fail({ index, params }: Member, symbols: readonly string[], failure: string): void {
    this.#failed++;
    this.#failure ??= failure;
    this.results.push({ index, params: params ?? {}, symbols, statistics: null, tradeHash: null, failure, equity: [] });
  }

  addWalkForward(result: MemberResult, report: WalkForwardReport): void {
    this.#walkForward.push(report);
    this.#take(result);
  }

  /** What the batch is told once the results are stored. */
  report(attemptId: string): PortionStored {
    this.#sift();
    return {
      type: 'PortionStored',
      attemptId,
      done: this.#done,
      failed: this.#failed,
      excluded: this.#excluded,
      best: this.#best,
      failure: this.#failure,
      walkForward: this.#walkForward,
    };
  }

  #complete(
    { index }: Member,
    symbols: readonly string[],
    result: Pick<BatchResult, 'params' | 'statistics' | 'tradeHash' | 'equity'>,
  ): void {
    const { params, statistics, tradeHash, equity } = result;
    this.#take({ index, params, symbols, statistics, tradeHash, failure: null, equity: Array.from(equity) });
  }

  #take(result: MemberResult): void {
    const { index, params, statistics, tradeHash } = result;
    this.#done++;
    this.results.push(result);
    if (statistics === null) return;
    this.#candidates.push({ index, params, statistics, tradeHash: tradeHash ?? '' });
    if (this.#candidates.length >= bestMembersMax * 10) this.#sift();
  }

  #sift(): void {
    this.#best = bestOf(this.#best, this.#candidates, this.#rankBy);
    this.#candidates = [];
  }
}
