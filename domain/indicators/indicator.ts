/**
 * The one way in which an indicator is defined, built in or a user's own: a function that starts a
 * computation and steps it bar by bar. The whole-column form that backtests use runs the same steps
 * in a loop, so the two can't differ.
 */

import { RunMemory } from '../engine/run-memory.ts';
import type { PriceColumn } from '../market/bars.ts';
import { StrategyMistake } from '../strategy/mistake.ts';
import { makeSeries, mustBeOpen, Series, seriesParts } from '../strategy/series.ts';
import type { BarSeries, SeriesClock } from '../strategy/series.ts';
import { liveStepper, wholeColumns } from './column-run.ts';
import { checkedParameters } from './parameter.ts';
import type { IndicatorParameter, ParametersFor } from './parameter.ts';

/** A computation under way that gives one number per bar. */
export interface SingleRun {
  /** How many bars pass before the first defined value: 0 when the first bar already gives one. */
  readonly lookback: number;
  /** Takes one bar's inputs, in the order of `takes`; returns its value, NaN during the lookback. */
  readonly next: (...inputs: number[]) => number;
  /**
   * The same steps as `next` over many bars in one loop, where calls would cost more than the steps:
   * for indicators of one input that stand in nearly every strategy. Must give the same bits.
   */
  readonly nextAll?: (values: Float64Array, column: Float64Array, from: number) => void;
}

/** A computation under way that gives several numbers per bar. */
export interface ManyRun {
  readonly lookback: number;
  /** Writes one number per output, in the order of `gives`; NaN during the lookback. */
  readonly next: (out: Float64Array, ...inputs: number[]) => void;
}

type RunOf<Gives extends readonly string[]> = Gives['length'] extends 1 ? SingleRun : ManyRun;

export interface IndicatorSpec<
  Takes extends readonly string[],
  Gives extends readonly string[],
  Params extends readonly unknown[],
> {
  readonly name: string;
  /**
   * The inputs. Names of price columns (`high`, `low`, `close`, …) are taken from a feed's bars;
   * any other name, such as `value`, is a series that the caller passes.
   */
  readonly takes: Takes;
  /** The outputs. One: the indicator is a series; several: an object with a series for each. */
  readonly gives: Gives;
  /** Checks the parameters and starts a computation with state of its own. */
  readonly start: (...params: Params) => RunOf<Gives>;
}

/** The families in which editor help and documentation list the built-in indicators. */
export const indicatorGroups = [
  'average',
  'band',
  'momentum',
  'trend',
  'volatility',
  'volume',
  'price',
  'statistics',
  'cycle',
  'math',
] as const;

export type IndicatorGroup = (typeof indicatorGroups)[number];

/** What editor help and documentation say of a built-in indicator. */
export interface IndicatorAbout {
  readonly title: string;
  readonly group: IndicatorGroup;
  readonly parameters: readonly IndicatorParameter[];
}

/** A built-in: its parameters are declared, so they are checked and may be left out. */
export interface BuiltInSpec<
  Takes extends readonly string[],
  Gives extends readonly string[],
  Params extends readonly unknown[],
> extends IndicatorSpec<Takes, Gives, Params> {
  readonly title: string;
  readonly group: IndicatorGroup;
  /** One for each parameter of `start`, in its order. */
  readonly parameters: ParametersFor<NoInfer<Params>>;
}

type PriceOnly<Takes extends readonly string[]> = Takes[number] extends PriceColumn ? true : false;

/** One series per input; or, where all inputs are price columns, the bars that have them. */
export type SourcesOf<Takes extends readonly string[]> =
  PriceOnly<Takes> extends true
    ? [bars: Readonly<Record<Takes[number], Series>>]
    : { [K in keyof Takes]: Series | BarSeries };

export type OutputOf<Gives extends readonly string[]> = Gives['length'] extends 1
  ? Series
  : { readonly [K in Gives[number]]: Series };

export type ColumnsOf<Gives extends readonly string[]> = Gives['length'] extends 1
  ? Float64Array
  : { readonly [K in Gives[number]]: Float64Array };

/**
 * An indicator. Called with its sources and parameters in `init` it makes a series:
 * `sma(ctx.bars.main.close, 20)`.
 */
export interface Indicator<
  Takes extends readonly string[] = readonly string[],
  Gives extends readonly string[] = readonly string[],
  Params extends readonly unknown[] = readonly unknown[],
> {
  (...args: [...SourcesOf<Takes>, ...Params]): OutputOf<Gives>;
  readonly indicatorName: string;
  readonly takes: Takes;
  readonly gives: Gives;
  /** Of a built-in; null for a strategy's own. */
  readonly about: IndicatorAbout | null;
  /** Starts an incremental computation, for live use and for indicators made of others. */
  readonly start: (...params: Params) => RunOf<Gives>;
  /** Computes whole columns at once, one column per input; NaN during the lookback. */
  readonly batch: (inputs: readonly Float64Array[], ...params: Params) => ColumnsOf<Gives>;
}

/**
 * Defines an indicator of a strategy's own. It is stepped as bars arrive, never ahead of them.
 *
 * @example
 * const range = defineIndicator({
 *   name: 'range',
 *   takes: ['high', 'low'],
 *   gives: ['value'],
 *   start: () => ({ lookback: 0, next: (high, low) => high - low }),
 * });
 * // in init: range(ctx.bars.main)
 */
export const defineIndicator = <
  const Takes extends readonly string[],
  const Gives extends readonly string[],
  Params extends readonly unknown[],
>(
  spec: IndicatorSpec<Takes, Gives, Params>,
): Indicator<Takes, Gives, Params> => makeIndicator(spec, null);

/**
 * Defines an indicator of the platform. Its code is trusted not to leak what it sees, so a backtest
 * computes it for all bars at once. Not exported to strategies.
 *
 * `start` receives parameters that are checked against `parameters` and complete: those that a
 * caller leaves out have their defaults.
 */
export const builtIn = <
  const Takes extends readonly string[],
  const Gives extends readonly string[],
  Params extends readonly unknown[],
>(
  spec: BuiltInSpec<Takes, Gives, Params>,
): Indicator<Takes, Gives, Partial<Params>> => {
  const { name, title, group, takes, gives, start } = spec;
  const parameters: readonly IndicatorParameter[] = spec.parameters;
  const checkedStart = (...given: Partial<Params>) =>
    start(...(checkedParameters(name, parameters, given) as unknown as Params)); // `parameters` mirrors Params
  return makeIndicator({ name, takes, gives, start: checkedStart }, Object.freeze({ title, group, parameters }));
};

const priceColumns: readonly string[] = ['open', 'high', 'low', 'close', 'volume'];
const inputsMax = 5;

const makeIndicator = <
  Takes extends readonly string[],
  Gives extends readonly string[],
  Params extends readonly unknown[],
>(
  spec: IndicatorSpec<Takes, Gives, Params>,
  /** Given for the platform's own, which are trusted. */
  about: IndicatorAbout | null,
): Indicator<Takes, Gives, Params> => {
  const { name, start } = spec;
  const takes = ownList(spec.takes);
  const gives = ownList(spec.gives);
  checkShape({ name, takes, gives, start });
  if (takes.length < 1 || takes.length > inputsMax || gives.length < 1) {
    throw new StrategyMistake(
      'indicator-shape',
      `Indicator ${name} takes ${takes.length} inputs and gives ${gives.length} outputs.`,
      `Name one to ${inputsMax} inputs and at least one output.`,
    );
  }
  const fromBars = takes.every((input) => priceColumns.includes(input));
  const sourceCount = fromBars ? 1 : takes.length;

  const call = (...args: unknown[]): unknown => {
    const sources = fromBars ? columnsOfBars(name, takes, args[0]) : seriesArguments(name, takes, args);
    // The compiler has checked the parameters against Params at the call; `start` checks their values.
    const run = start(...(args.slice(sourceCount) as unknown as Params));
    if (about === null) checkRun(name, run);
    return derive({ gives, run, sources, trusted: about !== null });
  };
  const batch = (inputs: readonly Float64Array[], ...params: Params): unknown => {
    const columns = wholeColumns(gives, start(...params), inputs);
    return gives.length === 1 ? columns[0] : Object.fromEntries(gives.map((output, i) => [output, columns[i]]));
  };
  Object.defineProperty(call, 'name', { value: name });
  // The shape follows from `takes` and `gives`, which the compiler can't relate to the arrays above.
  return Object.freeze(
    Object.assign(call, { indicatorName: name, takes, gives, about, start, batch }),
  ) as unknown as Indicator<Takes, Gives, Params>;
};

/**
 * A list of our own: one of the strategy's may have methods of its own, which would be handed the
 * functions that lead from a series to its whole column.
 */
const ownList = <List extends readonly string[]>(given: List): List =>
  (Array.isArray(given) ? Object.freeze(Array.from(given)) : given) as List; // the same names; what is no list is refused by checkShape

const isNames = (value: unknown): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length;

/** The compiler checks this of TypeScript; a strategy may be JavaScript. */
const checkShape = ({
  name,
  takes,
  gives,
  start,
}: Readonly<Record<'name' | 'takes' | 'gives' | 'start', unknown>>): void => {
  if (typeof name === 'string' && isNames(takes) && isNames(gives) && typeof start === 'function') return;
  throw new StrategyMistake(
    'indicator-shape',
    'defineIndicator needs a name, takes and gives as lists of different names, and start.',
    "Write defineIndicator({ name: 'range', takes: ['high', 'low'], gives: ['value'], start: () => ({ lookback: 0, next: (high, low) => high - low }) }).",
  );
};

/** Without a lookback nobody knows when the strategy may begin: it would wait for ever. */
const checkRun = (name: string, run: unknown): void => {
  const { lookback, next } = (run ?? {}) as { readonly lookback?: unknown; readonly next?: unknown }; // fields of whatever start returned
  if (Number.isSafeInteger(lookback) && (lookback as number) >= 0 && typeof next === 'function') return;
  throw new StrategyMistake(
    'indicator-shape',
    `start of the indicator ${name} must return { lookback, next }: a whole number of bars and a function.`,
    'Write for example start: (bars) => ({ lookback: bars - 1, next: (value) => … }).',
  );
};

interface Derivation {
  readonly gives: readonly string[];
  readonly run: SingleRun | ManyRun;
  readonly sources: readonly Series[];
  readonly trusted: boolean;
}

/** Makes the series of an indicator: computed ahead where that can leak nothing, else bar by bar. */
const derive = ({ gives, run, sources, trusted }: Derivation): unknown => {
  const parts = sources.map(seriesParts);
  const first = parts[0] as (typeof parts)[number]; // an indicator has at least one input
  const clock = first.clock;
  const { memory } = clock;
  if (parts.some((part) => part.clock !== clock)) {
    throw new StrategyMistake(
      'indicator-feeds',
      'An indicator was given series of different feeds, whose bars do not come together.',
      'Give it series of one feed, or combine the values of both feeds in onBar.',
    );
  }
  mustBeOpen(clock);
  const inputs = parts.map((part) => part.values);
  const whole = trusted && parts.every((part) => part.whole);
  const warmUp = Math.max(...parts.map((part) => part.warmUp)) + run.lookback;
  let columns: Float64Array[];
  if (whole) {
    columns = wholeColumns(gives, run, inputs, { from: Math.max(...parts.map((part) => part.warmUp)), memory });
  } else {
    columns = gives.map(() => memory.column(clock.capacity).fill(NaN));
    clock.live.push(liveStepper(gives, run, inputs, columns));
  }
  const series = columns.map((values) => makeSeries({ clock, values, warmUp, whole }));
  return gives.length === 1
    ? series[0]
    : Object.freeze(Object.fromEntries(gives.map((output, i) => [output, series[i]])));
};

const columnsOfBars = (name: string, takes: readonly string[], source: unknown): Series[] =>
  takes.map((column) => {
    const series: unknown = (source as Readonly<Record<string, unknown>> | null | undefined)?.[column];
    if (series instanceof Series) return series;
    throw new StrategyMistake(
      'indicator-source',
      `${name} needs bars with ${takes.join(', ')}.`,
      `Write ${name}(ctx.bars.main, …) with the feed's bars, not one of their columns.`,
    );
  });

const seriesArguments = (name: string, takes: readonly string[], args: readonly unknown[]): Series[] =>
  takes.map((input, i) => {
    const source = args[i];
    if (source instanceof Series) return source;
    const close: unknown = (source as { readonly close?: unknown } | null | undefined)?.close;
    if (close instanceof Series) return close;
    throw new StrategyMistake(
      'indicator-source',
      `${name} needs a series as its ${takes.length > 1 ? `argument "${input}"` : 'first argument'}.`,
      `Write for example ${name}(ctx.bars.main.close, …).`,
    );
  });

/** A clock for a feed of `capacity` bars, open for making series. */
export const openClock = (capacity: number): SeriesClock => ({
  cursor: { index: -1 },
  capacity,
  live: [],
  made: [],
  open: true,
  memory: new RunMemory(),
});
