/** What came of a backtest or a batch on a server: as text for people, as JSON for programs. */

import type { StatisticKey } from '#domain';
import { isStatisticKey, statisticDefinitions } from '#domain';
import { showStatistic, withSeparators } from '#report';
import type { Backtest, BacktestResults, Batch, BatchMember, Client, Statistics } from '#sdk';
import { exitCode } from '../exit-code.ts';
import { statisticLines } from '../result-text.ts';
import type { Terminal } from '../terminal.ts';
import { diagnosticText } from './check-text.ts';
import { shortTime, table } from './table.ts';
import type { AnyBacktest } from './watch-backtest.ts';

interface Shown {
  readonly value: unknown;
  readonly text: () => string;
  readonly exit: number;
}

export interface OutcomeOptions {
  readonly verbose: boolean;
  /** Rows of a batch's ranking. */
  readonly top: number;
}

export const outcomeOf = async (
  client: Client,
  backtest: AnyBacktest,
  terminal: Terminal,
  options: OutcomeOptions,
): Promise<Shown> =>
  backtest.kind === 'batch'
    ? await batchOutcome(client, backtest, terminal, options)
    : await singleOutcome(client, backtest, terminal, options);

const exitOf = ({ status }: AnyBacktest): number => (status === 'failed' ? exitCode.strategyFailed : exitCode.done);

const singleOutcome = async (
  client: Client,
  backtest: Backtest,
  terminal: Terminal,
  { verbose }: OutcomeOptions,
): Promise<Shown> => {
  const results = backtest.status === 'completed' ? await client.backtests.results(backtest.id) : null;
  const { id, strategyName, strategyVersion, status, failure, params, feeds, from, to, profile } = backtest;
  return {
    exit: exitOf(backtest),
    value:
      results === null
        ? {
            id,
            kind: 'single',
            strategy: strategyName,
            version: strategyVersion,
            status,
            params,
            feeds,
            from,
            to,
            profile,
            failure,
          }
        : resultValue(backtest, results),
    text: () =>
      [
        headOf(results === null ? backtest : { ...backtest, params: results.params }, terminal),
        ...(failure === null ? [] : ['', diagnosticText(failure, terminal)]),
        ...(results === null ? [] : ['', ...resultLines(results, terminal, verbose)]),
        terminal.style('dim', `backtest ${id}`),
      ].join('\n'),
  };
};

/** The fields that `xtrading backtest --json` has too have the same values. */
const resultValue = (
  { id, strategyName, strategyVersion, status }: Backtest,
  { params, settings, feeds, tradeHash, statistics, profileStatistics, notes }: BacktestResults,
): object => ({
  id,
  kind: 'single',
  strategy: strategyName,
  version: strategyVersion,
  status,
  params,
  settings,
  feeds,
  tradeHash,
  statistics: { ...statistics, ...(profileStatistics as object | null) }, // by name, as the profile defines them
  notes,
});

const resultLines = (results: BacktestResults, terminal: Terminal, verbose: boolean): string[] => [
  ...statisticLines(results.statistics, terminal, { verbose }),
  '',
  ...(verbose ? results.notes.map((note) => terminal.style('yellow', note)) : []),
  terminal.style('dim', `trade hash ${results.tradeHash}`),
];

/** `sma-cross v2 fast=10  GOOG 1d  completed`. */
const headOf = (backtest: AnyBacktest, terminal: Terminal): string => {
  const { strategyName, strategyVersion, status } = backtest;
  const words = [
    `${terminal.style('bold', strategyName)} version ${strategyVersion}`,
    ...(backtest.kind === 'single' ? [paramsText(backtest.params)] : []),
    symbolsOf(backtest),
    terminal.style(status === 'failed' ? 'red' : status === 'completed' ? 'green' : 'yellow', status),
  ];
  return words.filter((word) => word !== '').join('  ');
};

export const paramsText = (params: Readonly<Record<string, unknown>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

/** `GOOG 1d`, of a batch with many sets the first few. */
export const symbolsOf = (backtest: AnyBacktest): string => {
  const feeds = backtest.kind === 'batch' ? backtest.feedSets.flat() : backtest.feeds;
  const names = [...new Set(feeds.map(({ symbol, interval }) => `${symbol} ${interval}`))];
  return names.length > symbolsShownMax ? `${names.slice(0, symbolsShownMax).join(', ')}, …` : names.join(', ');
};
const symbolsShownMax = 3;

const shownKeys: readonly StatisticKey[] = ['return', 'sharpe', 'maxDrawdown', 'trades', 'winRate', 'profitFactor'];

const batchOutcome = async (
  client: Client,
  batch: Batch,
  terminal: Terminal,
  { top }: OutcomeOptions,
): Promise<Shown> => {
  const { data: ranking, rankedBy } = await client.backtests.ranking(batch.id, { limit: top });
  const { id, strategyName, strategyVersion, status, members, done, failed, excluded, failure, walkForward } = batch;
  return {
    exit: exitOf(batch),
    value: {
      id,
      kind: 'batch',
      strategy: strategyName,
      version: strategyVersion,
      status,
      rankedBy,
      total: members,
      finished: done,
      failed,
      skipped: excluded,
      failure,
      ranking: ranking.map(({ index, params, symbols, statistics, tradeHash }, place) => ({
        rank: place + 1,
        index,
        params,
        symbols,
        statistics,
        tradeHash,
      })),
      walkForward,
    },
    text: () =>
      [
        headOf(batch, terminal),
        `${withSeparators(done, 0)} of ${withSeparators(members, 0)} backtests${excluded > 0 ? `, ${withSeparators(excluded, 0)} excluded by the constraint` : ''}${failed > 0 ? `, ${withSeparators(failed, 0)} failed` : ''}`,
        ...(failure === null ? [] : [terminal.style('red', failure)]),
        ...(ranking.length === 0 ? [] : ['', rankingText(ranking, rankedBy, terminal)]),
        ...walkForward.flatMap(({ windows }) => ['', windowsText(windows, terminal)]),
        '',
        terminal.style('dim', `batch ${id}`),
      ].join('\n'),
  };
};

const rankingText = (ranking: readonly BatchMember[], rankedBy: string, terminal: Terminal): string => {
  const keys = [...(isStatisticKey(rankedBy) ? [rankedBy] : []), ...shownKeys.filter((key) => key !== rankedBy)];
  const names = Object.keys(ranking[0]?.params ?? {});
  const hasSeveral = new Set(ranking.map(({ symbols }) => symbols.join('+'))).size > 1;
  return table(
    ranking.map((member, place) => ({ ...member, place })),
    [
      { title: '#', text: ({ place }) => String(place + 1), isNumber: true },
      ...(hasSeveral ? [{ title: 'symbols', text: ({ symbols }: BatchMember) => symbols.join('+') }] : []),
      ...names.map((name) => ({
        title: name,
        text: ({ params }: BatchMember) => String(params[name] ?? ''),
        isNumber: true,
      })),
      ...keys.map((key) => ({
        title: statisticDefinitions[key].title,
        text: ({ statistics }: BatchMember) => shown(statistics, key),
        isNumber: true,
      })),
    ],
    terminal,
  );
};

const shown = (statistics: Statistics | null, key: StatisticKey): string =>
  statistics === null ? 'failed' : showStatistic(statistics[key] ?? null, statisticDefinitions[key].unit);

const windowsText = (windows: Batch['walkForward'][number]['windows'], terminal: Terminal): string =>
  table(
    windows,
    [
      { title: 'chosen on bars from', text: ({ inSampleFrom }) => shortTime(inSampleFrom) },
      { title: 'judged from', text: ({ outOfSampleFrom }) => shortTime(outOfSampleFrom) },
      { title: 'parameters', text: ({ params }) => (params === null ? '' : paramsText(params)) },
      { title: 'chosen by', text: ({ inSampleScore }) => showStatistic(inSampleScore, 'ratio'), isNumber: true },
      { title: 'came to', text: ({ outOfSampleScore }) => showStatistic(outOfSampleScore, 'ratio'), isNumber: true },
    ],
    terminal,
  );
