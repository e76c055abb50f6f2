/** Charts with one time axis: a zoom of one is a zoom of all, and so is the cursor. */

import type uPlotNamespace from 'uplot';
import { timeAxis, valueAxis } from './axes.ts';
import { moment } from './numbers.ts';

declare const uPlot: typeof uPlotNamespace;

export interface Chart {
  readonly id: string;
  /** Pixels. */
  readonly height: number;
  /** One for each column but the first, which is time. */
  readonly series: readonly uPlotNamespace.Series[];
  readonly columns: uPlotNamespace.AlignedData;
  readonly isShare?: boolean;
  readonly onDraw?: (chart: uPlotNamespace) => void;
}

export interface ChartGroup {
  /** Draws a chart in its place in the page, instead of the one that was there. */
  readonly draw: (chart: Chart) => void;
  /** Shows this stretch in all charts; everything when left out. */
  readonly zoom: (range?: readonly [from: number, to: number]) => void;
  /** The first and the last time of all that is drawn. */
  readonly whole: () => readonly [from: number, to: number];
  /** After a change of size or of colours. A width in pixels is taken instead of the window's. */
  readonly redraw: (width?: number) => void;
}

export const chartGroup = (hasDates: boolean): ChartGroup => {
  const sync = uPlot.sync('time');
  const shown = new Map<string, { readonly chart: Chart; readonly drawn: uPlotNamespace }>();
  let range: readonly [number, number] | null = null;
  let isFollowing = false;

  const whole = (): readonly [number, number] => {
    const columns = [...shown.values()].map(({ chart }) => chart.columns[0]);
    const from = Math.min(...columns.map((times) => times[0] ?? Infinity));
    const to = Math.max(...columns.map((times) => times[times.length - 1] ?? -Infinity));
    return from < to ? [from, to] : [from - 1, from + 1];
  };

  const zoom: ChartGroup['zoom'] = (next) => {
    range = next ?? null;
    const [min, max] = next ?? whole();
    isFollowing = true;
    // Without the batch the scale would be set after the flag has been taken back.
    for (const { drawn } of shown.values()) drawn.batch(() => drawn.setScale('x', { min, max }));
    isFollowing = false;
    document.body.classList.toggle('zoomed', range !== null);
  };

  const follow = (source: uPlotNamespace, key: string): void => {
    const { min, max } = source.scales['x'] ?? {};
    if (key === 'x' && !isFollowing && min != null && max != null && source.status === 1) zoom([min, max]);
  };

  /** Away from the cursor the legend shows the last values. */
  const showLast = (chart: uPlotNamespace): void => {
    if (chart.cursor.idx == null)
      chart.setLegend({ idx: chart.series[0]?.idxs?.[1] ?? chart.data[0].length - 1 }, false);
  };

  const draw = (chart: Chart, width?: number): void => {
    const place = document.getElementById(chart.id);
    if (place === null) return;
    shown.get(chart.id)?.drawn.destroy();
    const drawn = new uPlot(
      {
        width: width ?? place.clientWidth,
        height: chart.height,
        cursor: {
          sync: { key: sync.key },
          drag: { x: true, y: false },
          bind: {
            dblclick: () => () => {
              zoom();
              return null;
            },
          },
        },
        axes: [timeAxis(hasDates), valueAxis(chart.isShare === true)],
        scales: { x: { time: hasDates } },
        tzDate: (time) => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC'),
        hooks: {
          setScale: [follow],
          setCursor: [showLast],
          draw: [
            (self) => {
              chart.onDraw?.(self);
              showLast(self);
            },
          ],
        },
        series: [
          {
            label: hasDates ? 'Time' : 'Bar',
            value: (_self, value: number | null) => (value === null ? '–' : hasDates ? moment(value) : String(value)),
          },
          ...chart.series,
        ],
      },
      chart.columns,
      place,
    );
    shown.set(chart.id, { chart, drawn });
  };

  return {
    draw: (chart) => {
      draw(chart);
      zoom(range ?? undefined);
    },
    zoom,
    whole,
    redraw: (width) => {
      for (const { chart } of shown.values()) draw(chart, width);
      zoom(range ?? undefined);
    },
  };
};
