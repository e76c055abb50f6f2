/** Two panes with one time: equity above, drawdown below. */

import { BaselineSeries, createChart, LineSeries } from 'lightweight-charts';
import type { UTCTimestamp } from 'lightweight-charts';
import { chartLayout } from '../market/chart-layout.ts';
import { colourOf } from '../app/theme.ts';
import { showMoney, showNumber } from '../format/numbers.ts';
import type { CurvePoint } from './curves.ts';

interface CurveChart {
  readonly recolour: () => void;
  readonly close: () => void;
}

interface Curves {
  readonly equity: readonly CurvePoint[];
  /** Fractions, 0 and below. */
  readonly drawdown: readonly CurvePoint[];
}

const dayMs = 86_400_000;
/** Pixels between points: small enough that all of a long run can be in sight. */
const spacingMin = 0.01;

const dataOf = (points: readonly CurvePoint[]) =>
  points.map(({ time, value }) => ({ time: (time / 1_000) as UTCTimestamp, value })); // the library's name for seconds UTC

export const openCurveChart = (place: HTMLElement, { equity, drawdown }: Curves): CurveChart => {
  const chart = createChart(place, { autoSize: true, ...chartLayout() });
  const hasTime = equity.some(({ time }) => time % dayMs !== 0);
  chart.timeScale().applyOptions({ timeVisible: hasTime, secondsVisible: false, minBarSpacing: spacingMin });
  const money = { type: 'custom', formatter: (value: number) => showMoney(value), minMove: 0.01 } as const;
  const percent = {
    type: 'custom',
    formatter: (value: number) => `${showNumber(value * 100, 2)} %`,
    minMove: 0.0001,
  } as const;
  const above = chart.addSeries(LineSeries, { ...equityColours(), lineWidth: 2, priceFormat: money });
  const below = chart.addSeries(
    BaselineSeries,
    { ...drawdownColours(), lineWidth: 1, baseValue: { type: 'price', price: 0 }, priceFormat: percent },
    1,
  );
  above.setData(dataOf(equity));
  below.setData(dataOf(drawdown));
  chart.panes()[0]?.setStretchFactor(3);
  chart.panes()[1]?.setStretchFactor(1);
  chart.timeScale().fitContent();
  return {
    recolour() {
      chart.applyOptions(chartLayout());
      above.applyOptions(equityColours());
      below.applyOptions(drawdownColours());
    },
    close: () => chart.remove(),
  };
};

const equityColours = () => ({ color: colourOf('accent') });

const drawdownColours = () => ({
  topLineColor: colourOf('down'),
  bottomLineColor: colourOf('down'),
  bottomFillColor1: colourOf('down-soft'),
  bottomFillColor2: colourOf('down-soft'),
  priceLineVisible: false,
});
