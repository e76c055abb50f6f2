/** A random search: a sample of the combinations, the same for the same seed. */

import { randomFrom } from '../random.ts';
import type { ParamDeclarations, ParamValue } from '../strategy/params.ts';
import type { AxisSpec } from './axis.ts';
import { combinationAt, readGrid, unknownParam } from './grid.ts';
import type { Combination, Constraint, Grid } from './grid.ts';
import { SearchMistake } from './mistake.ts';

/** A number drawn evenly from an interval, its ends included. */
export interface Interval {
  readonly param: string;
  readonly from: number;
  readonly to: number;
}

/** Plain data. */
export interface RandomSpace {
  /** The parameters with countable values. */
  readonly grid: Grid;
  readonly intervals: readonly Interval[];
}

export interface RandomSearch {
  readonly seed: number | string;
  /** How many combinations to draw; a smaller discrete space is drawn once as a whole. */
  readonly trials: number;
}

/** Combinations drawn in a row that the constraint forbids, before a search of intervals gives up. */
const attemptsMax = 10_000;

/**
 * The same for a space without intervals, whose few allowed combinations are found where it is small
 * enough to be drawn as a whole: each draw is remembered, 100 MB in all, and made in a microsecond.
 */
const gridAttemptsMax = 1_000_000;

/**
 * Reads the space as a grid is read; in addition, a range without a step (`0.1..0.5`, or `*`) of a
 * number declared without one is an interval. Throws {@link SearchMistake}.
 */
export const readRandomSpace = (
  declarations: ParamDeclarations,
  specs: Readonly<Record<string, AxisSpec>>,
  set: Readonly<Record<string, unknown>> = {},
): RandomSpace => {
  const countable: Record<string, AxisSpec> = {};
  const intervals: Interval[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const param = Object.hasOwn(declarations, name) ? declarations[name] : undefined;
    if (param === undefined) throw unknownParam(name, declarations);
    const bounds = param.kind === 'float' && param.step === null ? boundsOf(spec, param.min, param.max) : null;
    if (bounds === null) {
      countable[name] = spec;
      continue;
    }
    // A grid of the two ends lets the same reader refuse what the declaration does not allow.
    const ends = bounds.from === bounds.to ? [bounds.from] : [bounds.from, bounds.to];
    readGrid(declarations, { [name]: ends }, set);
    if (bounds.from > bounds.to) {
      throw new SearchMistake(
        'search-param',
        `Parameter "${name}": the range ${bounds.from}..${bounds.to} ends before it begins.`,
        `Write ${name}=${bounds.to}..${bounds.from}.`,
      );
    }
    if (Math.max(-bounds.from, bounds.to) === Number.MAX_VALUE) {
      throw new SearchMistake(
        'search-param',
        `Parameter "${name}" is declared without min and max.`,
        `Declare them, or write ${name}=FROM..TO.`,
      );
    }
    intervals.push({ param: name, ...bounds });
  }
  return { grid: readGrid(declarations, countable, set), intervals };
};

/**
 * Draws combinations one at a time. Of a space without intervals none comes twice and `index` is
 * its number on the grid; else `index` counts the trials from 0. Memory grows with the combinations
 * drawn, those that the constraint forbids included, not with the space. Throws {@link SearchMistake}
 * when the constraint forbids too many in a row.
 */
export function* randomCombinations(
  space: RandomSpace,
  { seed, trials }: RandomSearch,
  allows: Constraint | null = null,
): Generator<Combination, void, undefined> {
  const random = randomFrom(seed);
  const indexes = shuffled(space.grid.size, random);
  const forbiddenMax = space.intervals.length > 0 ? attemptsMax : gridAttemptsMax;
  let drawn = 0;
  let forbidden = 0;
  while (drawn < trials) {
    const combination = space.intervals.length === 0 ? nextOf(space.grid, indexes) : drawFrom(space, random, drawn);
    if (combination === null) return;
    if (allows === null || allows(combination.params)) {
      yield combination;
      drawn++;
      forbidden = 0;
    } else if (++forbidden >= forbiddenMax) {
      throw new SearchMistake(
        'search-size',
        `The constraint forbade ${forbiddenMax} combinations in a row.`,
        'Give ranges in which more combinations are allowed.',
      );
    }
  }
}

const nextOf = (grid: Grid, indexes: Iterator<number>): Combination | null => {
  const next = indexes.next();
  return next.done === true ? null : { index: next.value, params: combinationAt(grid, next.value) };
};

const drawFrom = ({ grid, intervals }: RandomSpace, random: () => number, trial: number): Combination => {
  const params: Record<string, ParamValue> = { ...combinationAt(grid, Math.floor(random() * grid.size)) };
  for (const { param, from, to } of intervals) params[param] = Math.min(to, from + random() * (to - from));
  return { index: trial, params };
};

/**
 * 0 to size − 1 in random order, each once: the shuffle of Fisher and Yates, of which only the
 * places already touched are kept.
 */
function* shuffled(size: number, random: () => number): Generator<number, void, undefined> {
  const moved = new Map<number, number>();
  for (let place = 0; place < size; place++) {
    const other = place + Math.floor(random() * (size - place));
    yield moved.get(other) ?? other;
    moved.set(other, moved.get(place) ?? place);
    moved.delete(place);
  }
}

const boundsOf = (spec: AxisSpec, min: number, max: number): { readonly from: number; readonly to: number } | null => {
  if (typeof spec === 'string') {
    if (spec.trim() === '*') return { from: min, to: max };
    const [, from, to] = /^([^:,]+?)\.\.([^:,]+)$/.exec(spec.trim()) ?? [];
    return from === undefined || to === undefined ? null : { from: Number(from), to: Number(to) };
  }
  return 'from' in spec && spec.step === undefined ? { from: spec.from, to: spec.to } : null;
};
