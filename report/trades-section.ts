/** The table of trades. */

import type { BacktestResult, Trade } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Moments } from './moments.ts';
import { showMoney, showPrice, showStatistic, withSeparators } from './show-number.ts';
import { zoomButton } from './zoom-button.ts';

/** Rows shown; the result itself has all. */
const rowsMax = 2_000;

export const tradesSection = ({ trades, feeds, timeline }: BacktestResult, moments: Moments): Html => {
  if (trades.length === 0)
    return html`<section>
      <h2>Trades</h2>
      <p class="muted">There were none.</p>
    </section>`;
  const shown = trades.slice(0, rowsMax);
  const isMany = feeds.length > 1;
  const isTagged = shown.some(({ tag }) => tag !== null);
  const end = timeline[timeline.length - 1] ?? 0;
  return html`<section>
    <h2>
      Trades
      ${trades.length > shown.length && html`<span class="muted">(the first ${withSeparators(shown.length, 0)} of ${withSeparators(trades.length, 0)})</span>`}
    </h2>
    <div class="scroll">
      <table class="sortable" id="trades">
        <thead>
          <tr>
            <th scope="col">#</th>
            ${isMany && html`<th scope="col">Symbol</th>`}${titles.map((title) => html`<th scope="col">${title}</th>`)}${isTagged && html`<th scope="col">Tag</th>`}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (trade, i) =>
              html`<tr>
                <td data-value="${i + 1}">
                  ${zoomButton(String(i + 1), { from: moments.onAxis(trade.entryTime), to: moments.onAxis(trade.exitTime ?? end), feed: trade.feed, label: `Trade ${i + 1}` })}
                </td>
                ${isMany && html`<td>${feeds[trade.feed]?.symbol}</td>`}${cells(trade, moments)}${isTagged && html`<td>${trade.tag}</td>`}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
};

const titles = ['Side', 'Quantity', 'Entry', 'Price', 'Exit', 'Price', 'Profit', 'Return', 'Commission'];

const cells = (trade: Trade, { show }: Moments): Html =>
  html`<td>${trade.side}</td>
    <td data-value="${trade.quantity}">${showPrice(trade.quantity)}</td>
    <td data-value="${trade.entryTime}">${show(trade.entryTime)}</td>
    <td data-value="${trade.entryPrice}">${showPrice(trade.entryPrice)}</td>
    <td data-value="${trade.exitTime}">${trade.exitTime === null ? 'open' : show(trade.exitTime)}</td>
    <td data-value="${trade.exitPrice}">${trade.exitPrice === null ? '' : showPrice(trade.exitPrice)}</td>
    <td class="${trade.pnl >= 0 ? 'good' : 'bad'}" data-value="${trade.pnl}">${showMoney(trade.pnl)}</td>
    <td data-value="${trade.returnFraction}">${showStatistic(trade.returnFraction, 'percent')}</td>
    <td data-value="${trade.commission}">${showMoney(trade.commission)}</td>`;
