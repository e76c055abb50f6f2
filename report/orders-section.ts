/** Orders that came to nothing against the strategy's will, each with its reason. */

import type { BacktestResult } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Moments } from './moments.ts';
import { showPrice, withSeparators } from './show-number.ts';

/** Rows shown; the result itself has all. */
const rowsMax = 200;

export const ordersSection = ({ orders, feeds }: BacktestResult, { show }: Moments): Html | null => {
  const refused = orders.filter(({ status }) => status === 'rejected' || status === 'expired');
  if (refused.length === 0) return null;
  return html`<section>
    <h2>
      Orders rejected or expired
      <span class="muted"
        >(${refused.length > rowsMax && `the first ${rowsMax} of `}${withSeparators(refused.length, 0)};
        ${withSeparators(orders.length, 0)} orders were made)</span
      >
    </h2>
    <div class="scroll">
      <table class="sortable">
        <thead>
          <tr>
            ${titles.map((title) => html`<th scope="col">${title}</th>`)}
            <th scope="col" class="text">Reason</th>
          </tr>
        </thead>
        <tbody>
          ${refused.slice(0, rowsMax).map(
            (order) =>
              html`<tr>
                <td>${order.id}</td>
                <td>${feeds[order.feed]?.symbol}</td>
                <td data-value="${order.createdTime}">${show(order.createdTime)}</td>
                <td>${order.side}</td>
                <td>${order.type}</td>
                <td data-value="${order.quantity}">${showPrice(order.quantity)}</td>
                <td>${order.status}</td>
                <td class="text">${order.reason}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
};

const titles = ['Order', 'Symbol', 'Made', 'Side', 'Type', 'Quantity', 'Status'];
