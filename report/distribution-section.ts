/** How the returns of trades and of days are spread, as histograms with a line at zero. */

import type { BacktestResult, Histogram } from '#domain';
import { dailyReturns, histogram, prepareCalendar } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { withSeparators } from './show-number.ts';
import { startCashOf } from './start-cash.ts';

/** Fewer returns than this show no shape. */
const valuesMin = 5;
/** Labels along the axis at most, beside the one at zero. */
const labelsMax = 5;

export const distributionSection = (result: BacktestResult): Html | null => {
  const trades = result.trades.filter((trade) => trade.exitTime !== null).map((trade) => trade.returnFraction);
  const days = dailyReturns(result.equity, startCashOf(result), prepareCalendar(result.timeline));
  // Days without a position say nothing about the strategy and would hide the others.
  const charts = [
    chart('Returns of trades', 'trades', trades),
    chart(
      'Daily returns, other than zero',
      'days',
      [...days].filter((value) => value !== 0),
    ),
  ].filter((part) => part !== null);
  return charts.length === 0 ? null : html`<div class="two">${charts}</div>`;
};

const chart = (title: string, unit: string, returns: readonly number[]): Html | null => {
  const spread = returns.length < valuesMin ? null : histogram(returns);
  if (spread === null) return null;
  const { counts } = spread;
  const most = counts.reduce((top, count) => Math.max(top, count), 0);
  const ordered = Float64Array.from(returns).sort();
  const mean = ordered.reduce((sum, value) => sum + value, 0) / ordered.length;
  const median =
    ((ordered[Math.floor((ordered.length - 1) / 2)] ?? 0) + (ordered[Math.floor(ordered.length / 2)] ?? 0)) / 2;
  return html`<section>
    <h2>${title}</h2>
    <div
      class="histogram"
      role="img"
      aria-label="Histogram of ${returns.length} returns: mean ${percent(mean)}, median ${percent(median)}"
    >
      <div class="counts"><span>${withSeparators(most, 0)}</span><span>0</span></div>
      <div class="bars">
        ${counts.map((count, i) => bar(count, most, edge(spread, i), edge(spread, i + 1), unit))}
        ${isZeroInside(spread) && html`<div class="zero" style="left:${share(spread, 0)}%"></div>`}
      </div>
      <div class="scale">
        ${labels(spread).map((value) => html`<span style="left:${share(spread, value)}%">${percent(value)}</span>`)}
      </div>
    </div>
    <p class="muted">
      ${withSeparators(returns.length, 0)} ${unit} · mean ${percent(mean, 2)} · median ${percent(median, 2)} · worst
      ${percent(ordered[0] ?? 0, 2)} · best ${percent(ordered[ordered.length - 1] ?? 0, 2)}
    </p>
  </section>`;
};

const bar = (count: number, most: number, from: number, to: number, unit: string): Html =>
  html`<div
    class="${to <= 0 ? 'neg' : ''}${count === 0 ? ' none' : ''}"
    style="height:${((count / most) * 100).toFixed(1)}%"
    title="${percent(from, 2)} to ${percent(to, 2)}: ${withSeparators(count, 0)} ${unit}"
  ></div>`;

/** Bins end at multiples of their width, so that zero is exactly an edge. */
const edge = ({ from, width }: Histogram, i: number): number => (Math.round(from / width) + i) * width;
const isZeroInside = (spread: Histogram): boolean => edge(spread, 0) <= 0 && edge(spread, spread.counts.length) >= 0;
const share = ({ from, width, counts }: Histogram, value: number): string =>
  (((value - from) / (width * counts.length)) * 100).toFixed(2);

/** Round values within the histogram: multiples of 1, 2 or 5 times a power of ten. */
const labels = ({ from, width, counts }: Histogram): number[] => {
  const range = width * counts.length;
  const least = range / labelsMax;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= least) ?? range;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor((from + range) / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
};

const percent = (value: number, decimals = Math.abs(value) < 0.01 ? 2 : 1): string =>
  value === 0 ? '0 %' : `${withSeparators(value * 100, decimals)} %`;
