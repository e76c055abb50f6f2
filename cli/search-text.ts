/** A search as text for the terminal: ranking, heat map, and whether the best can be trusted. */

import type { DeflatedSharpe, HeatMap, SearchSummary, StatisticKey } from '#domain';
import { statisticDefinitions } from '#domain';
import { showStatistic, withSeparators } from '#report';
import type { StrategyDeclaration } from '#sandbox';
import { duration } from './progress.ts';
import type { Terminal } from './terminal.ts';

interface SearchOutput {
  readonly declaration: StrategyDeclaration;
  readonly summary: SearchSummary;
  readonly luck: DeflatedSharpe | null;
  /** Members that were known from an earlier search. */
  readonly cached: number;
  readonly seconds: number;
  readonly cores: number;
}

const shownKeys: readonly StatisticKey[] = ['return', 'sharpe', 'maxDrawdown', 'trades', 'winRate', 'profitFactor'];
/** Widest heat map that fits beside its labels. */
const heatColumnsMax = 14;
const heatRowsMax = 30;

export const searchText = (
  { declaration, summary, luck, cached, seconds, cores }: SearchOutput,
  terminal: Terminal,
): string => {
  const { finished, skipped, failed, total } = summary;
  const counts = [
    `${withSeparators(finished, 0)} of ${withSeparators(total, 0)} combinations`,
    ...(skipped > 0 ? [`${withSeparators(skipped, 0)} excluded by the constraint`] : []),
    ...(failed > 0 ? [`${withSeparators(failed, 0)} failed`] : []),
  ];
  return [
    `${terminal.style('bold', declaration.name)}  ${counts.join(', ')}`,
    terminal.style('dim', speedLine({ finished, cached, seconds, cores })),
    '',
    ...rankingLines(summary, terminal),
    ...(summary.heatMap === null ? [] : ['', ...heatLines(summary.heatMap, summary.rankedBy, terminal)]),
    '',
    ...trustLines(summary, luck),
  ].join('\n');
};

const speedLine = ({
  finished,
  cached,
  seconds,
  cores,
}: Pick<SearchSummary, 'finished'> & Pick<SearchOutput, 'cached' | 'seconds' | 'cores'>): string => {
  const known = `${withSeparators(cached, 0)} known from before (--no-cache runs them again)`;
  if (cached > 0 && cached === finished) return `${duration(seconds)}, ${known}`;
  const speed = `${withSeparators((finished - cached) / Math.max(seconds, 1e-3), 0)} backtests/s`;
  return `${duration(seconds)} on ${cores} ${cores === 1 ? 'core' : 'cores'}, ${speed}${cached > 0 ? `; ${known}` : ''}`;
};

const rankingLines = ({ ranking, rankedBy }: SearchSummary, terminal: Terminal): string[] => {
  const names = Object.keys(ranking[0]?.result.params ?? {});
  const all = [rankedBy, ...shownKeys.filter((key) => key !== rankedBy)];
  // Lines that a narrow terminal breaks are no table; --json and the report have every statistic.
  for (let count = all.length; ; count--) {
    const lines = rankingTable(ranking, names, all.slice(0, count));
    const fits = !terminal.isInteractive || (lines[0]?.length ?? 0) <= terminal.columns;
    if (fits || count === 1)
      return lines.map((line, i) => (i > 1 ? line : terminal.style(i === 0 ? 'dim' : 'bold', line)));
  }
};

const rankingTable = (
  ranking: SearchSummary['ranking'],
  names: readonly string[],
  keys: readonly StatisticKey[],
): string[] => {
  const head = ['#', ...names, ...keys.map((key) => statisticDefinitions[key].title)];
  const rows = ranking.map(({ result }, i) => [
    String(i + 1),
    ...names.map((name) => String(result.params[name])),
    ...keys.map((key) => showStatistic(result.statistics[key], statisticDefinitions[key].unit)),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ');
  return [line(head), ...rows.map(line)];
};

const shades = ['·', '░', '▒', '▓', '█'];

const heatLines = ({ x, y, rows, lowest, highest }: HeatMap, rankedBy: StatisticKey, terminal: Terminal): string[] => {
  if (lowest === null || highest === null || x.values.length > heatColumnsMax || y.values.length > heatRowsMax)
    return [terminal.style('dim', 'The heat map is in the report: --report search.html')];
  const { unit } = statisticDefinitions[rankedBy];
  const cells = rows.map((row) => row.map((value) => (value === null ? '' : showStatistic(value, unit))));
  const width =
    Math.max(...x.values.map((value) => String(value).length), ...cells.flat().map((cell) => cell.length)) + 3;
  const label = Math.max(y.param.length, ...y.values.map((value) => String(value).length));
  if (terminal.isInteractive && label + 1 + width * x.values.length > terminal.columns)
    return [terminal.style('dim', 'The heat map is wider than this terminal; the report has it: --report search.html')];
  const shade = (value: number): string =>
    shades[Math.min(shades.length - 1, Math.floor(((value - lowest) / (highest - lowest || 1)) * shades.length))] ?? '';
  return [
    terminal.style(
      'dim',
      `${statisticDefinitions[rankedBy].title}: ${y.param} down, ${x.param} across, the best of the other parameters`,
    ),
    ' '.repeat(label + 1) + x.values.map((value) => String(value).padStart(width)).join(''),
    // A random search leaves whole rows untried.
    ...rows.flatMap((row, i) =>
      row.every((value) => value === null)
        ? []
        : String(y.values[i]).padStart(label + 1) +
          row
            .map((value, k) => (value === null ? '' : `${cells[i]?.[k] ?? ''} ${shade(value)}`).padStart(width))
            .join('')
            .trimEnd(),
    ),
  ];
};

const trustLines = ({ stability, rankedBy }: SearchSummary, luck: DeflatedSharpe | null): string[] => {
  const lines: string[] = [];
  if (stability !== null && stability.mean !== null && stability.worst !== null) {
    const { unit } = statisticDefinitions[rankedBy];
    lines.push(
      `Neighbours of the best: ${stability.neighbours}, mean ${showStatistic(stability.mean, unit)}, worst ${showStatistic(stability.worst, unit)}, ${showStatistic(stability.profitable, 'percent')} profitable${stability.plateau === null ? '' : `; plateau ${showStatistic(stability.plateau, 'ratio')} (1: a plateau, 0 or less: a lonely peak)`}`,
    );
  }
  if (luck !== null)
    lines.push(
      `Deflated Sharpe: ${showStatistic(luck.deflated, 'percent')} probability that the best is more than the luck of so many tries (95 % and above is convincing)`,
    );
  return lines;
};
