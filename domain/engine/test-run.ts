/** Runs little strategies over little markets, for tests: the native rules, on bars written by hand. */

import { resolveProfile } from '../profiles/index.ts';
import { defineStrategy } from '../strategy/define-strategy.ts';
import { StrategyMistake } from '../strategy/mistake.ts';
import type { Context, DataDeclaration, Strategy } from '../strategy/strategy.ts';
import { allocateBars } from '../market/bars.ts';
import type { Bars } from '../market/bars.ts';
import type { Feed } from '../market/feed.ts';
import { barsOf, feedOf } from './native/test-market.ts';
import type { FeedOptions, Row } from './native/test-market.ts';
import { runBacktest, StrategyFailure } from './run.ts';
import type { RunRequest } from './run.ts';
import type { BacktestResult } from './result.ts';
import { prepareRunData } from './run-data.ts';

/** Bars that open and close at these prices; high and low are the higher and the lower of both. */
export const flatBars = (closes: readonly number[], options: Parameters<typeof barsOf>[1] = {}): Bars =>
  barsOf(
    closes.map((close, i): Row => {
      const open = closes[Math.max(0, i - 1)] ?? close;
      return [open, Math.max(open, close), Math.min(open, close), close];
    }),
    options,
  );

/** A feed of {@link flatBars}: each bar opens at the close before it. */
export const closesFeed = (closes: readonly number[], options: FeedOptions = {}): Feed =>
  feedOf(flatBars(closes), options);

/** Those rows of the bars alone, as columns of their own. */
export const keepRows = (bars: Bars, keep: (row: number) => boolean): Bars => {
  const rows = [...bars.time.keys()].filter(keep);
  const kept = allocateBars(rows.length);
  for (const column of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
    rows.forEach((row, i) => (kept[column][i] = bars[column][row] ?? NaN));
  }
  return kept;
};

export interface RunOptions extends Partial<Omit<RunRequest, 'trader' | 'data' | 'profile'>> {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly profile?: string;
  readonly config?: unknown;
  readonly tradeFrom?: number;
}

export const run = (strategy: Strategy, feeds: readonly Feed[], options: RunOptions = {}): BacktestResult => {
  const { params = {}, profile = 'native', config, tradeFrom, ...rest } = options;
  return runBacktest({
    trader: { strategy, params },
    data: prepareRunData(strategy.data, feeds, tradeFrom),
    profile: resolveProfile(profile, config),
    ...rest,
  });
};

/** What is done at each step: by its number. */
export type Steps = Readonly<Record<number, (ctx: Context) => void>>;

/** A strategy that does what is written for a step. */
export const scripted = (steps: Steps, data?: readonly DataDeclaration[]): Strategy =>
  defineStrategy({
    name: 'scripted',
    ...(data === undefined ? {} : { data }),
    onBar: (ctx) => steps[ctx.step]?.(ctx),
  });

/** The mistake that a run ends with: what its author reads. */
export const mistakeOf = (work: () => unknown): StrategyMistake => {
  try {
    work();
  } catch (error) {
    const cause = error instanceof StrategyFailure ? error.cause : error;
    if (cause instanceof StrategyMistake) return cause;
    throw error;
  }
  throw new Error('nothing was thrown');
};

/** The mistake of one call at the second of three bars at a price of 100. */
export const mistakeAt = (call: (ctx: Context) => void, profile = 'native'): StrategyMistake =>
  mistakeOf(() => run(scripted({ 1: call }), [closesFeed([100, 100, 100])], { profile }));
