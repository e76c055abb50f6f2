/** The best of many results, found while they arrive, in memory for those alone. */

import { statisticDefinitions } from '../statistics/definitions.ts';
import type { StatisticKey } from '../statistics/definitions.ts';

export interface Ranked<T> {
  /** The number of the combination. */
  readonly index: number;
  /** null: the statistic is not known; such results come last. */
  readonly score: number | null;
  readonly result: T;
}

export interface RankingOptions {
  readonly by: StatisticKey;
  /** How many of the best to keep. */
  readonly keep: number;
}

/** Statistics where neither way is better are ranked by size, the largest first. */
export const isLowerBetter = (by: StatisticKey): boolean => statisticDefinitions[by].better === 'lower';

/**
 * Keeps the best results in a heap whose root is the worst of them. The order is total (score, then
 * the lower index), so the outcome does not depend on the order in which results arrive.
 */
export class Ranking<T> {
  readonly #keep: number;
  readonly #sign: number;
  readonly #heap: Ranked<T>[] = [];
  #count = 0;
  #unknown = 0;

  constructor({ by, keep }: RankingOptions) {
    if (!Number.isSafeInteger(keep) || keep < 1)
      throw new RangeError(`A ranking keeps at least 1 result, not ${String(keep)}.`);
    this.#keep = keep;
    this.#sign = isLowerBetter(by) ? -1 : 1;
  }

  /** Results that were added, and those of them without a score. */
  get count(): number {
    return this.#count;
  }

  get unknown(): number {
    return this.#unknown;
  }

  add(index: number, score: number | null, result: T): void {
    this.#count++;
    if (score === null) this.#unknown++;
    const entry = { index, score, result };
    const heap = this.#heap;
    if (heap.length < this.#keep) {
      heap.push(entry);
      this.#rise(heap.length - 1);
    } else if (heap[0] !== undefined && this.#compare(entry, heap[0]) < 0) {
      heap[0] = entry;
      this.#sink();
    }
  }

  /** Best first. */
  best(): readonly Ranked<T>[] {
    return this.#heap.toSorted((a, b) => this.#compare(a, b));
  }

  /** Negative when `a` is better. */
  #compare(a: Ranked<T>, b: Ranked<T>): number {
    if (a.score !== b.score) {
      if (a.score === null) return 1;
      if (b.score === null) return -1;
      return (b.score - a.score) * this.#sign;
    }
    return a.index - b.index;
  }

  #rise(from: number): void {
    for (let i = from; i > 0;) {
      const up = (i - 1) >> 1;
      if (!this.#swapIfWorse(i, up)) return;
      i = up;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      const [first, second] = [heap[left], heap[left + 1]];
      if (first === undefined) return;
      const worse = second !== undefined && this.#compare(second, first) > 0 ? left + 1 : left;
      if (!this.#swapIfWorse(worse, i)) return;
      i = worse;
    }
  }

  /** Swaps when the entry at `below` is worse than the one at `above` it. */
  #swapIfWorse(below: number, above: number): boolean {
    const heap = this.#heap;
    const [low, high] = [heap[below], heap[above]];
    if (low === undefined || high === undefined || this.#compare(low, high) <= 0) return false;
    heap[below] = high;
    heap[above] = low;
    return true;
  }
}
