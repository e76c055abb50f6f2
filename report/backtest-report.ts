/** The report of one backtest: what was run, how it went, and every trade, in one HTML file. */

import type { BacktestResult, Feed, StatisticKey } from '#domain';
import { formatTimeframe, statisticDefinitions } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { pageData } from './backtest-page-data.ts';
import { pageShell } from './page-shell.ts';
import { distributionSection } from './distribution-section.ts';
import { monthsSection } from './months-section.ts';
import { showPrice, showStatistic, showTime, withSeparators } from './show-number.ts';
import { definitionsSection, toneOf } from './statistics-section.ts';

export interface BacktestReportInput {
  readonly result: BacktestResult;
  /** The traded feeds, for prices. */
  readonly feeds: readonly Feed[];
}

const cardKeys: readonly StatisticKey[] = ['return', 'cagr', 'sharpe', 'sortino', 'maxDrawdown', 'winRate', 'profitFactor', 'trades'];
/** Rows shown of trades, rejected orders and log lines; the result itself has all. */
const tradeRowsMax = 2_000;
const orderRowsMax = 200;
const logLinesMax = 1_000;

/** The document's text. Throws nothing: what a result lacks the report leaves out. */
export const backtestReport = ({ result, feeds }: BacktestReportInput): string => {
  const data = pageData(result, feeds);
  return pageShell({
    title: `${result.strategy} · ${result.feeds.map(({ symbol }) => symbol).join(', ')}`,
    data,
    body: html`
${header(result)}
${cards(result)}
<section><h2>Equity</h2><div id="equity"></div></section>
<section><h2>Drawdown</h2><div id="drawdown"></div></section>
<section><h2>Trades on the price ${feedChoice(result)}</h2><div id="price"></div><p class="muted">Drag to zoom all charts, double-click to see everything. Lines join entry and exit: green with a profit, red with a loss.</p></section>
${data.plots.length > 0 && html`<section><h2>The strategy's own lines</h2>${data.plots.map((_plot, i) => html`<div id="plot-${i}"></div>`)}</section>`}
${monthsSection(result)}
${distributionSection(result)}
${definitionsSection(result)}
${tradesSection(result)}
${ordersSection(result)}
${logSection(result)}
${settingsSection(result)}
<footer>Trade hash ${result.tradeHash} · engine version ${result.engineVersion} · warm-up ${result.warmUpSteps} bars. Equal code, parameters, data and settings give this hash again.</footer>`,
  });
};

const header = (result: BacktestResult): Html => html`<header>
<h1>${result.strategy}</h1>
<div class="sub">${result.feeds.slice(0, 6).map(({ symbol, timeframeMs, bars, firstTime, lastTime }) => html`<div>${symbol} · ${formatTimeframe(timeframeMs)} · ${withSeparators(bars, 0)} bars · ${showTime(firstTime)} to ${showTime(lastTime)}</div>`)}${result.feeds.length > 6 && html`<div>and ${result.feeds.length - 6} more symbols</div>`}</div>
<div class="chips"><span class="chip">rules: ${String(result.settings['profile'])}</span>${Object.entries(result.params).map(([name, value]) => html`<span class="chip">${name} = ${String(value)}</span>`)}</div>
</header>`;

const cards = ({ statistics }: BacktestResult): Html => html`<div class="cards">${cardKeys.map((key) => {
  const { title, unit } = statisticDefinitions[key];
  const value = statistics[key];
  return html`<div class="card"><div class="name">${title}</div><div class="number ${toneOf(key, value)}">${showStatistic(value, unit)}</div></div>`;
})}</div>`;

const feedChoice = ({ feeds }: BacktestResult): Html | false =>
  feeds.length > 1 && html`<select id="feed" aria-label="Symbol">${feeds.map(({ symbol }, i) => html`<option value="${i}">${symbol}</option>`)}</select>`;

const tradesSection = ({ trades, feeds }: BacktestResult): Html => {
  const shown = trades.slice(0, tradeRowsMax);
  return html`<section><h2>Trades ${trades.length > shown.length && html`<span class="muted">(the first ${withSeparators(shown.length, 0)} of ${withSeparators(trades.length, 0)})</span>`}</h2>
${trades.length === 0 ? html`<p class="muted">There were none.</p>` : html`<div class="scroll"><table class="sortable"><thead><tr><th>#</th>${feeds.length > 1 && html`<th>Symbol</th>`}<th>Side</th><th>Quantity</th><th>Entry</th><th>Price</th><th>Exit</th><th>Price</th><th>Profit</th><th>Return</th><th>Commission</th><th>Tag</th></tr></thead><tbody>
${shown.map((trade, i) => html`<tr><td>${i + 1}</td>${feeds.length > 1 && html`<td>${feeds[trade.feed]?.symbol}</td>`}<td>${trade.side}</td><td data-value="${trade.quantity}">${showPrice(trade.quantity)}</td><td data-value="${trade.entryTime}">${showTime(trade.entryTime)}</td><td data-value="${trade.entryPrice}">${showPrice(trade.entryPrice)}</td><td data-value="${trade.exitTime ?? 9e15}">${trade.exitTime === null ? 'open' : showTime(trade.exitTime)}</td><td data-value="${trade.exitPrice ?? ''}">${trade.exitPrice === null ? '' : showPrice(trade.exitPrice)}</td><td class="${trade.pnl >= 0 ? 'good' : 'bad'}" data-value="${trade.pnl}">${withSeparators(trade.pnl, 2)}</td><td data-value="${trade.returnFraction}">${withSeparators(trade.returnFraction * 100, 2)} %</td><td data-value="${trade.commission}">${withSeparators(trade.commission, 2)}</td><td>${trade.tag}</td></tr>
`)}</tbody></table></div>`}</section>`;
};

const ordersSection = ({ orders, feeds }: BacktestResult): Html | null => {
  const refused = orders.filter(({ status }) => status === 'rejected' || status === 'expired');
  if (refused.length === 0) return null;
  return html`<section><h2>Orders rejected or expired <span class="muted">(${withSeparators(refused.length, 0)} of ${withSeparators(orders.length, 0)})</span></h2><div class="scroll"><table><thead><tr><th>Order</th><th>Symbol</th><th>Made</th><th>Side</th><th>Type</th><th>Quantity</th><th>Status</th><th class="text">Reason</th></tr></thead><tbody>
${refused.slice(0, orderRowsMax).map((order) => html`<tr><td>${order.id}</td><td>${feeds[order.feed]?.symbol}</td><td>${showTime(order.createdTime)}</td><td>${order.side}</td><td>${order.type}</td><td>${showPrice(order.quantity)}</td><td>${order.status}</td><td class="text">${order.reason}</td></tr>`)}</tbody></table></div></section>`;
};

const logSection = ({ log, logDropped }: BacktestResult): Html | null =>
  log.length === 0 ? null : html`<section><details><summary>Log (${withSeparators(log.length + logDropped, 0)} lines)</summary><div class="scroll"><pre>${log.slice(0, logLinesMax).map(({ time, text }) => `${showTime(time)}  ${text}\n`).join('')}</pre></div>${log.length + logDropped > logLinesMax && html`<p class="muted">The first ${logLinesMax} lines.</p>`}</details></section>`;

const settingsSection = ({ settings }: BacktestResult): Html => html`<section><details><summary>Settings</summary><pre>${JSON.stringify(settings, null, 2)}</pre></details></section>`;
