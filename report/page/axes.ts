/** The axes of the charts. */

import type uPlotNamespace from 'uplot';
import { colour } from './theme.ts';
import { tick, timeTicks } from './numbers.ts';

/** Equal for all charts, so that their times lie below each other. Pixels. */
const valueAxisWidth = 72;
const timeAxisHeight = 42;

const look = (): uPlotNamespace.Axis => ({
  stroke: () => colour('--muted'),
  grid: { stroke: () => colour('--line'), width: 1 },
  ticks: { stroke: () => colour('--line'), width: 1, size: 5 },
  font: '11px system-ui, sans-serif',
});

export const timeAxis = (hasDates: boolean): uPlotNamespace.Axis => ({
  ...look(),
  size: timeAxisHeight,
  space: 70,
  values: (_self, splits, _axis, _space, step) =>
    hasDates ? timeTicks(splits, step) : splits.map((split) => tick(split, step)),
});

/** With `isShare` values are fractions, shown in percent. */
export const valueAxis = (isShare: boolean): uPlotNamespace.Axis => ({
  ...look(),
  size: valueAxisWidth,
  space: 26,
  values: (_self, splits, _axis, _space, step) =>
    splits.map((split) => (isShare ? `${tick(split * 100, step * 100)} %` : tick(split, step))),
});
