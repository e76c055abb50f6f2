/**
 * The members of a batch, made from its plan when they are needed: each set of feeds with each period
 * with each combination of parameters, the last varying fastest. Member i is always the same.
 */

import { combinations, randomCombinations, readGrid, readParams, readRandomSpace, SearchMistake } from '#domain';
import type { Grid, ParamDeclarations } from '#domain';
import type { BatchSpec, SearchAxes } from './batch-messages.ts';

export interface Member {
  /** From 0. */
  readonly index: number;
  /** Every parameter's value; null for a walk-forward, which tries all combinations in each window. */
  readonly params: Readonly<Record<string, unknown>> | null;
  readonly feedSet: number;
  readonly period: number;
}

export interface MemberPlan {
  readonly total: number;
  /** What a walk-forward chooses from; null for other plans. */
  readonly grid: Grid | null;
  /** Members `from` (inclusive) to `to` (exclusive), one at a time. */
  readonly members: (from: number, to: number) => Iterable<Member>;
}

/**
 * Reads the plan of a batch with what its strategy declares. Throws `SearchMistake` naming the
 * parameter that does not exist or can't be tried so.
 */
export const memberPlan = (
  declarations: ParamDeclarations,
  { plan, params, feedSets, periods }: Pick<BatchSpec, 'plan' | 'params' | 'feedSets' | 'periods'>,
): MemberPlan => {
  const cells = feedSets.length * periods.length;
  if (cells === 0) throw new SearchMistake('search-size', 'The batch has no data.', 'Name symbols and periods.');
  switch (plan.type) {
    case 'grid': {
      const grid = readGrid(declarations, axesOf(plan.grid), params);
      return planOf(cells, periods.length, grid.size, (from, to) => paramsOf(combinations(grid, null, from, to)));
    }
    case 'random': {
      const space = readRandomSpace(declarations, axesOf(plan.space), params);
      // As on the command line: a grid is drawn from without repetition, so it may have fewer than asked for.
      const size = space.intervals.length === 0 ? Math.min(plan.count, space.grid.size) : plan.count;
      const draw = { seed: plan.seed, trials: size };
      return planOf(cells, periods.length, size, (from, to) =>
        paramsOf(between(randomCombinations(space, draw), from, to)),
      );
    }
    case 'list': {
      const list = plan.params;
      return planOf(cells, periods.length, list.length, (from, to) =>
        list.slice(from, to).map((own) => readParams(declarations, { ...params, ...own }).values),
      );
    }
    case 'walk-forward': {
      const grid = readGrid(declarations, axesOf(plan.grid), params);
      return { ...planOf(cells, periods.length, 1, () => [null]), grid };
    }
  }
};

type Params = Member['params'];

const planOf = (
  cells: number,
  periods: number,
  size: number,
  paramsBetween: (from: number, to: number) => Iterable<Params>,
): MemberPlan => ({
  total: cells * size,
  grid: null,
  *members(from, to) {
    for (let cell = Math.floor(from / size); cell < cells && cell * size < to; cell++) {
      const first = Math.max(0, from - cell * size);
      let index = cell * size + first;
      for (const params of paramsBetween(first, Math.min(size, to - cell * size)))
        yield { index: index++, params, feedSet: Math.floor(cell / periods), period: cell % periods };
    }
  },
});

function* paramsOf(list: Iterable<{ readonly params: Params }>): Generator<Params> {
  for (const { params } of list) yield params;
}

function* between<T>(list: Iterable<T>, from: number, to: number): Generator<T> {
  let place = 0;
  for (const item of list) {
    if (place >= to) return;
    if (place >= from) yield item;
    place++;
  }
}

type AxisSpecs = Parameters<typeof readGrid>[1];
type AxisSpec = AxisSpecs[string];

/** What a request says of each parameter; anything but a text, a list or a range is refused by name. */
const axesOf = (axes: SearchAxes): AxisSpecs =>
  Object.fromEntries(Object.entries(axes).map(([name, given]): [string, AxisSpec] => [name, axisOf(name, given)]));

const axisOf = (name: string, given: unknown): AxisSpec => {
  if (typeof given === 'string') return given;
  if (Array.isArray(given)) {
    if (given.every((value) => ['number', 'string', 'boolean'].includes(typeof value))) return given as AxisSpec; // checked
  } else if (typeof given === 'object' && given !== null) {
    const { from, to, step } = given as Readonly<Record<string, unknown>>; // an object, checked above
    if (typeof from === 'number' && typeof to === 'number' && (step === undefined || typeof step === 'number'))
      return step === undefined ? { from, to } : { from, to, step };
  }
  throw new SearchMistake(
    'search-param',
    `Parameter "${name}": ${JSON.stringify(given)} does not say what to try.`,
    `Write a list of values, or a text such as "5..50:5".`,
  );
};
