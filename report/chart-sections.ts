/** The places where the page's script draws its charts. Without a script they say so. */

import { formatTimeframe } from '#domain';
import type { BacktestResult } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { PageData } from './page/page-data.ts';

/** Equity and drawdown, with buttons for the range shown. */
export const curveSection = (title: string, { curve, hasDates }: Pick<PageData, 'curve' | 'hasDates'>): Html =>
  curve.time.length === 0
    ? html`<section>
        <h2>${title}</h2>
        <p class="muted">There are no bars, so there is nothing to draw.</p>
      </section>`
    : html`<section>
        <div class="head">
          <h2>${title}</h2>
          <div class="ranges" role="group" aria-label="Range of all charts" hidden>
            <button type="button" data-days="0">All</button
            >${hasDates && rangesWithin(curve.time).map(([name, days]) => html`<button type="button" data-days="${days}">${name}</button>`)}
          </div>
        </div>
        <div id="equity" class="chart" role="img" aria-label="Equity over time"></div>
        <h3>Drawdown</h3>
        <div id="drawdown" class="chart" role="img" aria-label="Drawdown over time"></div>
        <noscript><p class="muted">Charts need the script in this file.</p></noscript>
        <p class="muted">Drag across a chart to zoom all of them, double-click to see everything again.</p>
      </section>`;

/** The last days of the run. */
const ranges: readonly (readonly [name: string, days: number])[] = [
  ['5 years', 1826],
  ['1 year', 365],
  ['3 months', 91],
  ['1 month', 30],
  ['1 week', 7],
  ['1 day', 1],
];

/** Fewer points than this are no curve. */
const rangePointsMin = 15;

/** Those that are shorter than the run and long enough to show something. */
const rangesWithin = (time: readonly number[]): typeof ranges => {
  const length = (time[time.length - 1] ?? 0) - (time[0] ?? 0);
  const least = (length / time.length) * rangePointsMin;
  return ranges.filter(([, days]) => days * 86_400 < length && days * 86_400 > least);
};

export const priceSection = (
  title: string,
  { feeds }: PageData,
  { feeds: all }: Pick<BacktestResult, 'feeds'>,
): Html | null =>
  feeds.length === 0
    ? null
    : html`<section>
        <div class="head">
          <h2>${title}</h2>
          ${
            feeds.length > 1 &&
            html`<select id="feed" aria-label="Symbol">
              ${feeds.map(({ feed, symbol }) => html`<option value="${feed}">${symbol} · ${formatTimeframe(all[feed]?.timeframeMs ?? 0)}</option>`)}
            </select>`
          }
        </div>
        <div id="price" class="chart price" role="img" aria-label="Price with trades"></div>
        <p class="muted">
          Lines join the entry of each trade (▲ long, ▼ short) with its exit (●): green with a profit, red with a loss.
          Zoom in to see candles.
          <span id="price-note"></span
          >${feeds.length < all.length && html` Of ${all.length} symbols the ${feeds.length} with the most trades are drawn.`}
        </p>
      </section>`;

export const plotsSection = ({ plots }: PageData): Html | null =>
  plots.length === 0
    ? null
    : html`<section>
        <h2>The strategy's own lines</h2>
        ${plots.map(
          ({ name }, i) =>
            html`<h3>${name}</h3>
              <div id="plot-${i}" class="chart" role="img" aria-label="${name}"></div>`,
        )}
      </section>`;
