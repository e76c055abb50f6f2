/** The chart of prices: a line of closes from afar, candles from near, and the trades on them. */

import type uPlotNamespace from 'uplot';
import type { Chart } from './chart-group.ts';
import type { PageFeed } from './page-data.ts';
import { price } from './numbers.ts';
import { colour } from './theme.ts';

declare const uPlot: typeof uPlotNamespace;

/** Pixels that a bar must have to be drawn as a candle. */
const candleWidthMin = 3;

/** More trades in view than this would hide the price. */
export const visibleTradesMax = 1_000;

const barWidth = (self: uPlotNamespace): number => {
  const [from, to] = self.series[0]?.idxs ?? [0, 0];
  return self.bbox.width / devicePixelRatio / Math.max(1, to - from + 1);
};

export const priceChart = (feed: PageFeed): Chart => {
  const line = uPlot.paths.linear?.();
  const value = (_self: uPlotNamespace, number: number | null): string => price(number);
  /** Columns that have no line of their own are there for the legend, and so that the axis has room for them. */
  const silent = (label: string): uPlotNamespace.Series => ({
    label,
    value,
    paths: () => null,
    points: { show: false },
  });
  return {
    id: 'price',
    height: 340,
    columns: [feed.time, feed.open, feed.high, feed.low, feed.close],
    series: [
      silent('Open'),
      silent('High'),
      silent('Low'),
      {
        label: 'Close',
        value,
        width: 1.2,
        stroke: () => colour('--text'),
        points: { show: feed.time.length === 1 },
        paths: (self, series, from, to) =>
          barWidth(self) >= candleWidthMin ? null : (line?.(self, series, from, to) ?? null),
      },
    ],
    onDraw: (self) => {
      const { ctx, bbox } = self;
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      if (barWidth(self) >= candleWidthMin) drawCandles(self, feed);
      drawTrades(self, feed);
      ctx.restore();
    },
  };
};

const drawCandles = (self: uPlotNamespace, feed: PageFeed): void => {
  const { ctx } = self;
  const [from, to] = self.series[0]?.idxs ?? [0, 0];
  const [up, down] = [colour('--good'), colour('--bad')];
  const y = (value: number | undefined): number => Math.round(self.valToPos(value ?? 0, 'y', true));
  const body = Math.max(1, Math.min(24 * devicePixelRatio, Math.floor(barWidth(self) * devicePixelRatio * 0.7)));
  const wick = Math.max(1, Math.round(devicePixelRatio));
  for (let i = from; i <= to; i++) {
    const x = Math.round(self.valToPos(feed.time[i] ?? 0, 'x', true));
    const [open, high, low, close] = [y(feed.open[i]), y(feed.high[i]), y(feed.low[i]), y(feed.close[i])];
    ctx.fillStyle = close <= open ? up : down; // a smaller y is a higher price
    ctx.fillRect(x - Math.floor(wick / 2), high, wick, Math.max(1, low - high));
    ctx.fillRect(x - Math.floor(body / 2), Math.min(open, close), body, Math.max(1, Math.abs(close - open)));
  }
};

/** Each trade: a triangle where it was entered, a dot where it ended, and a line between in the colour of its profit. */
const drawTrades = (self: uPlotNamespace, feed: PageFeed): void => {
  const { ctx } = self;
  const [good, bad, mark, edge] = [colour('--good'), colour('--bad'), colour('--accent'), colour('--card')];
  const { min, max } = self.scales['x'] ?? {};
  const visible = feed.trades.filter(
    ([entry, , exit]) => (exit ?? Infinity) >= (min ?? -Infinity) && entry <= (max ?? Infinity),
  );
  if (visible.length > visibleTradesMax) return;
  const size = (visible.length > 300 ? 2.5 : barWidth(self) < candleWidthMin ? 4 : 6) * devicePixelRatio;
  for (const [entryTime, entryPrice, exitTime, exitPrice, side, pnl] of visible) {
    const x = self.valToPos(entryTime, 'x', true);
    const y = self.valToPos(entryPrice, 'y', true);
    if (exitTime !== null && exitPrice !== null) {
      const exitX = self.valToPos(exitTime, 'x', true);
      const exitY = self.valToPos(exitPrice, 'y', true);
      ctx.strokeStyle = ctx.fillStyle = pnl >= 0 ? good : bad;
      ctx.lineWidth = 1.5 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x, y);
      ctx.lineTo(exitX, exitY);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(exitX, exitY, size * 0.75, 0, Math.PI * 2);
      fillEdged(ctx, edge);
    }
    ctx.fillStyle = mark;
    triangle(ctx, x, y, side * size);
    fillEdged(ctx, edge);
  }
};

/** With an edge in the colour of the ground, or it would be lost on a candle of its colour. */
const fillEdged = (ctx: CanvasRenderingContext2D, edge: string): void => {
  ctx.strokeStyle = edge;
  ctx.lineWidth = devicePixelRatio;
  ctx.stroke();
  ctx.fill();
};

/** Points up with a positive size, down with a negative one. */
const triangle = (ctx: CanvasRenderingContext2D, x: number, y: number, size: number): void => {
  ctx.beginPath();
  ctx.moveTo(x, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.lineTo(x + size, y + size);
  ctx.closePath();
};
