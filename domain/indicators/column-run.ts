/**
 * Runs an indicator's steps over columns: all bars at once, or one bar at a time as they come. Both
 * call the same steps, so what they give cannot differ.
 */

import { RunMemory } from '../engine/run-memory.ts';
import { StrategyMistake } from '../strategy/mistake.ts';
import type { ManyRun, SingleRun } from './indicator.ts';

type Step = (...inputs: number[]) => number;
type StepInto = (out: Float64Array, ...inputs: number[]) => void;

/** Runs a computation over whole columns from bar `from`; bars before it are NaN. */
export const wholeColumns = (
  gives: readonly string[],
  run: SingleRun | ManyRun,
  inputs: readonly Float64Array[],
  { from = 0, memory = new RunMemory() }: { readonly from?: number; readonly memory?: RunMemory } = {},
): Float64Array[] => {
  const length = (inputs[0] as Float64Array).length; // an indicator has at least one input
  const columns = gives.map(() => memory.column(length));
  for (const column of columns) column.fill(NaN, 0, Math.min(from, length));
  const [first] = columns;
  const [values] = inputs;
  if ('nextAll' in run && run.nextAll !== undefined && first !== undefined && values !== undefined) {
    run.nextAll(values, first, from);
  } else if (columns.length === 1) fillColumn(columns[0] as Float64Array, run.next as Step, inputs, from);
  else fillColumns(columns, run.next as StepInto, inputs, from);
  return columns;
};

/** Steps a user's computation once per arriving bar; it allocates nothing. */
export const liveStepper = (
  gives: readonly string[],
  run: SingleRun | ManyRun,
  inputs: readonly Float64Array[],
  columns: readonly Float64Array[],
) => {
  const out = new Float64Array(gives.length);
  const step = run.next as Step;
  const stepInto = run.next as StepInto;
  return {
    advance(index: number): void {
      for (let i = 0; i < inputs.length; i++) {
        if (Number.isNaN((inputs[i] as Float64Array)[index])) return; // the sources are still warming up
      }
      if (columns.length === 1) {
        (columns[0] as Float64Array)[index] = numberFrom(callStep(step, inputs, index));
        return;
      }
      out.fill(NaN); // what a step leaves out is not the last bar's
      callStepInto(stepInto, out, inputs, index);
      for (let k = 0; k < columns.length; k++) (columns[k] as Float64Array)[index] = out[k] as number;
    },
  };
};

/** A step that forgets its return would give a series that is never warm, and nobody would know why. */
const numberFrom = (value: unknown): number => {
  if (typeof value === 'number') return value;
  throw new StrategyMistake(
    'indicator-shape',
    `next of an indicator returned ${value === undefined ? 'nothing' : `a value of type ${typeof value}`}.`,
    'Return one number for each bar, NaN while there is none.',
  );
};

/** Runs a computation of one output. The fastest indicators have one input and a loop of their own. */
const fillColumn = (column: Float64Array, next: Step, inputs: readonly Float64Array[], from: number): void => {
  const length = column.length;
  if (inputs.length === 1) {
    const a = inputs[0] as Float64Array;
    for (let i = from; i < length; i++) column[i] = next(a[i] as number); // all columns have one length
  } else {
    for (let i = from; i < length; i++) column[i] = callStep(next, inputs, i);
  }
};

const fillColumns = (
  columns: readonly Float64Array[],
  next: StepInto,
  inputs: readonly Float64Array[],
  from: number,
): void => {
  const length = (inputs[0] as Float64Array).length; // an indicator has at least one input
  const out = new Float64Array(columns.length);
  for (let i = from; i < length; i++) {
    callStepInto(next, out, inputs, i);
    for (let k = 0; k < columns.length; k++) (columns[k] as Float64Array)[i] = out[k] as number;
  }
};

/** Calls a step with exactly its inputs at a bar: no spread, which would allocate. */
const callStep = (next: Step, inputs: readonly Float64Array[], i: number): number => {
  // Indexes stay below the number of inputs, and i below the columns' length.
  const a = (inputs[0] as Float64Array)[i] as number;
  if (inputs.length === 1) return next(a);
  const b = (inputs[1] as Float64Array)[i] as number;
  if (inputs.length === 2) return next(a, b);
  const c = (inputs[2] as Float64Array)[i] as number;
  if (inputs.length === 3) return next(a, b, c);
  const d = (inputs[3] as Float64Array)[i] as number;
  if (inputs.length === 4) return next(a, b, c, d);
  return next(a, b, c, d, (inputs[4] as Float64Array)[i] as number);
};

/** As `callStep`, for a step of several outputs. */
const callStepInto = (next: StepInto, out: Float64Array, inputs: readonly Float64Array[], i: number): void => {
  const a = (inputs[0] as Float64Array)[i] as number;
  if (inputs.length === 1) return next(out, a);
  const b = (inputs[1] as Float64Array)[i] as number;
  if (inputs.length === 2) return next(out, a, b);
  const c = (inputs[2] as Float64Array)[i] as number;
  if (inputs.length === 3) return next(out, a, b, c);
  const d = (inputs[3] as Float64Array)[i] as number;
  if (inputs.length === 4) return next(out, a, b, c, d);
  return next(out, a, b, c, d, (inputs[4] as Float64Array)[i] as number);
};
