/** A heat map of two parameters as a coloured table with a legend. */

import type { HeatMap, StatisticKey } from '#domain';
import { statisticDefinitions } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { showStatistic } from './show-number.ts';

/** Rows and columns shown: of larger maps neighbouring cells are joined, so that a page stays a page. */
const sideMax = 80;

export const heatSection = (
  map: HeatMap,
  rankedBy: StatisticKey,
  best: Readonly<Record<string, unknown>>,
): Html | null => {
  const { lowest, highest } = map;
  if (lowest === null || highest === null) return null;
  const { title, unit, better } = statisticDefinitions[rankedBy];
  const isLowerBetter = better === 'lower';
  const { x, y, rows, joined } = joinCells(map, isLowerBetter);
  const share = (value: number): number => {
    const part = (value - lowest) / (highest - lowest || 1);
    return isLowerBetter ? 1 - part : part;
  };
  const [worst, bestScore] = isLowerBetter ? [highest, lowest] : [lowest, highest];
  const isBest = (row: number, column: number): boolean =>
    y[row]?.includes(best[map.y.param]) === true && x[column]?.includes(best[map.x.param]) === true;
  const cell = (value: number | null, row: number, column: number): Html =>
    value === null
      ? html`<td></td>`
      : html`<td
          class="${isBest(row, column) && 'best'}"
          style="background:${heatColour(share(value))}"
          title="${map.y.param} = ${named(y[row])}, ${map.x.param} = ${named(x[column])}"
        >
          ${showStatistic(value, unit)}
        </td>`;
  return html`<section>
    <div class="head">
      <h2>${title}: ${map.y.param} down, ${map.x.param} across</h2>
      <div class="legend">
        <span>${showStatistic(worst, unit)}</span
        ><span
          class="ramp"
          style="background:linear-gradient(to right, ${[0, 0.25, 0.5, 0.75, 1].map(heatColour).join(', ')})"
        ></span
        ><span>${showStatistic(bestScore, unit)}</span>
      </div>
    </div>
    <div class="scroll">
      <table class="heat">
        <thead>
          <tr>
            <th></th>
            ${x.map((values) => html`<th scope="col">${named(values)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, i) =>
              html`<tr>
                <th scope="row">${named(y[i])}</th>
                ${row.map((value, k) => cell(value, i, k))}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    <p class="muted">
      Each cell is the ${map.aggregate} over the other
      parameters${joined > 1 && `, and the best of ${joined} × ${joined} neighbours`}; the best of all is framed. Blue
      is better, amber is worse, empty was left out.
    </p>
  </section>`;
};

/** Blue is good and amber bad, told apart by all eyes; the middle is pale. */
export const heatColour = (share: number): string => {
  const strength = (Math.abs(share - 0.5) * 150).toFixed(0);
  return `color-mix(in srgb, ${share >= 0.5 ? '#2f74e0' : '#e08a2f'} ${strength}%, transparent)`;
};

interface JoinedMap {
  /** The values of the parameters, as many to a cell as were joined. */
  readonly x: readonly (readonly unknown[])[];
  readonly y: readonly (readonly unknown[])[];
  readonly rows: readonly (readonly (number | null)[])[];
  readonly joined: number;
}

const joinCells = ({ x, y, rows }: HeatMap, isLowerBetter: boolean): JoinedMap => {
  const joined = Math.max(1, Math.ceil(Math.max(x.values.length, y.values.length) / sideMax));
  const better = isLowerBetter ? Math.min : Math.max;
  const bestOf = (scores: readonly (number | null)[]): number | null =>
    scores.reduce((best, score) => (best === null || score === null ? (best ?? score) : better(best, score)), null);
  return {
    x: pieces(x.values, joined),
    y: pieces(y.values, joined),
    rows: pieces(rows, joined).map((group) =>
      pieces(
        x.values.map((_value, column) => bestOf(group.map((row) => row[column] ?? null))),
        joined,
      ).map(bestOf),
    ),
    joined,
  };
};

const pieces = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, i) => values.slice(i * size, (i + 1) * size));

const named = (values: readonly unknown[] = []): string =>
  values.length > 1 ? `${String(values[0])}…${String(values[values.length - 1])}` : String(values[0]);
