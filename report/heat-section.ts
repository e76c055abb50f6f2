/** A heat map of two parameters as a coloured table. */

import type { HeatMap, StatisticKey } from '#domain';
import { statisticDefinitions } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { showStatistic } from './show-number.ts';

export const heatSection = ({ x, y, rows, lowest, highest }: HeatMap, rankedBy: StatisticKey, best: Readonly<Record<string, unknown>>): Html | null => {
  if (lowest === null || highest === null) return null;
  const { title, unit, better } = statisticDefinitions[rankedBy];
  const colour = (value: number): string => {
    const share = (value - lowest) / (highest - lowest || 1);
    const good = better === 'lower' ? 1 - share : share;
    // Blue is good and amber bad, told apart by all eyes; the middle is pale.
    return good >= 0.5 ? `color-mix(in srgb, #2f74e0 ${((good - 0.5) * 150).toFixed(0)}%, transparent)` : `color-mix(in srgb, #e08a2f ${((0.5 - good) * 150).toFixed(0)}%, transparent)`;
  };
  const isBest = (row: number, column: number): boolean => y.values[row] === best[y.param] && x.values[column] === best[x.param];
  return html`<section><h2>${title}: ${y.param} down, ${x.param} across</h2><div class="scroll"><table class="heat"><thead><tr><th></th>${x.values.map((value) => html`<th>${String(value)}</th>`)}</tr></thead><tbody>
${rows.map((row, i) => html`<tr><th>${String(y.values[i])}</th>${row.map((value, k) => (value === null ? html`<td></td>` : html`<td class="${isBest(i, k) ? 'best' : ''}" style="background:${colour(value)}" title="${y.param} = ${String(y.values[i])}, ${x.param} = ${String(x.values[k])}">${showStatistic(value, unit)}</td>`))}</tr>`)}</tbody></table></div><p class="muted">Each cell is the best over the other parameters; the best of all is framed.</p></section>`;
};
