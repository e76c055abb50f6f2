/** How the returns of trades are spread. */

import type { BacktestResult } from '#domain';
import { histogram } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { withSeparators } from './show-number.ts';

/** Fewer trades than this show no shape. */
const tradesMin = 5;

export const distributionSection = ({ trades }: BacktestResult): Html | null => {
  const returns = trades.filter((trade) => trade.exitTime !== null).map((trade) => trade.returnFraction);
  if (returns.length < tradesMin) return null;
  const spread = histogram(returns);
  if (spread === null) return null;
  const { from, width, counts } = spread;
  const most = Math.max(...counts);
  const edge = (i: number): number => from + i * width;
  return html`<section><h2>Returns of trades</h2><div class="bars" role="img" aria-label="Histogram of the returns of ${returns.length} trades">
${counts.map((count, i) => html`<div class="${edge(i + 0.5) < 0 ? 'neg' : ''}" style="height:${((count / most) * 100).toFixed(1)}%" title="${percent(edge(i))} to ${percent(edge(i + 1))}: ${count} trades"></div>`)}
</div><div class="scale"><span>${percent(from)}</span><span>${percent(edge(counts.length / 2))}</span><span>${percent(edge(counts.length))}</span></div></section>`;
};

const percent = (value: number): string => `${withSeparators(value * 100, 1)} %`;
