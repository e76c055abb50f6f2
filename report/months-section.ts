/** Returns by month and year, coloured by how good they were. */

import type { Breakdown } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { withSeparators } from './show-number.ts';

const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A return of this size in a month, or in a year, has the full colour. */
const fullMonth = 0.1;
const fullYear = 0.4;

export const monthsSection = ({ byMonth }: Pick<Breakdown, 'byMonth'>): Html | null =>
  byMonth.length === 0
    ? null
    : html`<section>
        <h2>Returns by month, in percent</h2>
        <div class="scroll">
          <table class="months">
            <thead>
              <tr>
                <th scope="col">Year</th>
                ${names.map((name) => html`<th scope="col">${name}</th>`)}
                <th scope="col">Year</th>
              </tr>
            </thead>
            <tbody>
              ${byMonth.map(
                ({ year, months, total }) =>
                  html`<tr>
                    <th scope="row">${year}</th>
                    ${months.map((value) => cell(value, fullMonth))}${cell(total, fullYear)}
                  </tr> `,
              )}
            </tbody>
          </table>
        </div>
      </section>`;

const cell = (value: number | null, full: number): Html => {
  if (value === null) return html`<td></td>`;
  const strength = Math.min(1, Math.abs(value) / full) * 55;
  const colour = value >= 0 ? 'var(--good)' : 'var(--bad)';
  return html`<td style="background:color-mix(in srgb, ${colour} ${strength.toFixed(0)}%, transparent)">
    ${withSeparators(value * 100, 1)}
  </td>`;
};
