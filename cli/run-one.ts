/** Runs a strategy once, in the sandbox, and gives its result out. */

import type { Feed } from '#domain';
import { describeParam, nearest, paramFromText, prepareRunData, readParams } from '#domain';
import type { Outcome, RunLimits, StrategyDeclaration } from '#sandbox';
import { defaultLimits, startRunner } from '#sandbox';
import { withSeparators } from '#report';
import type { Arguments } from './arguments.ts';
import { exitCode } from './exit-code.ts';
import { giveOut } from './give-out.ts';
import { checkNamedFeeds } from './load-feeds.ts';
import type { LoadedFeeds } from './load-feeds.ts';
import type { CommandContext } from './main.ts';
import { startProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { recallOrRun, resolvedParams } from './result-cache/recall-or-run.ts';
import type { ResultCache } from './result-cache/result-cache.ts';
import type { RunSettings } from './settings.ts';
import { StrategyError } from './strategy-error.ts';
import { readStrategyFiles } from './strategy-files.ts';
import { UsageError } from './usage-error.ts';

export interface StrategyRun {
  readonly strategy: string;
  readonly settings: RunSettings;
  /** The price data, on their way while the runner starts. */
  readonly loading: Promise<LoadedFeeds>;
  /** Results of earlier commands; null to do without. */
  readonly cache: ResultCache | null;
  readonly given: Arguments;
  readonly context: CommandContext;
}

export const runOne = async ({ strategy, settings, loading, cache, given, context }: StrategyRun): Promise<number> => {
  const { terminal, signal } = context;
  loading.catch(() => undefined); // awaited below, after the strategy has had its chance to fail first
  const runner = startRunner({ limits: limitsOf(given) });
  try {
    const source = await readStrategyFiles(strategy);
    const declaration = valueOf(await runner.compile(source));
    const params = paramsFrom(given.list('set'), declaration);
    const loaded = await loading;
    const { feeds, notes } = loaded;
    checkNamedFeeds(loaded, declaration.data);
    const data = prepareRunData(declaration.data, feeds);
    const { profile, config, seed } = settings;
    const job = {
      params: resolvedParams(declaration, params),
      profile,
      config,
      seed,
      keep: 'full',
      span: null,
    } as const;
    let progress: Progress | null = null;
    const { result, cached, seconds } = await recallOrRun(
      cache,
      { source, feeds, job },
      {
        prepare: async () => {
          valueOf(await runner.load(feeds));
          progress = await startProgress(terminal, {
            title: declaration.name,
            total: data.timeline.length,
            unit: 'bars',
          });
        },
        run: async () =>
          runner.run(job, {
            signal,
            onProgress: ({ step, equity }) => progress?.update(step, `equity ${withSeparators(equity, 0)}`),
          }),
      },
    ).finally(() => progress?.stop());
    await giveOut({ result, feeds: data.feeds, notes, cached, seconds, given, terminal });
    return exitCode.done;
  } finally {
    runner.close();
  }
};

/** The value of an outcome; a failure becomes a {@link StrategyError}. */
export const valueOf = <T>(outcome: Outcome<T>): T => {
  if (outcome.ok) return outcome.value;
  throw new StrategyError(outcome.failure);
};

/** Bars a second that even a slow strategy reaches: long data get time in proportion. */
const slowBarsPerSecond = 100_000;

/** Limits from the options; without `--time-limit` long data get more than the default minute. */
export const limitsOf = (given: Arguments, feeds: readonly Feed[] = []): Partial<RunLimits> => {
  const seconds = given.number('time-limit', { min: 0.1, max: 86_400 });
  const megabytes = given.number('memory-limit', { min: 64, max: 1_000_000 });
  const bars = feeds.reduce((sum, feed) => sum + feed.bars.time.length, 0);
  return {
    wallMs: seconds === undefined ? Math.max(defaultLimits.wallMs, (bars / slowBarsPerSecond) * 1000) : seconds * 1000,
    ...(megabytes === undefined ? {} : { memoryBytes: megabytes * 2 ** 20 }),
  };
};

/** Values of `--set`, read by the strategy's own declaration. */
export const paramsFrom = (
  texts: readonly string[],
  { params }: Pick<StrategyDeclaration, 'params'>,
): Readonly<Record<string, unknown>> => {
  const names = Object.keys(params);
  const values: Record<string, unknown> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at).trim();
    const param = Object.hasOwn(params, name) ? params[name] : undefined;
    if (param === undefined)
      throw new UsageError(
        'param-unknown',
        `The strategy has no parameter "${name}".`,
        `${nearest(name, names)}${
          names.length === 0
            ? 'It has none.'
            : `It has ${Object.entries(params)
                .map(([each, one]) => `${each} (${describeParam(one)})`)
                .join(', ')}.`
        }`,
      );
    if (at < 0)
      throw new UsageError(
        'option-value',
        `--set ${text} has no value.`,
        `Write --set ${name}=${String(param.default)}.`,
      );
    const value = paramFromText(param, text.slice(at + 1));
    const isAllowed = value !== null && readParams({ [name]: param }, { [name]: value }).problems.length === 0;
    if (!isAllowed)
      throw new UsageError(
        'param-value',
        `--set ${text}: "${text.slice(at + 1)}" is not ${param.kind === 'int' || param.kind === 'float' ? 'a ' : ''}${describeParam(param)}.`,
        `Write for example --set ${name}=${String(param.default)}.`,
      );
    values[name] = value;
  }
  return values;
};
