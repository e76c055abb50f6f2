/** One statistic of every combination of a search, eight bytes each, for what looks at all of them. */

import { exactSum } from '../statistics/exact-sum.ts';
import { axisValue } from './axis.ts';
import type { ParamValue } from '../strategy/params.ts';
import { stridesOf } from './grid.ts';
import type { Grid } from './grid.ts';
import { SearchMistake } from './mistake.ts';

/** 80 MB of scores; a larger search still has its ranking. */
export const scoresMax = 10_000_000;

/**
 * Takes results in any order and gives the same bits in every order, because everything is computed
 * from the table by index.
 */
export class Scores {
  readonly #values: Float64Array;
  #known = 0;

  /** Throws {@link SearchMistake} above {@link scoresMax} combinations. */
  constructor(size: number) {
    if (size > scoresMax) {
      throw new SearchMistake(
        'search-size',
        `Scores of ${String(size)} combinations can't be kept.`,
        `Heat maps and summaries are made of at most ${String(scoresMax)}; rank without them, or search fewer.`,
      );
    }
    this.#values = new Float64Array(size).fill(NaN);
  }

  get size(): number {
    return this.#values.length;
  }

  /** Combinations with a score so far. */
  get known(): number {
    return this.#known;
  }

  add(index: number, score: number | null): void {
    if (!(index >= 0 && index < this.size)) throw new RangeError(`There is no combination ${String(index)}.`);
    const before = this.at(index);
    this.#values[index] = score ?? NaN;
    this.#known += Number(this.at(index) !== null) - Number(before !== null);
  }

  /** null: skipped, not run yet or without the statistic. */
  at(index: number): number | null {
    const value = this.#values[index] ?? NaN;
    return Number.isNaN(value) ? null : value;
  }

  /** The known scores in the order of their combinations. */
  all(): Float64Array {
    return this.#values.filter((value) => !Number.isNaN(value));
  }
}

export interface ScoreSummary {
  /** Known scores. The others are null when there is none. */
  readonly count: number;
  readonly best: number | null;
  readonly mean: number | null;
  readonly median: number | null;
  readonly worst: number | null;
}

/** Summarises scores; sorts its argument. `lowerIsBetter` says which end is the best. */
export const summarizeScores = (scores: Float64Array, lowerIsBetter: boolean): ScoreSummary => {
  if (scores.length === 0) return { count: 0, best: null, mean: null, median: null, worst: null };
  const mean = exactSum(scores) / scores.length;
  const sorted = scores.sort();
  const low = sorted[0] ?? NaN;
  const high = sorted[sorted.length - 1] ?? NaN;
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  return { count: sorted.length, mean, median, best: lowerIsBetter ? low : high, worst: lowerIsBetter ? high : low };
};

export interface ParamSummary {
  readonly param: string;
  /** What came of each value of the parameter, over all values of the others. */
  readonly values: readonly (ScoreSummary & { readonly value: ParamValue })[];
}

/** How the search went by each value of each parameter. */
export const summarizeParams = (grid: Grid, scores: Scores, lowerIsBetter: boolean): readonly ParamSummary[] => {
  const strides = stridesOf(grid);
  return grid.axes.map((axis, i) => {
    const stride = strides[i] ?? 1;
    const room = new Float64Array(grid.size / axis.count);
    const values = Array.from({ length: axis.count }, (_, digit) => {
      let found = 0;
      for (let block = digit * stride; block < grid.size; block += stride * axis.count) {
        for (let index = block; index < block + stride; index++) {
          const score = scores.at(index);
          if (score !== null) room[found++] = score;
        }
      }
      return { value: axisValue(axis, digit), ...summarizeScores(room.subarray(0, found), lowerIsBetter) };
    });
    return { param: axis.param, values };
  });
};
