/** A chart of candles with volume below, on lightweight-charts. */

import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
} from 'lightweight-charts';
import type { SeriesMarker, Time, UTCTimestamp } from 'lightweight-charts';
import { colourOf } from '../app/theme.ts';
import type { Candle } from './candles.ts';
import { chartLayout } from './chart-layout.ts';

export interface ChartMark {
  /** Milliseconds UTC. */
  readonly time: number;
  readonly kind: 'buy' | 'sell';
  readonly text: string;
}

export interface CandleChart {
  /** Replaces all candles; `keepsView` leaves what is in sight where it is. */
  readonly set: (candles: readonly Candle[], keepsView: boolean) => void;
  /** The newest candle: a later telling, or the next one. */
  readonly update: (candle: Candle) => void;
  /** Brings all candles into sight. */
  readonly showAll: () => void;
  readonly mark: (marks: readonly ChartMark[]) => void;
  readonly recolour: () => void;
  readonly close: () => void;
}

export interface CandleChartOptions {
  readonly decimals: number;
  /** Days alone have no time of day at their axis. */
  readonly hasTime: boolean;
  /** The candle under the cursor; null: none. */
  readonly onPoint: (candle: Candle | null) => void;
  /** The first candles have come into sight. */
  readonly onStart: () => void;
}

/** Candles before the first one that are asked for ahead of their time. */
const aheadCandles = 30;
/** What is in sight at first. */
const shownCandles = 140;
/** Fewer would be drawn as wide as boxes. */
const shownMin = 40;

const secondsOf = (ms: number): UTCTimestamp => (ms / 1_000) as UTCTimestamp; // the library's name for seconds UTC

export const openCandleChart = (place: HTMLElement, options: CandleChartOptions): CandleChart => {
  const { decimals, hasTime, onPoint, onStart } = options;
  const chart = createChart(place, { autoSize: true, ...chartLayout(), crosshair: { mode: CrosshairMode.Normal } });
  chart.timeScale().applyOptions({ timeVisible: hasTime, secondsVisible: false, rightOffset: 4 });
  const series = chart.addSeries(CandlestickSeries, {
    ...candleColours(),
    priceFormat: { type: 'price', precision: decimals, minMove: 10 ** -decimals },
  });
  const volume = chart.addSeries(HistogramSeries, {
    priceFormat: { type: 'volume' },
    priceScaleId: 'volume',
    lastValueVisible: false,
    priceLineVisible: false,
  });
  chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  series.priceScale().applyOptions({ scaleMargins: { top: 0.06, bottom: 0.2 } });
  const markers = createSeriesMarkers<Time>(series, []);
  let candles: readonly Candle[] = [];
  let marks: readonly ChartMark[] = [];
  let byTime = new Map<number, Candle>();

  chart.subscribeCrosshairMove(({ time }) => {
    onPoint(typeof time === 'number' ? (byTime.get(time * 1_000) ?? null) : null);
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range !== null && candles.length > 0 && range.from < aheadCandles) onStart();
  });
  const volumeBar = ({ time, open, close, volume: units }: Candle) => ({
    time: secondsOf(time),
    value: units,
    color: colourOf(close >= open ? 'up-soft' : 'down-soft'),
  });
  const drawMarks = (): void => {
    markers.setMarkers(marks.map(markerOf));
  };
  return {
    set(next, keepsView) {
      const added = next.length - candles.length;
      const range = chart.timeScale().getVisibleLogicalRange();
      candles = next;
      byTime = new Map(next.map((candle) => [candle.time, candle]));
      series.setData(next.map((candle) => ({ ...candle, time: secondsOf(candle.time) })));
      volume.setData(next.map(volumeBar));
      if (keepsView && range !== null)
        chart.timeScale().setVisibleLogicalRange({ from: range.from + added, to: range.to + added });
      else
        chart.timeScale().setVisibleLogicalRange({
          from: next.length - Math.min(shownCandles, Math.max(shownMin, next.length)),
          to: next.length + 3,
        });
    },
    update(candle) {
      const last = candles.at(-1);
      if (last !== undefined && candle.time < last.time) return;
      candles = last?.time === candle.time ? [...candles.slice(0, -1), candle] : [...candles, candle];
      byTime.set(candle.time, candle);
      series.update({ ...candle, time: secondsOf(candle.time) });
      volume.update(volumeBar(candle));
    },
    showAll: () => chart.timeScale().fitContent(),
    mark(next) {
      marks = next;
      drawMarks();
    },
    recolour() {
      chart.applyOptions(chartLayout());
      series.applyOptions(candleColours());
      volume.setData(candles.map(volumeBar));
      drawMarks();
    },
    close: () => chart.remove(),
  };
};

const markerOf = ({ time, kind, text }: ChartMark): SeriesMarker<Time> => ({
  time: secondsOf(time),
  position: kind === 'buy' ? 'belowBar' : 'aboveBar',
  shape: kind === 'buy' ? 'arrowUp' : 'arrowDown',
  color: colourOf(kind === 'buy' ? 'accent' : 'mark'),
  text,
});

const candleColours = () => ({
  upColor: colourOf('up'),
  downColor: colourOf('down'),
  wickUpColor: colourOf('up'),
  wickDownColor: colourOf('down'),
  borderVisible: false,
});
