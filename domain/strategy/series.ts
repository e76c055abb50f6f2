/**
 * Series: what a strategy sees of prices and indicators. A series ends at the bar that the run has
 * reached, so the future is not hidden by a promise but absent: there is no way to ask for it.
 */

import type { RunMemory } from '../engine/run-memory.ts';
import type { BarColumn } from '../market/bars.ts';
import { StrategyMistake } from './mistake.ts';

/** How far a feed has come. The engine moves `index`; strategies never hold one. */
export interface Cursor {
  /** Index of the newest complete bar; -1 before the first. */
  index: number;
}

/** A computation that must see each bar when it arrives and not before: a user's own indicator. */
export interface LiveComputation {
  /** Called once per bar of the feed, with the index of the bar that has just completed. */
  advance(index: number): void;
}

/** What all series of one feed share: its cursor, and where their live computations are kept. */
export interface SeriesClock {
  readonly cursor: Cursor;
  /** Number of bars that the feed will have in all; columns have this length. */
  readonly capacity: number;
  /** Stepped by the engine at each bar of the feed, in order of creation. */
  readonly live: LiveComputation[];
  /** All series of the feed that a strategy has made: their warm-up decides when `onBar` starts. */
  readonly made: Series[];
  /** True while `init` runs; series can be made only then. */
  open: boolean;
  /** Where the columns of its indicators come from. */
  readonly memory: RunMemory;
}

interface SeriesParts {
  readonly clock: SeriesClock;
  /** One value per bar of the feed. Of a live series only the values up to the cursor are there. */
  readonly values: Float64Array;
  /** Index of the first bar at which the value is defined: the warm-up in bars of this feed. */
  readonly warmUp: number;
  /** True when `values` were computed ahead for the whole feed by trusted code. */
  readonly whole: boolean;
}

let partsOf: (series: Series) => SeriesParts;

/** One number per bar, readable from the newest bar backwards. */
export class Series {
  readonly #values: Float64Array;
  readonly #cursor: Cursor;
  readonly #parts: SeriesParts;

  static {
    partsOf = (series) => series.#parts;
  }

  constructor(parts: SeriesParts) {
    this.#values = parts.values;
    this.#cursor = parts.clock.cursor;
    this.#parts = parts;
    Object.freeze(this);
  }

  /** The value at the newest bar; NaN before the series is warm. */
  get value(): number {
    const index = this.#cursor.index;
    return index < 0 ? NaN : (this.#values[index] as number); // index < length: the cursor never passes the feed's end
  }

  /** How many bars there are so far. */
  get length(): number {
    return this.#cursor.index + 1;
  }

  /** The value `bars` bars ago: `ago(0)` is the newest, `ago(1)` the one before. NaN before the first bar. */
  ago(bars: number): number {
    const index = this.#cursor.index - bars;
    if (bars >= 0 && index >= 0 && Number.isInteger(bars)) return this.#values[index] as number; // 0 ≤ index ≤ cursor
    if (!(bars >= 0 && Number.isInteger(bars))) this.#refuse(bars);
    return NaN;
  }

  /** The last `count` values, oldest first, as a new array; shorter at the beginning of the run. */
  last(count: number): Float64Array {
    if (!Number.isInteger(count) || count < 0) {
      throw new StrategyMistake(
        'series-count',
        `last(${String(count)}): the number of bars must be a whole number of at least 0.`,
        'Write for example close.last(20).',
      );
    }
    const end = this.#cursor.index + 1;
    return this.#values.slice(Math.max(0, end - count), end);
  }

  /** Lets a series stand in comparisons: `fast > slow` compares the newest values. */
  valueOf(): number {
    return this.value;
  }

  /** What `ctx.log` and JSON show of it. */
  toJSON(): number {
    return this.value;
  }

  toString(): string {
    return String(this.value);
  }

  #refuse(bars: number): never {
    if (typeof bars === 'number' && bars < 0) {
      throw new StrategyMistake(
        'look-ahead',
        `ago(${bars}) would read a bar that has not happened yet.`,
        'Count bars backwards: ago(0) is the newest bar, ago(1) the one before it.',
      );
    }
    throw new StrategyMistake(
      'series-index',
      `ago(${String(bars)}): the number of bars must be a whole number of at least 0.`,
      'Write for example close.ago(1) for the previous bar.',
    );
  }
}

/** Places at which people from Python and Pine look for values: `close[0]`, `close[-1]`. */
const indexesTried = ['0', '1', '2', '3', '-1', '-2', '-3'] as const;

for (const index of indexesTried) {
  Object.defineProperty(Series.prototype, index, {
    get(): never {
      throw new StrategyMistake(
        'series-index',
        `A series is not read by [${index}].`,
        'Write close.value for the newest bar, close.ago(1) for the one before it, close.last(20) for an array.',
      );
    },
  });
}

/** The bars of one feed as a strategy sees them: one {@link Series} per column. */
export interface BarSeries extends Readonly<Record<BarColumn, Series>> {
  readonly id: string;
  readonly symbol: string;
  /** Length of one bar in milliseconds. */
  readonly timeframeMs: number;
  /** How many bars there are so far. */
  readonly length: number;
}

/** The engine's view of a series. Not reachable from a strategy: its door does not export this. */
export const seriesParts = (series: Series): SeriesParts => partsOf(series);

/** Series can be made in `init` alone. Throws StrategyMistake `indicator-late`. */
export const mustBeOpen = ({ open }: SeriesClock): void => {
  if (open) return;
  throw new StrategyMistake(
    'indicator-late',
    'An indicator was made after init had ended.',
    'Make indicators in init, return them from it, and read them in onBar.',
  );
};

/** Makes a series and enters it in the feed's list, so that its warm-up counts. */
export const makeSeries = (parts: SeriesParts): Series => {
  mustBeOpen(parts.clock);
  const series = new Series(parts);
  parts.clock.made.push(series);
  return series;
};
