/** The deepest drawdowns: when they began, how far they went and when they were over. */

import type { BacktestResult } from '#domain';
import { dayMs, deepestDrawdowns } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Moments } from './moments.ts';
import { showStatistic } from './show-number.ts';
import { startCashOf } from './start-cash.ts';
import { zoomButton } from './zoom-button.ts';

const drawdownsShown = 10;

export const drawdownsSection = (result: BacktestResult, moments: Moments): Html | null => {
  const { timeline, equity } = result;
  const periods = deepestDrawdowns(timeline, equity, startCashOf(result), drawdownsShown);
  if (periods.length === 0) return null;
  const last = timeline[timeline.length - 1] ?? 0;
  return html`<section>
    <h2>Deepest drawdowns</h2>
    <div class="scroll">
      <table class="sortable">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">Depth</th>
            <th scope="col">Peak</th>
            <th scope="col">Trough</th>
            <th scope="col">Back at the peak</th>
            <th scope="col">Length</th>
          </tr>
        </thead>
        <tbody>
          ${periods.map(({ depth, peakTime, troughTime, recoveryTime }, i) => {
            const end = recoveryTime ?? last;
            return html`<tr>
              <td data-value="${i + 1}">
                ${zoomButton(String(i + 1), { from: moments.onAxis(peakTime), to: moments.onAxis(end), label: `Drawdown ${i + 1}` })}
              </td>
              <td class="bad" data-value="${depth}">${showStatistic(depth, 'percent')}</td>
              <td data-value="${peakTime}">${moments.show(peakTime)}</td>
              <td data-value="${troughTime}">${moments.show(troughTime)}</td>
              <td data-value="${recoveryTime}">${recoveryTime === null ? 'not yet' : moments.show(recoveryTime)}</td>
              <td data-value="${end - peakTime}">${showStatistic((end - peakTime) / dayMs, 'days')}</td>
            </tr> `;
          })}
        </tbody>
      </table>
    </div>
  </section>`;
};
