/** The report of a walk-forward analysis: what was chosen when, and what it earned afterwards. */

import type { StatisticKey, Statistics, WalkForwardSummary } from '#domain';
import { statisticDefinitions } from '#domain';
import { curveData } from './backtest-page-data.ts';
import { curveSection } from './chart-sections.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { momentsOf } from './moments.ts';
import { pageShell } from './page-shell.ts';
import { paramsText } from './search-report.ts';
import { showStatistic } from './show-number.ts';
import { card, statisticCard, statisticsSection, toneOf } from './statistics-section.ts';
import { zoomButton } from './zoom-button.ts';

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

/** The document's text. */
export const walkForwardReport = (input: WalkForwardReportInput): string => {
  const { strategy, summary, statistics, timeline, equity, startCash } = input;
  const data = { ...curveData({ timeline, equity, startCash, feeds: [] }), feeds: [], plots: [] };
  return pageShell({
    title: `Walk-forward · ${strategy}`,
    data,
    body: html` <header>
        <h1>Walk-forward of ${strategy}</h1>
        <div class="sub">
          ${summary.rows.length} windows. The numbers are of the stretches on which nothing was chosen, one after the
          other.
        </div>
      </header>
      <div class="cards">
        ${cardKeys.map((key) => statisticCard(key, statistics))}
        ${card('Kept of the promise', showStatistic(summary.degradation, 'percent'), keptMeaning(input.rankedBy))}
        ${card('Windows with a profit', showStatistic(summary.profitableWindows, 'percent'), 'Part of the windows with a return above zero')}
      </div>
      ${curveSection('Equity out of sample', data)} ${windowsSection(input)}
      ${statisticsSection({ statistics, profileStatistics: null, settings: {} })}`,
  });
};

/** Where less is better, keeping a promise is a quotient the other way round. */
const keptMeaning = (by: StatisticKey): string => {
  const { title, better } = statisticDefinitions[by];
  return better === 'lower'
    ? `Mean over the windows: ${title} where it was chosen ÷ afterwards`
    : `Mean over the windows: ${title} afterwards ÷ where it was chosen`;
};

interface Range {
  readonly from: number;
  readonly to: number;
}

const windowsSection = ({ summary, rankedBy, steps }: WalkForwardReportInput): Html => {
  const { title, unit } = statisticDefinitions[rankedBy];
  const moments = momentsOf(steps);
  const at = (step: number): number => steps[Math.min(step, steps.length - 1)] ?? 0;
  const period = ({ from, to }: Range): string => `${moments.show(at(from))} to ${moments.show(at(to - 1))}`;
  return html`<section>
    <div class="head">
      <h2>Windows</h2>
      <div class="legend">
        <span class="swatch in"></span><span>chosen on</span><span class="swatch out"></span><span>scored on</span>
      </div>
    </div>
    <div class="scroll">
      <table class="sortable">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">When</th>
            <th scope="col">Chosen on</th>
            <th scope="col">Scored on</th>
            <th scope="col">Parameters</th>
            <th scope="col">${title} chosen</th>
            <th scope="col">${title} scored</th>
            <th scope="col">Kept</th>
            <th scope="col">Return</th>
          </tr>
        </thead>
        <tbody>
          ${summary.rows.map(
            ({
              window: { number, inSample, outOfSample },
              chosen,
              inSampleScore,
              outOfSampleScore,
              outOfSampleReturn,
              degradation,
            }) =>
              html`<tr>
                <td data-value="${number + 1}">
                  ${zoomButton(String(number + 1), { from: moments.onAxis(at(outOfSample.from)), to: moments.onAxis(at(outOfSample.to - 1)), label: `Window ${number + 1}` })}
                </td>
                <td data-value="${inSample.from}">
                  <div class="strip">
                    ${stretch('in', inSample, steps.length)}${stretch('out', outOfSample, steps.length)}
                  </div>
                </td>
                <td>${period(inSample)}</td>
                <td>${period(outOfSample)}</td>
                <td>${chosen === null ? 'none' : paramsText(chosen.params)}</td>
                <td data-value="${inSampleScore}">${showStatistic(inSampleScore, unit)}</td>
                <td data-value="${outOfSampleScore}">${showStatistic(outOfSampleScore, unit)}</td>
                <td data-value="${degradation}">${showStatistic(degradation, 'percent')}</td>
                <td class="${toneOf('return', outOfSampleReturn)}" data-value="${outOfSampleReturn}">
                  ${showStatistic(outOfSampleReturn, 'percent')}
                </td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
};

const stretch = (kind: 'in' | 'out', { from, to }: Range, steps: number): Html =>
  html`<div
    class="${kind}"
    style="left:${((from / steps) * 100).toFixed(2)}%;width:${(((to - from) / steps) * 100).toFixed(2)}%"
  ></div>`;
