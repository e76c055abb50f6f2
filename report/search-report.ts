/** The report of a search: ranking, heat map, how far to trust the best, and the best one's curve. */

import type { BacktestResult, DeflatedSharpe, Feed, SearchSummary, StatisticKey } from '#domain';
import { statisticDefinitions } from '#domain';
import { pageData } from './backtest-page-data.ts';
import { heatSection } from './heat-section.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { pageShell } from './page-shell.ts';
import { showStatistic, showTime, withSeparators } from './show-number.ts';
import { definitionsSection, toneOf } from './statistics-section.ts';

export interface SearchReportInput {
  readonly summary: SearchSummary;
  readonly luck: DeflatedSharpe | null;
  /** The best combination's full run, and the feeds it traded. */
  readonly best: BacktestResult;
  readonly feeds: readonly Feed[];
}

const columnKeys: readonly StatisticKey[] = ['return', 'cagr', 'sharpe', 'sortino', 'maxDrawdown', 'calmar', 'trades', 'winRate', 'profitFactor'];

export const searchReport = ({ summary, luck, best, feeds }: SearchReportInput): string =>
  pageShell({
    title: `Search · ${best.strategy}`,
    data: pageData(best, feeds),
    body: html`
<header><h1>Search of ${best.strategy}</h1>
<div class="sub">${best.feeds.slice(0, 6).map(({ symbol, bars, firstTime, lastTime }) => html`<div>${symbol} · ${withSeparators(bars, 0)} bars · ${showTime(firstTime)} to ${showTime(lastTime)}</div>`)}</div>
<div class="chips"><span class="chip">${withSeparators(summary.finished, 0)} of ${withSeparators(summary.total, 0)} combinations</span>${summary.skipped > 0 && html`<span class="chip">${withSeparators(summary.skipped, 0)} excluded by the constraint</span>`}${summary.failed > 0 && html`<span class="chip">${withSeparators(summary.failed, 0)} failed</span>`}<span class="chip">ranked by ${statisticDefinitions[summary.rankedBy].title}</span><span class="chip">rules: ${String(best.settings['profile'])}</span></div>
</header>
${trustCards(summary, luck)}
${rankingSection(summary)}
${summary.heatMap !== null && heatSection(summary.heatMap, summary.rankedBy, best.params)}
${paramsSection(summary)}
<section><h2>The best: ${Object.entries(best.params).map(([name, value]) => `${name} = ${String(value)}`).join(', ')}</h2><div id="equity"></div><div id="drawdown"></div></section>
<section><h2>Its trades on the price</h2><div id="price"></div></section>
${definitionsSection(best)}
<footer>Trade hash of the best ${best.tradeHash} · engine version ${best.engineVersion}.</footer>`,
  });

const trustCards = ({ ranking, rankedBy, stability }: SearchSummary, luck: DeflatedSharpe | null): Html => {
  const { unit, title } = statisticDefinitions[rankedBy];
  const card = (name: string, value: string, hint: string): Html => html`<div class="card" title="${hint}"><div class="name">${name}</div><div class="number">${value}</div></div>`;
  return html`<div class="cards">
${card(`Best ${title}`, showStatistic(ranking[0]?.score ?? null, unit), statisticDefinitions[rankedBy].definition)}
${card('Neighbours, mean', showStatistic(stability?.mean ?? null, unit), 'Mean of the combinations one step away from the best')}
${card('Neighbours, worst', showStatistic(stability?.worst ?? null, unit), 'The worst of them')}
${card('Plateau', showStatistic(stability?.plateau ?? null, 'ratio'), '1: the neighbours are as good as the best; 0 or less: a lonely peak')}
${card('Deflated Sharpe', showStatistic(luck?.deflated ?? null, 'percent'), 'Probability that the best is more than the luck of so many tries (Bailey and López de Prado, 2014)')}
</div>`;
};

const rankingSection = ({ ranking, rankedBy }: SearchSummary): Html => {
  const names = Object.keys(ranking[0]?.result.params ?? {});
  const keys = [rankedBy, ...columnKeys.filter((key) => key !== rankedBy)];
  return html`<section><h2>Ranking</h2><div class="scroll"><table class="sortable"><thead><tr><th>#</th>${names.map((name) => html`<th>${name}</th>`)}${keys.map((key) => html`<th>${statisticDefinitions[key].title}</th>`)}</tr></thead><tbody>
${ranking.map(({ result }, i) => html`<tr><td>${i + 1}</td>${names.map((name) => html`<td>${String(result.params[name])}</td>`)}${keys.map((key) => html`<td class="${toneOf(key, result.statistics[key])}" data-value="${result.statistics[key] ?? ''}">${showStatistic(result.statistics[key], statisticDefinitions[key].unit)}</td>`)}</tr>
`)}</tbody></table></div></section>`;
};

/** Values of one parameter shown: more are a table that nobody reads. */
const valuesShownMax = 60;

const paramsSection = ({ params, rankedBy }: SearchSummary): Html | null => {
  if (params === null) return null;
  const { unit, title } = statisticDefinitions[rankedBy];
  return html`<section><h2>${title} by parameter, over all values of the others</h2><div class="two">${params.filter(({ values }) => values.length > 1).map(({ param, values }) => html`<div class="scroll"><table><thead><tr><th>${param}</th><th>best</th><th>mean</th><th>median</th><th>worst</th></tr></thead><tbody>
${values.slice(0, valuesShownMax).map(({ value, best, mean, median, worst }) => html`<tr><td>${String(value)}</td>${[best, mean, median, worst].map((score) => html`<td>${showStatistic(score, unit)}</td>`)}</tr>`)}</tbody></table></div>`)}</div></section>`;
};
