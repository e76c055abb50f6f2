/** A grid search: all combinations of the values to try, numbered but never listed. */

import { readParams } from '../strategy/params.ts';
import type { ParamDeclarations, ParamValue } from '../strategy/params.ts';
import { axisIndexOf, axisValue, readAxis } from './axis.ts';
import type { Axis, AxisSpec } from './axis.ts';
import { SearchMistake } from './mistake.ts';

export type Params = Readonly<Record<string, ParamValue>>;

/** True for combinations that make sense; the others are skipped and keep their number. */
export type Constraint = (params: Params) => boolean;

/** Plain data: a worker that has it needs only numbers to know what to run. */
export interface Grid {
  /** The parameters searched, in the order of their declaration. The last varies fastest. */
  readonly axes: readonly Axis[];
  /** Every parameter's value where it is not searched, in the order of declaration. */
  readonly base: Params;
  /** How many combinations there are, constraint or not: their indexes are 0 to size − 1. */
  readonly size: number;
}

export interface Combination {
  readonly index: number;
  readonly params: Params;
}

/** A grid beyond this could not be numbered exactly with room to spare. */
export const combinationsMax = 2 ** 52;

/**
 * Reads what to try per parameter; `set` gives the values of others, the rest keep their defaults.
 * Throws {@link SearchMistake} naming the parameter that can't be read or does not exist.
 */
export const readGrid = (
  declarations: ParamDeclarations,
  specs: Readonly<Record<string, AxisSpec>>,
  set: Readonly<Record<string, unknown>> = {},
): Grid => {
  for (const name of Object.keys(specs)) {
    if (!Object.hasOwn(declarations, name)) throw unknownParam(name, declarations);
    if (Object.hasOwn(set, name)) {
      throw new SearchMistake(
        'search-param',
        `Parameter "${name}" is both set and searched.`,
        'Leave one of the two out.',
      );
    }
  }
  const { values: base, problems } = readParams(declarations, set);
  const [problem] = problems;
  if (problem !== undefined)
    throw new SearchMistake('search-param', `Parameter "${problem.param}": ${problem.message}`, problem.remedy);
  const axes: Axis[] = [];
  for (const [name, param] of Object.entries(declarations)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec !== undefined) axes.push(readAxis(name, param, spec));
  }
  const size = axes.reduce((product, { count }) => product * count, 1);
  if (size > combinationsMax) {
    throw new SearchMistake(
      'search-size',
      `The grid has more than ${combinationsMax} combinations.`,
      'Give larger steps or fewer parameters, or search at random.',
    );
  }
  return { axes, base, size };
};

/** The combination of that number, in time proportional to the number of parameters. */
export const combinationAt = (grid: Grid, index: number): Params => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= grid.size) {
    throw new RangeError(`Combination ${String(index)} is outside 0…${String(grid.size - 1)}.`);
  }
  const params: Record<string, ParamValue> = { ...grid.base };
  let rest = index;
  for (let i = grid.axes.length - 1; i >= 0; i--) {
    const axis = grid.axes[i];
    if (axis === undefined) break;
    const digit = rest % axis.count;
    params[axis.param] = axisValue(axis, digit);
    rest = (rest - digit) / axis.count;
  }
  return params;
};

/** The number of a combination; −1 when it is not on the grid. */
export const indexOfCombination = (grid: Grid, params: Params): number => {
  let index = 0;
  for (const axis of grid.axes) {
    const value = params[axis.param];
    const digit = value === undefined ? -1 : axisIndexOf(axis, value);
    if (digit === -1) return -1;
    index = index * axis.count + digit;
  }
  return index;
};

/** The combinations numbered `from` (inclusive) to `to` (exclusive) that the constraint allows, made one at a time. */
export function* combinations(
  grid: Grid,
  allows: Constraint | null = null,
  from = 0,
  to: number = grid.size,
): Generator<Combination, void, undefined> {
  for (let index = from; index < Math.min(to, grid.size); index++) {
    const params = combinationAt(grid, index);
    if (allows === null || allows(params)) yield { index, params };
  }
}

/** How many of them there are. Without a constraint nothing is made. */
export const countCombinations = (
  grid: Grid,
  allows: Constraint | null = null,
  from = 0,
  to: number = grid.size,
): number => {
  const end = Math.min(to, grid.size);
  if (allows === null) return Math.max(0, end - from);
  let count = 0;
  for (let index = from; index < end; index++) if (allows(combinationAt(grid, index))) count++;
  return count;
};

/** Per axis: how far apart two combinations are whose values of it are neighbours. */
export const stridesOf = (grid: Grid): readonly number[] => {
  const strides: number[] = [];
  let stride = 1;
  for (let i = grid.axes.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= grid.axes[i]?.count ?? 1;
  }
  return strides;
};

export const unknownParam = (name: string, declarations: ParamDeclarations): SearchMistake => {
  const names = Object.keys(declarations);
  return new SearchMistake(
    'search-param',
    `There is no parameter "${name}".`,
    names.length > 0 ? `The parameters are ${names.join(', ')}.` : 'This strategy has no parameters.',
  );
};
