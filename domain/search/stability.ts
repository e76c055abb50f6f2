/** Whether the best combination stands on a plateau or on a needle's point: what its neighbours score. */

import { exactSum } from '../statistics/exact-sum.ts';
import { stridesOf } from './grid.ts';
import type { Grid } from './grid.ts';
import { summarizeScores } from './scores.ts';
import type { Scores } from './scores.ts';

export interface Stability {
  /** The combination looked at, and its score. */
  readonly index: number;
  readonly score: number;
  /** Combinations next to it that have a score. */
  readonly neighbours: number;
  /** null without neighbours. */
  readonly mean: number | null;
  readonly worst: number | null;
  /** Part of the neighbours with a return above zero. */
  readonly profitable: number | null;
  /**
   * (mean of the neighbours − median of all) ÷ (score − median of all): 1 on a plateau, 0 where the
   * neighbours are no better than any combination, negative in a hole. null where nothing differs.
   */
  readonly plateau: number | null;
}

export interface StabilityInput {
  readonly grid: Grid;
  readonly scores: Scores;
  /** The return of each combination, for `profitable`; the scores themselves when these are returns. */
  readonly returns: Scores;
  readonly lowerIsBetter: boolean;
  /** The best combination. */
  readonly index: number;
}

/** Beyond this many neighbours in all directions only those along one parameter at a time are looked at. */
const neighboursMax = 20_000;

/**
 * Looks at the combinations whose every number differs by one step at most. Words and flags have no
 * order and stay as they are. null when the combination itself has no score.
 */
export const stabilityOf = ({ grid, scores, returns, lowerIsBetter, index }: StabilityInput): Stability | null => {
  const score = scores.at(index);
  if (score === null) return null;
  const known = neighboursOf(grid, index).filter((each) => scores.at(each) !== null);
  const values = Float64Array.from(known, (each) => scores.at(each) ?? NaN);
  const mean = known.length === 0 ? null : exactSum(values) / known.length;
  const { median } = summarizeScores(scores.all(), lowerIsBetter);
  const { worst } = summarizeScores(values, lowerIsBetter);
  const gap = score - (median ?? score);
  return {
    index,
    score,
    neighbours: known.length,
    mean,
    worst,
    profitable: known.length === 0 ? null : known.filter((each) => (returns.at(each) ?? 0) > 0).length / known.length,
    plateau:
      mean === null || median === null || Math.abs(gap) <= 1e-12 * Math.abs(score) ? null : (mean - median) / gap,
  };
};

/** The numbers of the combinations next to one, ascending. */
export const neighboursOf = (grid: Grid, index: number): readonly number[] => {
  const strides = stridesOf(grid);
  const moves = grid.axes.map((axis, i): readonly number[] => {
    const stride = strides[i] ?? 1;
    const digit = Math.floor(index / stride) % axis.count;
    if (axis.type === 'list' && !axis.values.every((value) => typeof value === 'number')) return [0];
    return [...(digit > 0 ? [-stride] : []), 0, ...(digit < axis.count - 1 ? [stride] : [])];
  });
  const inAllDirections = moves.reduce((product, { length }) => product * length, 1);
  const offsets =
    inAllDirections <= neighboursMax
      ? moves.reduce<number[]>((sums, axisMoves) => sums.flatMap((sum) => axisMoves.map((move) => sum + move)), [0])
      : moves.flat();
  return offsets
    .filter((offset) => offset !== 0)
    .map((offset) => index + offset)
    .sort((a, b) => a - b);
};
