/**
 * What the host can ask of an isolate: take in price data, describe a strategy, judge parameters, run
 * a backtest and hand out its result piece by piece. Runs inside the isolate, next to user code, so
 * the host trusts nothing that comes from here. Texts are JSON.
 */

import {
  allocateBars,
  barColumns,
  isStrategy,
  prepareRunData,
  readParams,
  resolveProfile,
  runBacktest,
  RunMemory,
  sliceBars,
  StrategyMistake,
} from '#domain';
import type { BacktestResult, Bars, Feed, RunData, Strategy } from '#domain';
import { batchEquityPointsMax, rowsPerFrame } from '../limits.ts';
import { encodeRows, tableNames, TextList } from '../result-table.ts';
import { forgetContext, useContext } from './run-sources.ts';
import { describeThrown } from './thrown.ts';

/** A feed without its bars, which arrive as columns. */
type FeedMeta = Omit<Feed, 'bars' | 'finer'> & { readonly hasFiner: boolean };

/** What a run is asked to do. */
interface JobText {
  readonly params: Readonly<Record<string, unknown>>;
  readonly profile: string;
  readonly config: unknown;
  readonly seed: number | string;
  readonly keep: 'full' | 'summary';
  /** Milliseconds UTC, `from` inclusive, `to` exclusive: the bars that this run may see. */
  readonly span: { readonly from: number; readonly to: number; readonly tradeFrom?: number } | null;
}

/** Why a module's default export is not a strategy. */
type Problem = 'missing' | 'other' | 'unfinished';

type Report = (step: number, steps: number, equity: number) => void;

let feeds: Feed[] = [];
let report: Report | null = null;
/** What `xtrading/strategy` exports. */
let door: object = {};
let result: BacktestResult | null = null;
/** Of the runs of this isolate: the result of one is handed out before the next begins. */
const memory = new RunMemory();

/** Called once by the host, with the one function that leads out of the isolate and the strategy API. */
export const connect = (progress: Report, strategyApi: object): void => {
  report = progress;
  door = strategyApi;
};

/** Forgets all price data. */
export const clearFeeds = (): void => {
  feeds = [];
  prepared.clear();
};

/** Takes in one feed: its columns in the order of `barColumns`, then those of its finer bars if it has any. */
export const addFeed = (metaText: string, ...columns: Float64Array[]): void => {
  const { hasFiner, ...meta } = JSON.parse(metaText) as FeedMeta; // written by our own host
  const bars = barsOf(columns, 0);
  feeds.push(hasFiner ? { ...meta, bars, finer: barsOf(columns, barColumns.length) } : { ...meta, bars });
  prepared.clear();
};

const barsOf = (columns: readonly Float64Array[], from: number): Bars => {
  const bars: Record<string, Float64Array> = { ...allocateBars(0) };
  for (const [i, name] of barColumns.entries()) bars[name] = columns[from + i] ?? new Float64Array(0);
  return bars as unknown as Bars; // every name of barColumns was set
};

/**
 * The answer to the last question. A call that answers may still end in an error: when the strategy has
 * left a rejected promise behind, and the collector has not yet taken it away. That depends on chance,
 * so the host then fetches the answer from here, and such a promise changes nothing.
 */
let answer = '';

export const takeAnswer = (): string => {
  const text = answer;
  answer = '';
  return text;
};

const answered = (message: object): string => {
  answer = JSON.stringify(message, keepMinusZero);
  return answer;
};

/** The declaration of a module's strategy: `{ declaration }` or `{ problem }`. */
export const describe = (namespace: object): string => {
  answer = '';
  const found = strategyOf(namespace);
  if (typeof found === 'string') return answered({ problem: found });
  const { name, description, params, data, handlers } = found;
  return answered({
    declaration: { name, description, params, data, hasConstraint: handlers.constraint !== null },
  });
};

/** For each set of parameters whether it may run: `{ allowed: boolean[] }` or `{ thrown }`. */
export const judge = (namespace: object, paramsListText: string): string => {
  answer = '';
  const strategy = strategyOf(namespace);
  if (typeof strategy === 'string') return answered({ problem: strategy });
  try {
    const list = JSON.parse(paramsListText) as readonly Readonly<Record<string, unknown>>[]; // written by our own host
    const allowed = list.map((given) => {
      const { values, problems } = readParams(strategy.params, given);
      return problems.length === 0 && strategy.handlers.constraint?.(values) !== false;
    });
    return answered({ allowed });
  } catch (error) {
    return answered({ thrown: { ...describeThrown(error), handler: 'constraint' } });
  }
};

/**
 * Evaluates a strategy's factory: gives what a module's namespace would. What it throws is the strategy's.
 */
const evaluated = (strategy: object | Factory): object => {
  if (typeof strategy !== 'function') return strategy;
  const slot: { is?: unknown } = {};
  strategy(door, slot);
  return { default: slot.is };
};

type Factory = (api: object, slot: { is?: unknown }) => void;

/** Runs a backtest: `{ head }`, after which {@link takeNumbers} and {@link nextRows} give the rest, or `{ thrown }` or `{ problem }`. */
export const run = (source: object | Factory, jobText: string): string => {
  result = null;
  answer = '';
  try {
    const strategy = strategyOf(evaluated(source));
    if (typeof strategy === 'string') return answered({ problem: strategy });
    const job = JSON.parse(jobText) as JobText; // written by our own host
    const data = dataFor(strategy, job.span);
    result = runBacktest({
      trader: { strategy: useContext(strategy), params: job.params },
      data,
      profile: resolveProfile(job.profile, job.config),
      seed: job.seed,
      memory,
      keep: job.keep,
      onProgress: ({ step, steps, equity }) => {
        report?.(step, steps, equity);
        return true;
      },
    });
    return answered({ head: headOf(result, job.keep) });
  } catch (error) {
    return answered({ thrown: describeThrown(error) });
  } finally {
    forgetContext();
  }
};

/** Equity or timeline of the last run; of a batch's member the equity at evenly spread steps. */
export const takeNumbers = (which: 'equity' | 'short-equity' | 'timeline'): Float64Array => {
  if (result === null) return new Float64Array(0);
  if (which === 'short-equity') return thinned(result.equity);
  return which === 'equity' ? result.equity : result.timeline;
};

/** Ends the hand-out of the last result. */
export const release = (): void => {
  result = null;
  rows = null;
  newestMistake = null;
};

/** Rows still to be handed out. */
let rows: { table: number; from: number; readonly texts: TextList; numbers: Float64Array } | null = null;

/** The next rows of the last result, `{ table, texts }` with {@link rowNumbers}; empty after the last. */
export const nextRows = (): string => {
  if (result === null) return '';
  rows ??= { table: 0, from: 0, texts: new TextList(), numbers: new Float64Array(0) };
  for (;;) {
    const table = tableNames[rows.table];
    if (table === undefined) return '';
    const source = result[table];
    if (rows.from >= source.length) {
      rows.table++;
      rows.from = 0;
      continue;
    }
    const to = Math.min(source.length, rows.from + rowsPerFrame);
    rows.numbers = encodeRows(table, source, { from: rows.from, to }, rows.texts);
    rows.from = to;
    return JSON.stringify({ table, texts: rows.texts.takeFresh() });
  }
};

export const rowNumbers = (): Float64Array => rows?.numbers ?? new Float64Array(0);

/**
 * The newest mistake that the platform found. A module that throws while it is evaluated reaches the
 * host as name, message and stack alone; from here the host gets the rest.
 */
let newestMistake: unknown = null;

const notingError = function (...args: unknown[]): unknown {
  newestMistake = Reflect.construct(Error, args, new.target ?? Error);
  return newestMistake;
};
Object.setPrototypeOf(StrategyMistake, notingError);

export const takeMistake = (): string => {
  const text = JSON.stringify(describeThrown(newestMistake));
  newestMistake = null;
  return text;
};

/** The default export, where it is a strategy; else what is wrong with it. */
const strategyOf = (namespace: object): Strategy | Problem => {
  if (!('default' in namespace)) return 'missing';
  try {
    const found = namespace.default;
    return isStrategy(found) ? found : 'other';
  } catch {
    return 'unfinished'; // the module waits at its top level: its exports do not exist yet
  }
};

/** Data joined with a declaration, kept for the runs that follow; few, since resampled bars are large. */
const prepared = new Map<string, RunData>();
const preparedMax = 8;

const dataFor = (strategy: Strategy, span: JobText['span']): RunData => {
  const key = JSON.stringify([strategy.data, span]);
  let data = prepared.get(key);
  if (data === undefined) {
    data = prepareRunData(
      strategy.data,
      span === null ? feeds : feeds.map((feed) => within(feed, span)),
      span?.tradeFrom,
    );
    for (const oldest of prepared.keys()) {
      if (prepared.size < preparedMax) break;
      prepared.delete(oldest);
    }
    prepared.set(key, data);
  }
  return data;
};

const within = (feed: Feed, { from, to }: { readonly from: number; readonly to: number }): Feed => {
  const cut = (bars: Bars): Bars => sliceBars(bars, firstAtOrAfter(bars.time, from), firstAtOrAfter(bars.time, to));
  const bars = cut(feed.bars);
  if (bars.time.length === 0) {
    throw new StrategyMistake(
      'data-missing',
      `"${feed.id}" has no bars in the period of this run.`,
      'Choose a period that the data cover.',
    );
  }
  return feed.finer === undefined ? { ...feed, bars } : { ...feed, bars, finer: cut(feed.finer) };
};

const firstAtOrAfter = (times: Float64Array, time: number): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time) low = middle + 1; // middle < length
    else high = middle;
  }
  return low;
};

const headOf = (whole: BacktestResult, keep: 'full' | 'summary'): object => {
  const { statistics, tradeHash, params } = whole;
  if (keep === 'summary') return { statistics, tradeHash, params };
  const { trades, orders, fills, timeline: _timeline, equity: _equity, ...head } = whole;
  return { ...head, counts: { trades: trades.length, orders: orders.length, fills: fills.length } };
};

/** JSON has no −0; a result equal to the last bit does. */
const keepMinusZero = (_key: string, value: unknown): unknown => (Object.is(value, -0) ? '-0' : value);

const thinned = (equity: Float64Array): Float64Array => {
  const points = Math.min(equity.length, batchEquityPointsMax);
  if (points === equity.length) return equity;
  return Float64Array.from(
    { length: points },
    (_, i) => equity[Math.round((i * (equity.length - 1)) / (points - 1))] ?? NaN,
  );
};
