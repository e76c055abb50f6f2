/** The values of a statistic over two parameters. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Batch, HeatMap, ParamValues } from '#sdk';
import { tell, tellProblem } from '../app/toasts.tsx';
import { ChoiceField } from '../parts/field.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded, useReload } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import { bestMember } from './best-member.ts';
import { runInFull } from './run-in-full.ts';
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
  const [feedSet, setFeedSet] = useState(0);
  const map = useLoaded(
    () => client.backtests.heatMap(view.id, { x, y, statistic, feedSet }),
    [view.id, x, y, statistic, feedSet],
  );
  useReload(map.reload, view.done);
  const options = axes.map((value) => ({ value, title: value }));
  const symbolsOf = (place: number): readonly string[] => (view.feedSets[place] ?? []).map(({ symbol }) => symbol);
  const run = (cell: ParamValues): void => {
    bestMember(view, { cell, symbols: symbolsOf(feedSet), rankBy: statistic }).then(
      (member) => {
        if (member === null) tell('plain', 'That combination has no result');
        else runInFull(view.id, member.index);
      },
      (error: unknown) => tellProblem('The member was not found', error),
    );
  };
  return (
    <div class="section stack">
      <div class="form-grid">
        <ChoiceField
          label="Across"
          value={x}
          options={options}
          onChange={(next) => {
            if (next === y) setY(x);
            setX(next);
          }}
        />
        <ChoiceField
          label="Down"
          value={y}
          options={options}
          onChange={(next) => {
            if (next === x) setX(y);
            setY(next);
          }}
        />
        <ChoiceField
          label="Statistic"
          value={statistic}
          options={[...new Set([view.rankBy, ...rankings])].map((value) => ({ value, title: wordsOf(value).title }))}
          onChange={setStatistic}
        />
        {view.feedSets.length > 1 && (
          <ChoiceField
            label="Symbol"
            value={String(feedSet)}
            options={view.feedSets.map((_, place) => ({ value: String(place), title: symbolsOf(place).join(', ') }))}
            onChange={(next) => setFeedSet(Number(next))}
          />
        )}
      </div>
      <Show of={map}>
        {(value) => <Cells map={value} statistic={statistic} onRun={may('backtests:write') ? run : null} />}
      </Show>
      <p class="hint">
        {axes.length > 2 && 'Each cell shows the best over the other parameters. '}A click on a cell runs it in full.
      </p>
    </div>
  );
};

interface CellsProps {
  readonly map: HeatMap;
  readonly statistic: string;
  /** null: this person may not start backtests. */
  readonly onRun: ((cell: ParamValues) => void) | null;
}

const Cells = ({ map: { x, y, rows, lowest, highest }, statistic, onRun }: CellsProps) => {
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
                  onRun={
                    onRun === null || value === null
                      ? null
                      : () => onRun(paramsAt([x.param, x.values[column]], [y.param, y.values[row]]))
                  }
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
  readonly onRun: (() => void) | null;
}

const paramsAt = (...parts: readonly (readonly [string, unknown])[]): ParamValues =>
  Object.fromEntries(parts) as ParamValues; // values of parameters, as the map has them

const Cell = ({ value, heat, statistic, title, onRun }: CellProps) => {
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
      {onRun === null ? (
        value === null ? (
          '·'
        ) : (
          showStatistic(statistic, value)
        )
      ) : (
        <button type="button" class="cell" onClick={onRun}>
          {showStatistic(statistic, value)}
        </button>
      )}
    </td>
  );
};
