/** One backtest from the first bar to the last: the loop that moves the market, the rules and the trader. */

import { computeStatistics } from '../statistics/statistics.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { summarizeFigures } from '../statistics/trade-summary.ts';
import { Notebook } from '../strategy/notebook.ts';
import { readParams } from '../strategy/params.ts';
import type { ParamValue } from '../strategy/params.ts';
import { handedParams, strategyTrader } from '../strategy/strategy-trader.ts';
import type { TraderPlace } from '../strategy/strategy-trader.ts';
import { StrategyMistake } from '../strategy/mistake.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { engineVersion } from './engine-version.ts';
import type { Market } from './market.ts';
import type { Profile } from '../profiles/profile.ts';
import type { BacktestResult, FeedSummary } from './result.ts';
import type { RuleBook } from './rule-book.ts';
import type { RunData } from './run-data.ts';
import { newRunLog } from './run-log.ts';
import type { RunLog } from './run-log.ts';
import { RunMemory } from './run-memory.ts';
import type { Trader } from './trader.ts';

/** How far a run has come. */
export interface RunProgress {
  readonly step: number;
  readonly steps: number;
  readonly equity: number;
}

/** Who trades: a strategy with values for its parameters, or something that brings its own orders. */
export type RunTrader =
  | { readonly strategy: Strategy; readonly params: Readonly<Record<string, unknown>> }
  | { readonly name: string; readonly start: (floor: { readonly market: Market; readonly book: RuleBook }) => Trader };

export interface RunRequest {
  readonly trader: RunTrader;
  readonly data: RunData;
  /** The rules and their settings: `resolveProfile('native', config)`. */
  readonly profile: Profile;
  /** Seed of `ctx.random`. Default 1. */
  readonly seed?: number | string;
  /** `summary` keeps no log lines, plots, orders, fills and trades: for members of a batch. Default `full`. */
  readonly keep?: 'full' | 'summary';
  /** Where the run's columns live, the result's equity among them: till the next run over it. Default: memory of its own. */
  readonly memory?: RunMemory;
  /** Called every {@link stepsPerReport} steps; returning false cancels the run. */
  readonly onProgress?: (progress: RunProgress) => boolean;
}

type Handler = NonNullable<TraderPlace['handler']>;

/** A run that was asked to stop by its `onProgress`. */
export class RunCancelled extends Error {
  override readonly name = 'RunCancelled';
}

/** What a function of the strategy threw, with the place in the run. The thrown value is the `cause`. */
export class StrategyFailure extends Error {
  override readonly name = 'StrategyFailure';
  readonly handler: Handler;
  /** Step of the timeline and the bar's time in milliseconds UTC; −1 and NaN before the first bar. */
  readonly step: number;
  readonly time: number;

  constructor(handler: Handler, market: Market, cause: unknown) {
    super(`The strategy failed in ${handler}.`, { cause });
    this.handler = handler;
    this.step = market.step;
    this.time = market.time;
  }
}

/** Steps between two reports of progress: some milliseconds of work. */
const stepsPerReport = 65_536;

/**
 * Runs a backtest. Deterministic: equal requests give results equal to the last bit.
 *
 * Throws {@link StrategyFailure} for what the strategy throws, `StrategyMistake` for parameters that
 * do not fit, {@link RunCancelled}, and a rule book's own coded errors.
 */
export const runBacktest = (request: RunRequest): BacktestResult => {
  const { data, profile, seed = 1, keep = 'full', memory = new RunMemory(), onProgress } = request;
  memory.startRun();
  const { feeds, timeline } = data;
  const steps = timeline.length;
  const market = newMarket(data);
  const log = newRunLog(steps, memory);
  log.keepsRows = keep === 'full';
  const book = profile.ruleBook(market, log);
  const notebook = new Notebook(keep === 'full');
  const place: TraderPlace = { handler: null };
  const params = valuesFor(request.trader);

  const warmUpSteps = guarded(place, market, () => {
    checkConstraint(request.trader, params, place);
    const trader = startTrader({ request, params, market, book, notebook, seed, memory, place });
    const { index, fresh } = market;
    const single = feeds.length === 1;
    if (single) fresh[0] = 1;
    let first = Infinity;
    let warm = false;
    let nextReport = onProgress === undefined ? Infinity : 0;
    for (let step = 0; step < steps; step++) {
      const time = timeline[step] as number; // step < steps
      market.step = step;
      market.time = time;
      if (single) index[0] = step;
      else moveFeeds(market, time);
      trader.advance();
      if (!warm && trader.isWarm()) {
        warm = true;
        first = Math.max(book.firstStep(step), data.tradeStep);
      }
      book.open();
      if (step >= first && !book.ruined) trader.act();
      book.close();
      if (step >= nextReport) {
        nextReport += stepsPerReport;
        if (onProgress?.({ step, steps, equity: book.equity }) === false)
          throw new RunCancelled('The run was cancelled.');
      }
    }
    book.finish();
    if (profile.goesOn !== true) trader.stop();
    for (const note of notesOf(book.log)) notebook.log(market.time, [note]);
    return Math.min(first, steps);
  });

  return resultOf({ request, params, market, book, notebook, warmUpSteps, seed });
};

const newMarket = ({ feeds, timeline }: RunData): Market => ({
  feeds,
  timeline,
  step: -1,
  time: NaN,
  index: new Int32Array(feeds.length).fill(-1),
  fresh: new Uint8Array(feeds.length),
});

/** Moves each feed that has a bar at `time` to that bar. */
const moveFeeds = ({ feeds, index, fresh }: Market, time: number): void => {
  for (let f = 0; f < feeds.length; f++) {
    const next = (index[f] as number) + 1; // index has one entry per feed
    const isFresh = feeds[f]?.bars.time[next] === time;
    fresh[f] = isFresh ? 1 : 0;
    if (isFresh) index[f] = next;
  }
};

const valuesFor = (trader: RunTrader): Readonly<Record<string, ParamValue>> => {
  if (!('strategy' in trader)) return {};
  const { values, problems } = readParams(trader.strategy.params, trader.params);
  const [problem] = problems;
  if (problem !== undefined)
    throw new StrategyMistake('param-value', `Parameter ${problem.param}: ${problem.message}`, problem.remedy);
  return values;
};

/** The strategy's own word on whether these values make sense together. */
const checkConstraint = (trader: RunTrader, values: Readonly<Record<string, ParamValue>>, place: TraderPlace): void => {
  if (!('strategy' in trader)) return;
  place.handler = 'constraint';
  const allowed = trader.strategy.handlers.constraint?.(handedParams(values));
  place.handler = null;
  if (allowed !== false) return;
  throw new StrategyMistake(
    'param-constraint',
    `The strategy's constraint excludes ${JSON.stringify(values)}.`,
    'Choose values for which the constraint holds.',
  );
};

interface Parts {
  readonly request: RunRequest;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly market: Market;
  readonly book: RuleBook;
  readonly notebook: Notebook;
  readonly seed: number | string;
}

const startTrader = ({
  request,
  params,
  market,
  book,
  notebook,
  seed,
  memory,
  place,
}: Parts & { readonly memory: RunMemory; readonly place: TraderPlace }): Trader => {
  const { trader, data } = request;
  if ('strategy' in trader)
    return strategyTrader({ strategy: trader.strategy, params, data, market, book, notebook, seed, memory }, place);
  book.log.isHeard = false; // a tape does what it says, whatever becomes of it
  return trader.start({ market, book });
};

/** Names the function of the strategy that threw, and the bar; what the platform throws passes as it is. */
const guarded = <T>(place: TraderPlace, market: Market, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw place.handler === null ? error : new StrategyFailure(place.handler, market, error);
  }
};

const resultOf = ({
  request,
  params,
  market,
  book,
  notebook,
  warmUpSteps,
  seed,
}: Parts & { readonly warmUpSteps: number }): BacktestResult => {
  const { trader, data, profile } = request;
  const { log } = book;
  const { orders, fills, trades } = log.keepsRows ? log : noRows;
  const input = {
    timeline: market.timeline,
    equity: log.equity,
    exposed: log.exposed,
    trades,
    fills,
    orders,
    feeds: market.feeds,
    startCash: profile.startCash,
    sums: log,
    warmUpSteps,
  };
  const statistics: Statistics = computeStatistics(input, data.statistics, summarizeFigures(log.figures));
  return {
    strategy: 'strategy' in trader ? trader.strategy.name : trader.name,
    engineVersion,
    params,
    settings: { profile: profile.name, seed, ...profile.settings },
    feeds: market.feeds.map(summaryOf),
    statistics,
    // Theirs are computed from rows; whoever compares them looks at one run.
    profileStatistics: log.keepsRows ? (profile.statistics?.(input) ?? null) : null,
    tradeHash: log.hash.digest(),
    warmUpSteps,
    trades,
    orders,
    fills,
    timeline: market.timeline,
    equity: log.equity,
    log: notebook.lines,
    logDropped: notebook.dropped,
    notes: notesOf(log),
    plots: Object.fromEntries(notebook.plots),
  };
};

const noRows: Pick<BacktestResult, 'orders' | 'fills' | 'trades'> = { orders: [], fills: [], trades: [] };

const notesOf = ({ notes, ruin }: RunLog): string[] => (ruin === null ? notes : [...notes, ruin]);

const summaryOf = ({ id, symbol, timeframeMs, bars }: RunData['feeds'][number]): FeedSummary => ({
  id,
  symbol,
  timeframeMs,
  bars: bars.time.length,
  firstTime: bars.time[0] ?? NaN,
  lastTime: bars.time[bars.time.length - 1] ?? NaN,
});
