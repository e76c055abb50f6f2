/** The report of a search: ranking, heat map, how far to trust the best, and the best one's curve. */

import type { BacktestResult, DeflatedSharpe, Feed, SearchSummary, StatisticKey } from '#domain';
import { statisticDefinitions } from '#domain';
import { pageData } from './backtest-page-data.ts';
import { feedLines } from './backtest-report.ts';
import { curveSection, priceSection } from './chart-sections.ts';
import { heatSection } from './heat-section.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { momentsOf } from './moments.ts';
import { pageShell } from './page-shell.ts';
import { settingsSection } from './log-section.ts';
import { showStatistic, withSeparators } from './show-number.ts';
import { card, statisticsSection, toneOf } from './statistics-section.ts';

export interface SearchReportInput {
  readonly summary: SearchSummary;
  readonly luck: DeflatedSharpe | null;
  /** The best combination's full run, and the feeds it traded. */
  readonly best: BacktestResult;
  readonly feeds: readonly Feed[];
}

const columnKeys: readonly StatisticKey[] = [
  'return',
  'cagr',
  'sharpe',
  'sortino',
  'maxDrawdown',
  'calmar',
  'trades',
  'winRate',
  'profitFactor',
];

/** The document's text. */
export const searchReport = ({ summary, luck, best, feeds }: SearchReportInput): string => {
  const data = { ...pageData(best, feeds), plots: [] };
  const names = paramsText(best.params);
  return pageShell({
    title: `Search · ${best.strategy}`,
    data,
    body: html` <header>
        <h1>Search of ${best.strategy}</h1>
        ${feedLines(best, momentsOf(best.timeline))}
        <div class="chips">
          <span class="chip"
            >${withSeparators(summary.finished, 0)} of ${withSeparators(summary.total, 0)} combinations</span
          >${summary.skipped > 0 && html`<span class="chip">${withSeparators(summary.skipped, 0)} excluded by the constraint</span>`}${summary.failed > 0 && html`<span class="chip bad">${withSeparators(summary.failed, 0)} failed</span>`}<span
            class="chip"
            >ranked by ${statisticDefinitions[summary.rankedBy].title}</span
          ><span class="chip">rules: ${String(best.settings['profile'])}</span><span class="chip">best: ${names}</span>
        </div>
      </header>
      ${trustCards(summary, luck)} ${rankingSection(summary)}
      ${summary.heatMap !== null && heatSection(summary.heatMap, summary.rankedBy, best.params)}
      ${paramsSection(summary)} ${curveSection(`The best: ${names}`, data)}
      ${priceSection('Its trades on the price', data, best)} ${statisticsSection(best)} ${settingsSection(best)}
      <footer>Trade hash of the best ${best.tradeHash} · engine version ${best.engineVersion}.</footer>`,
  });
};

export const paramsText = (params: Readonly<Record<string, unknown>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(', ');

const trustCards = ({ ranking, rankedBy, stability }: SearchSummary, luck: DeflatedSharpe | null): Html => {
  const { unit, title, definition } = statisticDefinitions[rankedBy];
  return html`<div class="cards">
      ${card(`Best ${title}`, showStatistic(ranking[0]?.score ?? null, unit), definition)}
      ${card('Neighbours, mean', showStatistic(stability?.mean ?? null, unit), 'Mean of the combinations one step away from the best')}
      ${card('Neighbours, worst', showStatistic(stability?.worst ?? null, unit), 'The worst of them')}
      ${card('Neighbours with a profit', showStatistic(stability?.profitable ?? null, 'percent'), 'Part of them with a return above zero')}
      ${card('Plateau', showStatistic(stability?.plateau ?? null, 'ratio'), '1: the neighbours are as good as the best; 0 or less: a lonely peak')}
      ${card('Deflated Sharpe', showStatistic(luck?.deflated ?? null, 'percent'), 'Probability that the best is more than the luck of so many tries (Bailey and López de Prado, 2014)')}
    </div>
    <p class="muted note">
      A best that stands on a plateau (its neighbours do nearly as well, plateau near 1) and a deflated Sharpe ratio of
      95 % or more are less likely to be luck.
    </p>`;
};

const rankingSection = ({ ranking, rankedBy, finished }: SearchSummary): Html => {
  const names = Object.keys(ranking[0]?.result.params ?? {});
  const keys = [rankedBy, ...columnKeys.filter((key) => key !== rankedBy)];
  return html`<section>
    <h2>
      Ranking
      ${finished > ranking.length && html`<span class="muted">(the best ${withSeparators(ranking.length, 0)} of ${withSeparators(finished, 0)})</span>`}
    </h2>
    <div class="scroll">
      <table class="sortable ranking">
        <thead>
          <tr>
            <th scope="col">#</th>
            ${names.map((name) => html`<th scope="col">${name}</th>`)}${keys.map((key) => html`<th scope="col">${statisticDefinitions[key].title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${ranking.map(
            ({ result }, i) =>
              html`<tr>
                <td>${i + 1}</td>
                ${names.map((name) => html`<td>${String(result.params[name])}</td>`)}${keys.map((key) => html`<td class="${toneOf(key, result.statistics[key])}" data-value="${result.statistics[key]}">${showStatistic(result.statistics[key], statisticDefinitions[key].unit)}</td>`)}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
};

/** Values of one parameter shown: more are a table that nobody reads. */
const valuesShownMax = 60;

const paramsSection = ({ params, rankedBy }: SearchSummary): Html | null => {
  const varied = params?.filter(({ values }) => values.length > 1) ?? [];
  if (varied.length === 0) return null;
  const { unit, title } = statisticDefinitions[rankedBy];
  return html`<section>
    <h2>${title} by parameter, over all values of the others</h2>
    <div class="two">
      ${varied.map(
        ({ param, values }) =>
          html`<div class="scroll">
            <table class="sortable">
              <thead>
                <tr>
                  <th scope="col">${param}</th>
                  <th scope="col">best</th>
                  <th scope="col">mean</th>
                  <th scope="col">median</th>
                  <th scope="col">worst</th>
                </tr>
              </thead>
              <tbody>
                ${values.slice(0, valuesShownMax).map(
                  ({ value, best, mean, median, worst }) =>
                    html`<tr>
                      <td>${String(value)}</td>
                      ${[best, mean, median, worst].map((score) => html`<td data-value="${score}">${showStatistic(score, unit)}</td>`)}
                    </tr>`,
                )}
              </tbody>
            </table>
            ${values.length > valuesShownMax && html`<p class="muted">The first ${valuesShownMax} of ${values.length} values.</p>`}
          </div>`,
      )}
    </div>
  </section>`;
};
