/** The report of a walk-forward analysis: what was chosen when, and what it earned afterwards. */

import type { StatisticKey, Statistics, WalkForwardSummary } from '#domain';
import { statisticDefinitions } from '#domain';
import { curveOf } from './backtest-page-data.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { pageShell } from './page-shell.ts';
import { showStatistic, showTime } from './show-number.ts';
import { toneOf } from './statistics-section.ts';

export interface WalkForwardReportInput {
  readonly strategy: string;
  readonly summary: WalkForwardSummary;
  /** The out-of-sample runs as one. */
  readonly timeline: Float64Array;
  readonly equity: Float64Array;
  readonly startCash: number;
  readonly statistics: Statistics;
  readonly rankedBy: StatisticKey;
  /** Times of all steps, to which the windows refer. */
  readonly steps: Float64Array;
}

const cardKeys: readonly StatisticKey[] = ['return', 'cagr', 'sharpe', 'maxDrawdown', 'trades', 'winRate'];

export const walkForwardReport = (input: WalkForwardReportInput): string => {
  const { strategy, summary, statistics, timeline, equity, startCash } = input;
  return pageShell({
    title: `Walk-forward · ${strategy}`,
    data: { ...curveOf({ timeline, equity, startCash, benchmark: null }), feeds: [], plots: [] },
    body: html`
<header><h1>Walk-forward of ${strategy}</h1><div class="sub">${summary.rows.length} windows. The numbers below are of the stretches on which nothing was chosen.</div></header>
<div class="cards">${cardKeys.map((key) => html`<div class="card"><div class="name">${statisticDefinitions[key].title}</div><div class="number ${toneOf(key, statistics[key])}">${showStatistic(statistics[key], statisticDefinitions[key].unit)}</div></div>`)}
<div class="card"><div class="name">Kept of the promise</div><div class="number">${showStatistic(summary.degradation, 'percent')}</div></div>
<div class="card"><div class="name">Windows with a profit</div><div class="number">${showStatistic(summary.profitableWindows, 'percent')}</div></div></div>
<section><h2>Equity out of sample</h2><div id="equity"></div><div id="drawdown"></div></section>
${windowsSection(input)}`,
  });
};

const windowsSection = ({ summary, rankedBy, steps }: WalkForwardReportInput): Html => {
  const { title, unit } = statisticDefinitions[rankedBy];
  const period = ({ from, to }: { readonly from: number; readonly to: number }): string => `${showTime(steps[from] ?? 0)} to ${showTime(steps[to - 1] ?? 0)}`;
  return html`<section><h2>Windows</h2><div class="scroll"><table class="sortable"><thead><tr><th>#</th><th>Chosen on</th><th>Scored on</th><th>Parameters</th><th>${title} chosen</th><th>${title} scored</th><th>Kept</th><th>Return</th></tr></thead><tbody>
${summary.rows.map(({ window, chosen, inSampleScore, outOfSampleScore, outOfSampleReturn, degradation }) => html`<tr><td>${window.number + 1}</td><td>${period(window.inSample)}</td><td>${period(window.outOfSample)}</td><td>${chosen === null ? 'none' : Object.entries(chosen.params).map(([name, value]) => `${name} = ${String(value)}`).join(', ')}</td><td>${showStatistic(inSampleScore, unit)}</td><td>${showStatistic(outOfSampleScore, unit)}</td><td>${showStatistic(degradation, 'percent')}</td><td class="${toneOf('return', outOfSampleReturn)}">${showStatistic(outOfSampleReturn, 'percent')}</td></tr>`)}</tbody></table></div></section>`;
};
