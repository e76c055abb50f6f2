/** Returns by month and year, coloured by how good they were. */

import type { BacktestResult } from '#domain';
import { monthlyReturns } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { withSeparators } from './show-number.ts';

const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A monthly return of this size has the full colour. */
const fullColour = 0.1;

export const monthsSection = ({ timeline, equity, settings }: BacktestResult): Html | null => {
  const years = monthlyReturns(timeline, equity, Number(settings['cash'] ?? equity[0] ?? 0));
  if (years.length === 0) return null;
  return html`<section><h2>Returns by month, in percent</h2><div class="scroll"><table class="months"><thead><tr><th>Year</th>${names.map((name) => html`<th>${name}</th>`)}<th>Year</th></tr></thead><tbody>
${years.map(({ year, months, total }) => html`<tr><td><b>${year}</b></td>${months.map((value) => cell(value))}${cell(total)}</tr>`)}</tbody></table></div></section>`;
};

const cell = (value: number | null): Html => {
  if (value === null) return html`<td></td>`;
  const strength = Math.min(1, Math.abs(value) / fullColour) * 55;
  const colour = value >= 0 ? 'var(--good)' : 'var(--bad)';
  return html`<td style="background:color-mix(in srgb, ${colour} ${strength.toFixed(0)}%, transparent)">${withSeparators(value * 100, 1)}</td>`;
};
