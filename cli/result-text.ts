/** A backtest's result as a table for the terminal. */

import type { BacktestResult, StatisticDefinition, StatisticKey } from '#domain';
import { formatTimeframe, statisticDefinitions, statisticKeys } from '#domain';
import { showStatistic, showTime, withSeparators } from '#report';
import type { Terminal } from './terminal.ts';

/** Statistics that the short table leaves out; `--verbose` shows all. */
const detailKeys: ReadonlySet<StatisticKey> = new Set([
  'equityPeak',
  'duration',
  'averageDrawdownDays',
  'funding',
  'borrow',
  'dividends',
  'turnover',
  'longTrades',
  'shortTrades',
  'maxTradeDays',
  'averageDrawdown',
  'annualTurnover',
]);

export interface ResultTextOptions {
  readonly verbose: boolean;
  /** Seconds that the run took, for the last line. */
  readonly seconds: number;
  /** True when it was known from an earlier run. */
  readonly cached: boolean;
}

export const resultText = (
  result: BacktestResult,
  terminal: Terminal,
  { verbose, seconds, cached }: ResultTextOptions,
): string => {
  const took = cached
    ? 'known from before (--no-cache runs it again)'
    : `in ${seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(1)} s`}`;
  const lines = [heading(result, terminal), ''];
  // Who asks for another engine's rules wants its definitions too; ours would only seem to contradict them.
  if (result.profileStatistics !== null && !verbose)
    return [...lines, ...profileLines(result, terminal), '', ...footing(result, terminal, took)].join('\n');
  lines.push(...statisticLines(result.statistics, terminal, { verbose }));
  if (verbose && result.profileStatistics !== null) lines.push('', ...profileLines(result, terminal));
  lines.push('', ...footing(result, terminal, took));
  return lines.join('\n');
};

/** The statistics by groups; `verbose` shows those too that few ask for. */
export const statisticLines = (
  statistics: BacktestResult['statistics'],
  terminal: Terminal,
  { verbose }: { readonly verbose: boolean },
): string[] => {
  const lines: string[] = [];
  const width = Math.max(...statisticKeys.map((key) => statisticDefinitions[key].title.length)) + 2;
  let group = '';
  for (const key of statisticKeys) {
    const value = statistics[key];
    if (!verbose && detailKeys.has(key)) continue;
    if (!verbose && key === 'openTrades' && value === 0) continue;
    // All fees are commission for most: the same number twice asks what the difference is.
    if (!verbose && key === 'fees' && value === statistics.commission) continue;
    const definition: StatisticDefinition = statisticDefinitions[key];
    if (definition.group !== group) {
      if (group !== '') lines.push('');
      group = definition.group;
      lines.push(terminal.style('dim', group));
    }
    lines.push(
      `  ${definition.title.padEnd(width)}${paint(terminal, key, value, showStatistic(value, definition.unit).padStart(16))}`,
    );
  }
  return lines;
};

const heading = (result: BacktestResult, terminal: Terminal): string => {
  const params = Object.entries(result.params)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
  const feeds = result.feeds.map(
    ({ id, symbol, bars, timeframeMs, firstTime, lastTime }) =>
      `${result.feeds.length > 1 && id !== symbol ? `${id}: ` : ''}${symbol} ${formatTimeframe(timeframeMs)}, ${bars.toLocaleString('en-US')} bars, ${showTime(firstTime)} to ${showTime(lastTime)}`,
  );
  const shown = feeds.length > 4 ? [...feeds.slice(0, 3), `and ${feeds.length - 3} more symbols`] : feeds;
  const rules = String(result.settings['profile']);
  return [
    `${terminal.style('bold', result.strategy)}${params === '' ? '' : `  ${params}`}${rules === 'native' ? '' : `  (rules of ${rules})`}`,
    ...shown,
  ].join('\n');
};

const signed: ReadonlySet<StatisticKey> = new Set([
  'return',
  'cagr',
  'alpha',
  'sharpe',
  'sortino',
  'calmar',
  'expectancy',
  'averageTrade',
  'sqn',
]);

const paint = (terminal: Terminal, key: StatisticKey, value: number | null, text: string): string => {
  if (value === null) return terminal.style('dim', text);
  if (!signed.has(key) || value === 0) return text;
  return terminal.style(value > 0 ? 'green' : 'red', text);
};

const profileLines = (result: BacktestResult, terminal: Terminal): string[] => {
  const entries = Object.entries(result.profileStatistics ?? {});
  const width = Math.max(...entries.map(([name]) => name.length)) + 2;
  return [
    terminal.style('dim', `By the definitions of ${String(result.settings['profile'])}`),
    ...entries.map(([name, value]) => `  ${name.padEnd(width)}${profileValue(value).padStart(20)}`),
  ];
};

/** As many digits as a person compares: two decimals for large numbers, six figures for small ones. */
const profileValue = (value: number | string | null): string => {
  if (value === null) return 'n/a';
  if (typeof value === 'string') return value;
  return Math.abs(value) >= 1000 || Number.isInteger(value)
    ? withSeparators(value, Number.isInteger(value) ? 0 : 2)
    : String(Number(value.toPrecision(6))).replace(/^-/, '−');
};

/** Notes of the rules that are printed: the last say how it ended. */
const notesShownMax = 5;

const footing = (result: BacktestResult, terminal: Terminal, took: string): string[] => {
  const lines: string[] = [];
  if (result.fills.length === 0) lines.push(terminal.style('yellow', whyNoTrades(result)));
  const rejected = result.orders.filter(({ status }) => status === 'rejected');
  if (rejected.length > 0) lines.push(terminal.style('yellow', rejectedLine(rejected, result.orders.length)));
  for (const note of result.notes.slice(-notesShownMax)) lines.push(terminal.style('yellow', note));
  if (result.notes.length > notesShownMax)
    lines.push(`The first ${result.notes.length - notesShownMax} notes are in the JSON.`);
  const open = result.statistics.openTrades;
  if (open !== 0)
    lines.push(
      `${open === 1 ? '1 trade was' : `${open} trades were`} still open at the end; ${open === 1 ? 'it counts' : 'they count'} in equity and in no statistic of trades.`,
    );
  const bars = result.feeds.reduce((sum, feed) => sum + feed.bars, 0);
  lines.push(
    terminal.style(
      'dim',
      `trade hash ${result.tradeHash} · warm-up ${result.warmUpSteps} ${result.warmUpSteps === 1 ? 'bar' : 'bars'} · ${bars.toLocaleString('en-US')} bars ${took}`,
    ),
  );
  return lines;
};

const rejectedLine = (rejected: BacktestResult['orders'], total: number): string => {
  const count = `${withSeparators(rejected.length, 0)} of ${withSeparators(total, 0)} ${total === 1 ? 'order' : 'orders'} ${rejected.length === 1 ? 'was' : 'were'} rejected`;
  return `${count}; ${rejected.length === 1 ? '' : 'the first: '}${rejected[0]?.reason ?? 'no reason was given'}`;
};

const whyNoTrades = (result: BacktestResult): string => {
  if (result.warmUpSteps >= result.timeline.length)
    return `The indicators never warmed up: they need more bars than the ${result.timeline.length} there are.`;
  return result.orders.length === 0
    ? 'The strategy made no orders.'
    : `None of its ${result.orders.length} orders filled.`;
};
