/** Runs a strategy over many combinations of its parameters, on all cores, and ranks what came of them. */

import { availableParallelism } from 'node:os';
import type { BacktestResult, Combination, Grid, SearchSummary, StatisticKey } from '#domain';
import {
  combinations,
  isStatisticKey,
  nearest,
  prepareRunData,
  randomCombinations,
  readGrid,
  readRandomSpace,
  SearchCollector,
  statisticKeys,
} from '#domain';
import type { SandboxFailure, SandboxJob, StrategyDeclaration, StrategySource } from '#sandbox';
import { RunnerPool } from '#sandbox';
import { showStatistic, withSeparators } from '#report';
import { statisticDefinitions } from '#domain';
import type { Arguments } from './arguments.ts';
import { exitCode } from './exit-code.ts';
import { writeReport } from './give-out.ts';
import { checkNamedFeeds } from './load-feeds.ts';
import type { LoadedFeeds } from './load-feeds.ts';
import type { CommandContext } from './main.ts';
import { duration, startProgress } from './progress.ts';
import { recallOrRun, resolvedParams } from './result-cache/recall-or-run.ts';
import type { ResultCache } from './result-cache/result-cache.ts';
import { limitsOf, paramsFrom, valueOf } from './run-one.ts';
import type { StrategyRun } from './run-one.ts';
import { searchJson } from './search-json.ts';
import { luckOf } from './search-luck.ts';
import { searchText } from './search-text.ts';
import { describeFailure, StrategyError } from './strategy-error.ts';
import { readStrategyFiles } from './strategy-files.ts';
import { UsageError } from './usage-error.ts';
import { walkForward } from './run-walk-forward.ts';

const topDefault = 20;

/** What all kinds of search share once strategy and data are ready. */
export interface SearchSetup {
  readonly pool: RunnerPool;
  readonly source: StrategySource;
  readonly declaration: StrategyDeclaration;
  readonly loaded: LoadedFeeds;
  readonly rankBy: StatisticKey;
  readonly top: number;
  readonly job: Omit<SandboxJob, 'params'>;
  readonly cache: ResultCache | null;
  readonly given: Arguments;
  readonly context: CommandContext;
}

export const runSearch = async ({
  strategy,
  settings,
  loading,
  cache,
  given,
  context,
}: StrategyRun): Promise<number> => {
  loading.catch(() => undefined); // awaited below, after the strategy has had its chance to fail first
  const rankBy = rankByOf(given);
  const cores = given.number('cores', { min: 1, max: 1024, whole: true }) ?? availableParallelism();
  const pool = new RunnerPool({ runners: cores, limits: limitsOf(given) });
  try {
    const source = await readStrategyFiles(strategy);
    const declaration = valueOf(await pool.compile(source));
    const loaded = await loading;
    checkNamedFeeds(loaded, declaration.data);
    prepareRunData(declaration.data, loaded.feeds); // refuses data that do not fit before anything runs
    valueOf(await pool.load(loaded.feeds));
    const setup: SearchSetup = {
      pool,
      source,
      declaration,
      loaded,
      rankBy,
      top: given.number('top', { min: 1, max: 100_000, whole: true }) ?? topDefault,
      job: { profile: settings.profile, config: settings.config, seed: settings.seed, keep: 'summary', span: null },
      cache,
      given,
      context,
    };
    return given.has('walk-forward') ? await walkForward(setup) : await searchOnce(setup);
  } finally {
    pool.close();
  }
};

/** What to try: combinations one at a time, how many, and the grid they are of where there is one. */
export interface SearchSpace {
  readonly total: number;
  readonly grid: Grid | null;
  readonly list: () => Iterable<Combination>;
}

/** Reads `--grid`, `--random` and `--set`. */
export const searchSpace = ({
  declaration,
  given,
  job,
}: Pick<SearchSetup, 'declaration' | 'given' | 'job'>): SearchSpace => {
  const specs = Object.fromEntries(given.list('grid').map(specOf));
  const set = paramsFrom(given.list('set'), declaration);
  const trials = given.number('random', { min: 1, max: 100_000_000, whole: true });
  if (trials === undefined) {
    const grid = readGrid(declaration.params, specs, set);
    return { total: grid.size, grid, list: () => combinations(grid) };
  }
  const space = readRandomSpace(declaration.params, specs, set);
  const isGrid = space.intervals.length === 0;
  return {
    total: isGrid ? Math.min(trials, space.grid.size) : trials,
    grid: isGrid ? space.grid : null,
    list: () => randomCombinations(space, { seed: job.seed, trials }),
  };
};

/** `fast=5..50:5` → what to try of it; `fast` alone is its declared range. */
export const specOf = (text: string): readonly [string, string] => {
  const at = text.indexOf('=');
  return at < 0 ? [text, '*'] : [text.slice(0, at).trim(), text.slice(at + 1)];
};

export const rankByOf = (given: Arguments): StatisticKey => {
  const key = given.text('rank') ?? 'sharpe';
  if (isStatisticKey(key)) return key;
  throw new UsageError(
    'option-value',
    `--rank ${key} is no statistic.`,
    `${nearest(key, statisticKeys)}The statistics are ${statisticKeys.join(', ')}.`,
  );
};

/** Failures that are shown one by one. */
const failuresShownMax = 3;

export interface SearchOutcome {
  readonly summary: SearchSummary;
  readonly failures: readonly {
    readonly params: Readonly<Record<string, unknown>>;
    readonly failure: SandboxFailure;
  }[];
  /** Members that were known from an earlier search. */
  readonly cached: number;
  readonly seconds: number;
}

/** Runs every combination of a space; `span` limits the bars. Ends early, with what there is, when interrupted. */
export const collect = async (
  setup: SearchSetup,
  space: SearchSpace,
  title: string,
  span: SandboxJob['span'] = null,
): Promise<SearchOutcome> => {
  const { pool, declaration, loaded, source, rankBy, top, job, cache, context } = setup;
  const collector = new SearchCollector({ grid: space.grid, rankBy, keep: top, total: space.total });
  const failures: { params: Readonly<Record<string, unknown>>; failure: SandboxFailure }[] = [];
  if (!context.terminal.isInteractive)
    context.terminal.note(
      `${title}: ${withSeparators(space.total, 0)} combinations on ${pool.size} ${pool.size === 1 ? 'core' : 'cores'}`,
    );
  const progress = await startProgress(context.terminal, { title, total: space.total, unit: 'backtests' });
  const startedAt = performance.now();
  const kept = (await cache?.openSearch({ source, feeds: loaded.feeds, job: { ...job, span } })) ?? null;
  let cached = 0;
  const indexes: number[] = []; // of the combinations under way and done, by number of the job
  function* jobs(): Generator<SandboxJob> {
    for (const combination of space.list()) {
      const params = resolvedParams(declaration, combination.params);
      const known = kept?.find(params) ?? null;
      if (known === null) {
        indexes.push(combination.index);
        yield { ...job, params, span };
      } else {
        cached++;
        collector.finish(combination, known);
      }
    }
  }
  try {
    for await (const {
      index,
      job: { params },
      outcome,
    } of pool.runMany(jobs(), { signal: context.signal })) {
      if (outcome.ok) {
        collector.finish({ index: indexes[index] as number }, outcome.value); // listed above
        await kept?.keep(params, outcome.value);
      } else if (outcome.failure.mistake === 'param-constraint') collector.skip();
      else if (outcome.failure.code !== 'cancelled') {
        collector.fail();
        if (failures.length < failuresShownMax) failures.push({ params, failure: outcome.failure });
      }
      progress.update(collector.seen, bestSoFar(collector, rankBy));
    }
  } finally {
    progress.stop();
    await kept?.flush();
  }
  return { summary: collector.summary(), failures, cached, seconds: (performance.now() - startedAt) / 1000 };
};

const bestSoFar = (collector: SearchCollector, rankBy: StatisticKey): string => {
  const best = collector.best;
  return best === undefined ? '' : `best ${rankBy} ${showStatistic(best.score, statisticDefinitions[rankBy].unit)}`;
};

const searchOnce = async (setup: SearchSetup): Promise<number> => {
  const { declaration, loaded, given, context } = setup;
  const { terminal, signal } = context;
  const space = searchSpace(setup);
  const outcome = await collect(setup, space, declaration.name);
  const { summary, failures, cached, seconds } = outcome;
  const [firstFailure] = failures;
  if (summary.finished === 0 && firstFailure !== undefined) throw new StrategyError(firstFailure.failure);
  if (summary.finished === 0 && !signal.aborted)
    throw new UsageError(
      'search-empty',
      "The strategy's constraint excludes every combination.",
      'Widen the ranges of --grid.',
    );
  const best = signal.aborted ? null : await runBest(setup, summary);
  const luck = best === null ? null : luckOf(best, summary);
  for (const note of loaded.notes) terminal.note(terminal.style('dim', note));
  if (given.flag('json')) terminal.print(searchJson({ declaration, summary, luck, cached, seconds }));
  else terminal.print(searchText({ declaration, summary, luck, cached, seconds, cores: setup.pool.size }, terminal));
  for (const { params, failure } of failures)
    terminal.note(terminal.style('red', `failed with ${JSON.stringify(params)}: ${describeFailure(failure)}`));
  const path = given.text('report');
  if (path !== undefined && best !== null) {
    const { searchReport } = await import('#report');
    const data = prepareRunData(declaration.data, loaded.feeds);
    await writeReport(path, searchReport({ summary, luck, best, feeds: data.feeds }), terminal);
  }
  if (signal.aborted) {
    terminal.note(
      `Interrupted after ${summary.finished} of ${space.total} backtests and ${duration(seconds)}; the ranking is of those.`,
    );
    return exitCode.interrupted;
  }
  return exitCode.done;
};

/** The best member again, with everything: equal to the last bit, since runs are deterministic. */
const runBest = async (setup: SearchSetup, { ranking }: SearchSummary): Promise<BacktestResult | null> => {
  const [best] = ranking;
  return best === undefined ? null : runFull(setup, best.result.params, null);
};

/** A member of the search with everything that a batch leaves out. */
export const runFull = async (
  { pool, source, declaration, loaded, job, cache, context }: SearchSetup,
  params: SandboxJob['params'],
  span: SandboxJob['span'],
): Promise<BacktestResult> => {
  const full: SandboxJob = { ...job, keep: 'full', params: resolvedParams(declaration, params), span };
  const { result } = await recallOrRun(
    cache,
    { source, feeds: loaded.feeds, job: full },
    {
      run: async () => pool.first.run(full, { signal: context.signal }),
    },
  );
  return result;
};
