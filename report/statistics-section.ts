/** The cards and the table of statistics, each with its definition. */

import type { BacktestResult, StatisticDefinition, StatisticKey, Statistics } from '#domain';
import { statisticDefinitions, statisticKeys } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { showStatistic } from './show-number.ts';

const signed: ReadonlySet<StatisticKey> = new Set<StatisticKey>([
  'return',
  'cagr',
  'sharpe',
  'sortino',
  'calmar',
  'maxDrawdown',
  'alpha',
  'averageTrade',
  'expectancy',
  'sqn',
]);

/** The class that colours a number by its sign, where a sign means good or bad. */
export const toneOf = (key: StatisticKey, value: number | null): string =>
  value === null || value === 0 || !signed.has(key) ? '' : value > 0 ? 'good' : 'bad';

/** A number that is to be seen first; its definition shows when pointed at. */
export const statisticCard = (key: StatisticKey, statistics: Statistics): Html => {
  const { title, unit, definition } = statisticDefinitions[key];
  return card(title, showStatistic(statistics[key], unit), definition, toneOf(key, statistics[key]));
};

export const card = (name: string, value: string, hint: string, tone = ''): Html =>
  html`<div class="card" title="${hint}">
    <div class="name">${name}</div>
    <div class="number ${tone}">${value}</div>
  </div>`;

/** All statistics. Those of a reproduced engine come first: who asked for its rules wants its definitions. */
export const statisticsSection = ({
  statistics,
  profileStatistics,
  settings,
}: Pick<BacktestResult, 'statistics' | 'profileStatistics' | 'settings'>): Html => {
  const groups = [...new Set(statisticKeys.map((key) => statisticDefinitions[key].group))];
  return html`${
      profileStatistics !== null &&
      html`<section>
        <h2>Statistics by the definitions of ${String(settings['profile'])}</h2>
        <div class="scroll">
          <table class="narrow">
            <tbody>
              ${Object.entries(profileStatistics).map(
                ([name, value]) =>
                  html`<tr>
                    <th scope="row">${name}</th>
                    <td>${value === null ? 'n/a' : String(value)}</td>
                  </tr> `,
              )}
            </tbody>
          </table>
        </div>
      </section>`
    }
    <section>
      <h2>Statistics</h2>
      <div class="definitions">
        ${groups.map(
          (group) =>
            html`<h3>${group}</h3>
              <dl>
                ${statisticKeys.filter((key) => statisticDefinitions[key].group === group).map((key) => row(key, statistics[key]))}
              </dl>`,
        )}
      </div>
    </section>`;
};

const row = (key: StatisticKey, value: number | null): Html => {
  const { title, unit, definition }: StatisticDefinition = statisticDefinitions[key];
  return html`<div>
    <dt>${title}</dt>
    <dd class="value ${toneOf(key, value)}">${showStatistic(value, unit)}</dd>
    <dd class="muted">${definition}</dd>
  </div> `;
};
