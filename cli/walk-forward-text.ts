/** A walk-forward analysis as text for the terminal and as JSON. */

import type { StatisticKey } from '#domain';
import { statisticDefinitions } from '#domain';
import { showStatistic, showTime, withSeparators } from '#report';
import type { WalkForwardResult } from './run-walk-forward.ts';
import type { Terminal } from './terminal.ts';

const shownKeys: readonly StatisticKey[] = [
  'return',
  'cagr',
  'sharpe',
  'sortino',
  'maxDrawdown',
  'trades',
  'winRate',
  'profitFactor',
];

export const walkForwardText = (
  { strategy, summary, statistics, cached }: WalkForwardResult,
  steps: Float64Array,
  rankedBy: StatisticKey,
  terminal: Terminal,
): string => {
  const { unit, title } = statisticDefinitions[rankedBy];
  const head = ['#', 'chosen on', 'scored on', 'parameters', `${title} chosen`, 'scored', 'kept', 'return'];
  const rows = summary.rows.map(
    ({ window, chosen, inSampleScore, outOfSampleScore, degradation, outOfSampleReturn }) => [
      String(window.number + 1),
      period(steps, window.inSample),
      period(steps, window.outOfSample),
      chosen === null
        ? 'none: no combination had a score'
        : Object.entries(chosen.params)
            .map(([name, value]) => `${name}=${String(value)}`)
            .join(' '),
      showStatistic(inSampleScore, unit),
      showStatistic(outOfSampleScore, unit),
      showStatistic(degradation, 'percent'),
      showStatistic(outOfSampleReturn, 'percent'),
    ],
  );
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [
    `${terminal.style('bold', strategy)}  walk-forward over ${summary.rows.length} windows`,
    '',
    terminal.style('dim', line(head)),
    ...rows.map(line),
    '',
    terminal.style('dim', 'The stretches that were not chosen on, as one run'),
    ...shownKeys.map(
      (key) =>
        `  ${statisticDefinitions[key].title.padEnd(24)}${showStatistic(statistics[key], statisticDefinitions[key].unit).padStart(16)}`,
    ),
    '',
    `${showStatistic(summary.profitableWindows, 'percent')} of the windows made a profit; on average ${showStatistic(summary.degradation, 'percent')} of the ${title} that the choice promised was kept.`,
    ...(cached === 0
      ? []
      : [
          terminal.style(
            'dim',
            `${withSeparators(cached, 0)} backtests known from before (--no-cache runs them again)`,
          ),
        ]),
  ].join('\n');
};

export const walkForwardJson = (
  { strategy, summary, statistics, cached, timeline, equity }: WalkForwardResult,
  steps: Float64Array,
  rankedBy: StatisticKey,
): string =>
  JSON.stringify(
    {
      strategy,
      rankedBy,
      cached,
      degradation: summary.degradation,
      profitableWindows: summary.profitableWindows,
      windows: summary.rows.map(({ window, ...row }) => ({
        number: window.number + 1,
        inSample: times(steps, window.inSample),
        outOfSample: times(steps, window.outOfSample),
        ...row,
      })),
      statistics: Object.fromEntries(shownKeys.map((key) => [key, statistics[key]])),
      time: Array.from(timeline),
      equity: Array.from(equity),
    },
    null,
    2,
  );

type Range = { readonly from: number; readonly to: number };

const period = (steps: Float64Array, { from, to }: Range): string =>
  `${showTime(steps[from] ?? 0)} – ${showTime(steps[to - 1] ?? 0)}`;
const times = (steps: Float64Array, { from, to }: Range): { readonly from: number; readonly to: number } => ({
  from: steps[from] ?? 0,
  to: steps[to - 1] ?? 0,
});
