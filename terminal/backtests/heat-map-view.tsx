/** The values of a statistic over two parameters. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Batch, HeatMap } from '#sdk';
import { ChoiceField } from '../parts/field.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded } from '../parts/use-loaded.ts';
import { client } from '../session/session.ts';
import { heatColour, heatOf } from './heat-colour.ts';
import { rankings, showStatistic, wordsOf } from './statistic-words.ts';

interface HeatMapViewProps {
  readonly view: Batch;
  /** Parameters that were varied, at least two. */
  readonly axes: readonly string[];
}

export const HeatMapView = ({ view, axes }: HeatMapViewProps) => {
  const [x, setX] = useState(axes[0] ?? '');
  const [y, setY] = useState(axes[1] ?? '');
  const [statistic, setStatistic] = useState(view.rankBy);
  const map = useLoaded(
    () => client.backtests.heatMap(view.id, { x, y, statistic }),
    [view.id, x, y, statistic, view.done],
  );
  const options = axes.map((value) => ({ value, title: value }));
  const swapOr = (
    next: string,
    other: string,
    set: (axis: string) => void,
    setOther: (axis: string) => void,
    own: string,
  ): void => {
    set(next);
    if (next === other) setOther(own);
  };
  return (
    <div class="section stack">
      <div class="form-grid">
        <ChoiceField label="Across" value={x} options={options} onChange={(next) => swapOr(next, y, setX, setY, x)} />
        <ChoiceField label="Down" value={y} options={options} onChange={(next) => swapOr(next, x, setY, setX, y)} />
        <ChoiceField
          label="Statistic"
          value={statistic}
          options={[...new Set([view.rankBy, ...rankings])].map((value) => ({ value, title: wordsOf(value).title }))}
          onChange={setStatistic}
        />
      </div>
      <Show of={map}>{(value) => <Cells map={value} statistic={statistic} />}</Show>
      {axes.length > 2 && <p class="hint">Each cell shows the best over the other parameters.</p>}
    </div>
  );
};

const Cells = ({
  map: { x, y, rows, lowest, highest },
  statistic,
}: {
  readonly map: HeatMap;
  readonly statistic: string;
}) => {
  if (lowest === null || highest === null) return <Empty title="No cell has a value." />;
  return (
    <div class="table-place">
      <table class="heat">
        <thead>
          <tr>
            <th class="corner">
              {y.param} ↓ · {x.param} →
            </th>
            {x.values.map((value) => (
              <th key={String(value)} class="number">
                {String(value)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={String(y.values[row])}>
              <th class="number">{String(y.values[row])}</th>
              {cells.map((value, column) => (
                <Cell
                  key={String(x.values[column])}
                  value={value}
                  heat={value === null ? null : heatOf(value, lowest, highest)}
                  statistic={statistic}
                  title={`${y.param} ${String(y.values[row])}, ${x.param} ${String(x.values[column])}`}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

interface CellProps {
  readonly value: number | null;
  /** null: it was not run. */
  readonly heat: number | null;
  readonly statistic: string;
  readonly title: string;
}

const Cell = ({ value, heat, statistic, title }: CellProps) => {
  const cell = useRef<HTMLTableCellElement>(null);
  const colour = heat === null ? null : heatColour(heat);
  // By script, for the page's security policy lets no style attribute be.
  useEffect(() => {
    cell.current?.style.setProperty('background', colour?.back ?? '');
  }, [colour?.back]);
  const shade = colour === null ? 'none' : colour.isLight ? 'on-light' : 'on-dark';
  return (
    <td
      ref={cell}
      class={`number ${shade}${heat === 1 ? ' best' : ''}`}
      title={`${title}: ${showStatistic(statistic, value)}`}
    >
      {value === null ? '·' : showStatistic(statistic, value)}
    </td>
  );
};
