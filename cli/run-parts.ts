/** Runs one strategy over several symbols and periods, each on its own: does it hold elsewhere and at other times? */

import type { BatchResult, Feed, StatisticKey } from '#domain';
import { prepareRunData, statisticDefinitions } from '#domain';
import { showStatistic, showTime } from '#report';
import type { SandboxJob } from '#sandbox';
import { startRunner } from '#sandbox';
import { exitCode } from './exit-code.ts';
import { checkNamedFeeds } from './load-feeds.ts';
import { startProgress } from './progress.ts';
import { resolvedParams } from './result-cache/recall-or-run.ts';
import { limitsOf, paramsFrom, valueOf } from './run-one.ts';
import type { StrategyRun } from './run-one.ts';
import { readStrategyFiles } from './strategy-files.ts';
import type { Terminal } from './terminal.ts';

/** One run: a symbol (or all, traded together) in one stretch of time. */
interface Part {
  readonly symbol: string;
  readonly feeds: readonly Feed[];
  readonly span: SandboxJob['span'];
  /** Times of the first and the last bar that may be traded, milliseconds UTC. */
  readonly from: number;
  readonly to: number;
}

interface PartResult {
  readonly part: Part;
  readonly result: BatchResult;
}

const shownKeys: readonly StatisticKey[] = [
  'return',
  'cagr',
  'sharpe',
  'maxDrawdown',
  'trades',
  'winRate',
  'profitFactor',
  'buyAndHoldReturn',
];

export const runParts = async ({
  strategy,
  settings,
  loading,
  cache,
  given,
  context,
}: StrategyRun): Promise<number> => {
  loading.catch(() => undefined); // awaited below, after the strategy has had its chance to fail first
  const { terminal, signal } = context;
  const runner = startRunner({ limits: limitsOf(given) });
  try {
    const source = await readStrategyFiles(strategy);
    const declaration = valueOf(await runner.compile(source));
    const params = resolvedParams(declaration, paramsFrom(given.list('set'), declaration));
    const loaded = await loading;
    const { feeds, notes } = loaded;
    if (!given.flag('each')) checkNamedFeeds(loaded, declaration.data);
    const periods = given.number('periods', { min: 1, max: 1000, whole: true }) ?? 1;
    const groups = given.flag('each') ? feeds.map((feed) => [{ ...feed, id: 'main' }]) : [feeds];
    const parts = groups.flatMap((group) => partsOf(group, prepareRunData(declaration.data, group).timeline, periods));
    const progress = await startProgress(terminal, { title: declaration.name, total: parts.length, unit: 'backtests' });
    const results: PartResult[] = [];
    let current: readonly Feed[] | null = null;
    const { profile, config, seed } = settings;
    let cached = 0;
    try {
      for (const part of parts) {
        const job = { profile, config, seed, keep: 'summary', span: part.span } as const;
        const kept = (await cache?.openSearch({ source, feeds: part.feeds, job })) ?? null;
        const known = kept?.find(params) ?? null;
        if (known === null) {
          if (part.feeds !== current) valueOf(await runner.load(part.feeds));
          current = part.feeds;
          const result = valueOf(await runner.run({ ...job, params }, { signal }));
          await kept?.keep(params, result);
          await kept?.flush();
          results.push({ part, result });
        } else {
          cached++;
          results.push({ part, result: known });
        }
        progress.update(results.length);
      }
    } finally {
      progress.stop();
    }
    for (const note of notes) terminal.note(terminal.style('dim', note));
    terminal.print(
      given.flag('json')
        ? partsJson(declaration.name, results, cached)
        : partsText(declaration.name, results, cached, terminal),
    );
    return exitCode.done;
  } finally {
    runner.close();
  }
};

/** The timeline cut into stretches of equal length. Bars before a stretch warm its indicators and are not traded. */
const partsOf = (feeds: readonly Feed[], timeline: Float64Array, periods: number): Part[] => {
  const symbol = feeds.map((feed) => feed.symbol).join('+');
  const timeAt = (step: number): number => timeline[Math.min(step, timeline.length - 1)] ?? NaN;
  return Array.from({ length: periods }, (_, k) => {
    const first = Math.floor((k * timeline.length) / periods);
    const next = Math.floor(((k + 1) * timeline.length) / periods);
    const to = next < timeline.length ? timeAt(next) : Number.MAX_SAFE_INTEGER;
    const span = periods === 1 ? null : { from: timeAt(0), to, tradeFrom: timeAt(first) };
    return { symbol, feeds, span, from: timeAt(first), to: timeAt(next - 1) };
  });
};

const partsText = (name: string, results: readonly PartResult[], cached: number, terminal: Terminal): string => {
  const head = ['symbol', 'period', ...shownKeys.map((key) => statisticDefinitions[key].title)];
  const rows = results.map(({ part, result: { statistics } }) => [
    part.symbol,
    `${showTime(part.from)} – ${showTime(part.to)}`,
    ...shownKeys.map((key) => showStatistic(statistics[key], statisticDefinitions[key].unit)),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const winners = results.filter(({ result }) => (result.statistics.return ?? 0) > 0).length;
  return [
    `${terminal.style('bold', name)}  ${results.length} ${results.length === 1 ? 'run' : 'runs, each'} with capital of its own`,
    '',
    terminal.style('dim', line(head)),
    ...rows.map(line),
    '',
    `${winners} of ${results.length} made a profit.`,
    ...(cached === 0 ? [] : [terminal.style('dim', `${cached} known from before (--no-cache runs them again)`)]),
  ].join('\n');
};

const partsJson = (strategy: string, results: readonly PartResult[], cached: number): string =>
  JSON.stringify(
    {
      strategy,
      cached,
      runs: results.map(({ part: { symbol, from, to }, result: { params, statistics, tradeHash } }) => ({
        symbol,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        params,
        statistics,
        tradeHash,
      })),
    },
    null,
    2,
  );
