/** What a strategy writes down during a run: log lines and plotted points, both bounded. */

import type { LogLine } from '../engine/result.ts';
import { StrategyMistake } from './mistake.ts';
import { Series } from './series.ts';

/** Lines and characters a run may log; more are counted and dropped, so that output stays readable. */
const logLinesMax = 10_000;
const logLineLengthMax = 1_000;
/** Named lines a run may plot, and points in each. */
const plotNamesMax = 32;
const plotPointsMax = 200_000;

export interface Plot {
  readonly steps: number[];
  readonly values: number[];
}

export class Notebook {
  readonly lines: LogLine[] = [];
  readonly plots = new Map<string, Plot>();
  dropped = 0;
  readonly #keeps: boolean;

  /** With `keeps` false (a batch) everything is dropped uncounted. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  log(time: number, values: readonly unknown[]): void {
    if (!this.#keeps) return;
    if (this.lines.length >= logLinesMax) {
      this.dropped++;
      return;
    }
    this.lines.push({ time, text: values.map(textOf).join(' ').slice(0, logLineLengthMax) });
  }

  plot(name: string, step: number, value: number): void {
    if (!this.#keeps) return;
    let plot = this.plots.get(name);
    if (plot === undefined) {
      if (this.plots.size >= plotNamesMax)
        throw new StrategyMistake(
          'plot',
          `plot("${name}"): a run plots at most ${plotNamesMax} lines.`,
          'Use a fixed set of names.',
        );
      plot = { steps: [], values: [] };
      this.plots.set(name, plot);
    }
    if (plot.steps.length >= plotPointsMax) return;
    plot.steps.push(step);
    plot.values.push(value);
  }
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value.slice(0, logLineLengthMax);
  if (typeof value !== 'object' || value === null) return String(value).slice(0, logLineLengthMax);
  if (value instanceof Series) return String(value);
  try {
    // Typed arrays would be objects with a name per place.
    const shown = value instanceof Float64Array ? [...value.subarray(0, logLineLengthMax)] : value;
    return (JSON.stringify(shown) ?? '').slice(0, logLineLengthMax);
  } catch {
    return '[an object that has no JSON]'; // cyclic, or with a toJSON that throws: the line is for people only
  }
};
