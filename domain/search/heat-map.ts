/** A search seen over two of its parameters. */

import { axisValues } from './axis.ts';
import type { ParamValue } from '../strategy/params.ts';
import { stridesOf, unknownParam } from './grid.ts';
import type { Grid } from './grid.ts';
import { SearchMistake } from './mistake.ts';
import { summarizeScores } from './scores.ts';
import type { Scores } from './scores.ts';

/** How the scores of one cell, which differ in the other parameters, become one number. */
export type CellAggregate = 'best' | 'mean' | 'median';

export interface HeatMapOptions {
  /** Names of two different parameters of the grid. */
  readonly x: string;
  readonly y: string;
  readonly aggregate: CellAggregate;
  readonly lowerIsBetter: boolean;
}

export interface HeatMap {
  readonly x: { readonly param: string; readonly values: readonly ParamValue[] };
  readonly y: { readonly param: string; readonly values: readonly ParamValue[] };
  readonly aggregate: CellAggregate;
  /** One row per value of y, one cell per value of x; null where no score is known. */
  readonly rows: readonly (readonly (number | null)[])[];
  /** Lowest and highest cell, for the scale of colours; null when no cell is known. */
  readonly lowest: number | null;
  readonly highest: number | null;
}

/** More cells than a screen has room for. */
const cellsMax = 250_000;

/** Throws {@link SearchMistake} when the parameters are not two of the grid's, or the map is too large. */
export const heatMap = (grid: Grid, scores: Scores, { x, y, aggregate, lowerIsBetter }: HeatMapOptions): HeatMap => {
  const strides = stridesOf(grid);
  const [xAt, yAt] = [axisNumber(grid, x), axisNumber(grid, y)];
  const [xAxis, yAxis] = [grid.axes[xAt], grid.axes[yAt]];
  if (xAxis === undefined || yAxis === undefined || xAt === yAt) {
    throw new SearchMistake(
      'search-param',
      `A heat map needs two parameters, not "${x}" twice.`,
      'Name two parameters of the grid.',
    );
  }
  if (xAxis.count * yAxis.count > cellsMax) {
    throw new SearchMistake(
      'search-size',
      `A heat map of ${xAxis.count} × ${yAxis.count} cells is too large.`,
      `Give larger steps; it may have ${cellsMax} cells.`,
    );
  }
  const offsets = offsetsOfOthers(grid, strides, xAt, yAt);
  const room = new Float64Array(offsets.length);
  let lowest: number | null = null;
  let highest: number | null = null;
  const rows = Array.from({ length: yAxis.count }, (_, row) =>
    Array.from({ length: xAxis.count }, (_, column) => {
      const corner = row * (strides[yAt] ?? 0) + column * (strides[xAt] ?? 0);
      let found = 0;
      for (const offset of offsets) {
        const score = scores.at(corner + offset);
        if (score !== null) room[found++] = score;
      }
      const cell = summarizeScores(room.subarray(0, found), lowerIsBetter)[aggregate];
      if (cell !== null) {
        lowest = Math.min(lowest ?? cell, cell);
        highest = Math.max(highest ?? cell, cell);
      }
      return cell;
    }),
  );
  return {
    x: { param: x, values: axisValues(xAxis) },
    y: { param: y, values: axisValues(yAxis) },
    aggregate,
    rows,
    lowest,
    highest,
  };
};

const axisNumber = (grid: Grid, param: string): number => {
  const found = grid.axes.findIndex((axis) => axis.param === param);
  if (found === -1)
    throw unknownParam(
      param,
      Object.fromEntries(grid.axes.map((axis) => [axis.param, { kind: 'flag', default: false, label: null } as const])),
    );
  return found;
};

/** The indexes of all combinations of the other parameters, the two at their first values. */
const offsetsOfOthers = (grid: Grid, strides: readonly number[], xAt: number, yAt: number): Float64Array => {
  let offsets = Float64Array.of(0);
  grid.axes.forEach((axis, i) => {
    if (i === xAt || i === yAt) return;
    const stride = strides[i] ?? 0;
    const next = new Float64Array(offsets.length * axis.count);
    offsets.forEach((offset, at) => {
      for (let digit = 0; digit < axis.count; digit++) next[at * axis.count + digit] = offset + digit * stride;
    });
    offsets = next;
  });
  return offsets;
};
