/** The report of one backtest: what was run, how it went, and every trade, in one HTML file. */

import type { BacktestResult, Feed, StatisticKey } from '#domain';
import { computeBreakdown, formatTimeframe } from '#domain';
import { pageData } from './backtest-page-data.ts';
import { breakdownSection } from './breakdown-section.ts';
import { curveSection, plotsSection, priceSection } from './chart-sections.ts';
import { distributionSection } from './distribution-section.ts';
import { drawdownsSection } from './drawdowns-section.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { logSection, settingsSection } from './log-section.ts';
import { momentsOf } from './moments.ts';
import type { Moments } from './moments.ts';
import { monthsSection } from './months-section.ts';
import { ordersSection } from './orders-section.ts';
import { pageShell } from './page-shell.ts';
import { withSeparators } from './show-number.ts';
import { startCashOf } from './start-cash.ts';
import { statisticCard, statisticsSection } from './statistics-section.ts';
import { tradesSection } from './trades-section.ts';

export interface BacktestReportInput {
  readonly result: BacktestResult;
  /** The traded feeds, for prices. */
  readonly feeds: readonly Feed[];
}

const cardKeys: readonly StatisticKey[] = [
  'return',
  'cagr',
  'sharpe',
  'sortino',
  'maxDrawdown',
  'winRate',
  'profitFactor',
  'trades',
];

/** The document's text. Throws nothing: what a result lacks the report leaves out. */
export const backtestReport = ({ result, feeds }: BacktestReportInput): string => {
  const data = pageData(result, feeds);
  const moments = momentsOf(result.timeline);
  const breakdown = computeBreakdown({ ...result, feeds, startCash: startCashOf(result) });
  return pageShell({
    title: `${result.strategy} · ${result.feeds.map(({ symbol }) => symbol).join(', ')}`,
    data,
    body: html` ${header(result, moments)}
      <div class="cards">${cardKeys.map((key) => statisticCard(key, result.statistics))}</div>
      ${curveSection('Equity', data)} ${priceSection('Trades on the price', data, result)} ${plotsSection(data)}
      ${moments.areDates && monthsSection(breakdown)} ${distributionSection(result)}
      ${drawdownsSection(result, moments)} ${breakdownSection(breakdown)} ${tradesSection(result, moments)}
      ${ordersSection(result, moments)} ${statisticsSection(result)} ${logSection(result, moments)}
      ${settingsSection(result)}
      <footer>
        Trade hash ${result.tradeHash} · engine version ${result.engineVersion} · warm-up ${result.warmUpSteps} bars.
        Equal code, parameters, data and settings give this hash again.
      </footer>`,
  });
};

const header = (result: BacktestResult, moments: Moments): Html =>
  html`<header>
    <h1>${result.strategy}</h1>
    ${feedLines(result, moments)}
    <div class="chips">
      <span class="chip">rules: ${String(result.settings['profile'])}</span
      >${Object.entries(result.params).map(([name, value]) => html`<span class="chip">${name} = ${String(value)}</span>`)}
    </div>
    ${result.notes.slice(-notesShownMax).map((note) => html`<p class="bad">${note}</p>`)}
  </header>`;

/** What the rules have to say that is shown at the top: the last sentences tell how the run ended. */
const notesShownMax = 5;

/** Feeds named at the top. */
const feedLinesMax = 6;

export const feedLines = ({ feeds }: Pick<BacktestResult, 'feeds'>, moments: Moments): Html =>
  html`<div class="sub">
    ${feeds.slice(0, feedLinesMax).map(({ symbol, timeframeMs, bars, firstTime, lastTime }) => html`<div>${symbol} · ${moments.areDates && `${formatTimeframe(timeframeMs)} · `}${withSeparators(bars, 0)} ${bars === 1 ? 'bar' : 'bars'}${bars > 0 && ` · ${moments.show(firstTime)} to ${moments.show(lastTime)}`}</div>`)}${feeds.length > feedLinesMax && html`<div>and ${feeds.length - feedLinesMax} more</div>`}
  </div>`;
