/** The table of all statistics, each with its definition. */

import type { BacktestResult, StatisticDefinition, StatisticKey } from '#domain';
import { statisticDefinitions, statisticKeys } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { showStatistic } from './show-number.ts';

const signed: ReadonlySet<StatisticKey> = new Set<StatisticKey>(['return', 'cagr', 'sharpe', 'sortino', 'calmar', 'maxDrawdown', 'alpha', 'averageTrade', 'expectancy', 'sqn']);

/** The class that colours a number by its sign, where a sign means good or bad. */
export const toneOf = (key: StatisticKey, value: number | null): string => (value === null || value === 0 || !signed.has(key) ? '' : value > 0 ? 'good' : 'bad');

export const definitionsSection = ({ statistics, profileStatistics, settings }: BacktestResult): Html => {
  const groups = [...new Set(statisticKeys.map((key) => statisticDefinitions[key].group))];
  return html`<section><h2>Statistics</h2><table class="definitions"><tbody>
${groups.map((group) => html`<tr class="group"><th colspan="3">${group}</th></tr>
${statisticKeys.filter((key) => statisticDefinitions[key].group === group).map((key) => row(key, statistics[key]))}`)}
${profileStatistics !== null && html`<tr class="group"><th colspan="3">By the definitions of ${String(settings['profile'])}</th></tr>
${Object.entries(profileStatistics).map(([name, value]) => html`<tr><td>${name}</td><td>${value === null ? 'n/a' : String(value)}</td><td></td></tr>`)}`}
</tbody></table></section>`;
};

const row = (key: StatisticKey, value: number | null): Html => {
  const { title, unit, definition }: StatisticDefinition = statisticDefinitions[key];
  return html`<tr><td>${title}</td><td class="${toneOf(key, value)}">${showStatistic(value, unit)}</td><td class="text">${definition}</td></tr>`;
};
