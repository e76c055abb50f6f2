/**
 * The report's own script: draws the charts from the data in the page, keeps their time axes together
 * and sorts the tables. Runs in the reader's browser, from a file, with no network.
 */

import type { PageData, PageFeed } from './page-data.ts';
import type uPlotNamespace from 'uplot';

declare const uPlot: typeof uPlotNamespace;

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as PageData; // written by the report's builder

const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const sync = uPlot.sync('time');
const charts: uPlotNamespace[] = [];
let isFollowing = false;

/** Zooming one chart zooms all. */
const follow = (source: uPlotNamespace): void => {
  if (isFollowing) return;
  const { min, max } = source.scales['x'] ?? {};
  if (min == null || max == null) return;
  isFollowing = true;
  for (const chart of charts) if (chart !== source) chart.setScale('x', { min, max });
  isFollowing = false;
};

const axis = (size = 62): uPlotNamespace.Axis => ({
  stroke: css('--muted'),
  grid: { stroke: css('--line'), width: 1 },
  ticks: { stroke: css('--line'), width: 1 },
  font: '11px system-ui, sans-serif',
  size,
});

interface Chart {
  readonly id: string;
  readonly height: number;
  readonly options: Partial<uPlotNamespace.Options>;
  readonly columns: uPlotNamespace.AlignedData;
  /** Labels of the left axis, where numbers alone would not do. */
  readonly values?: (self: uPlotNamespace, splits: number[]) => string[];
}

const draw = ({ id, height, options, columns, values }: Chart): uPlotNamespace | null => {
  const place = document.getElementById(id);
  if (place === null) return null;
  const chart = new uPlot(
    {
      width: place.clientWidth,
      height,
      cursor: { sync: { key: sync.key }, drag: { x: true, y: false } },
      legend: { live: true },
      ...options,
      axes: [{ ...axis(), size: 46 }, { ...axis(), ...(values === undefined ? {} : { values }) }],
      scales: { x: { time: data.hasTimes }, ...options.scales },
      hooks: { setScale: [(self, key) => { if (key === 'x') follow(self); }], ...options.hooks },
      series: options.series ?? [],
    },
    columns,
    place,
  );
  charts.push(chart);
  return chart;
};

const money = (value: number | null): string => (value === null ? '–' : value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }));
const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(2)} %`);
const price = (value: number | null): string => (value === null ? '–' : String(Number(value.toPrecision(8))));

const drawEquity = (): void => {
  const { time, equity, buyAndHold, drawdown } = data.curve;
  const isCompared = buyAndHold.some((value) => value !== null);
  draw({ id: 'equity', height: 300, options: {
    series: [
      {},
      { label: 'Equity', stroke: css('--accent'), width: 1.6, value: (_self, value) => money(value), fill: css('--accent-soft') },
      ...(isCompared ? [{ label: 'Buy and hold', stroke: css('--muted'), width: 1, dash: [5, 4], value: (_self: uPlotNamespace, value: number) => money(value) }] : []),
    ],
  }, columns: isCompared ? [time, equity, buyAndHold] : [time, equity] });
  draw({ id: 'drawdown', height: 140, values: (_self, splits) => splits.map((split) => `${Math.round(split * 1000) / 10} %`), options: {
    series: [{}, { label: 'Drawdown', stroke: css('--bad'), width: 1, fill: css('--bad-soft'), value: (_self, value) => percent(value) }],
  }, columns: [time, drawdown] });
};

/** Candles while they are wide enough to be seen, a line of closes else. */
const candleWidthMin = 3;

const drawCandles = (self: uPlotNamespace, feed: PageFeed): void => {
  const [from, to] = self.series[0]?.idxs ?? [0, 0];
  const width = self.bbox.width / Math.max(1, to - from + 1);
  if (width < candleWidthMin) return;
  const { ctx } = self;
  ctx.save();
  for (let i = from; i <= to; i++) {
    const open = feed.open[i];
    const close = feed.close[i];
    const high = feed.high[i];
    const low = feed.low[i];
    const time = feed.time[i];
    if (open == null || close == null || high == null || low == null || time == null) continue;
    const x = Math.round(self.valToPos(time, 'x', true));
    ctx.fillStyle = close >= open ? css('--good') : css('--bad');
    const yHigh = self.valToPos(high, 'y', true);
    const yLow = self.valToPos(low, 'y', true);
    ctx.fillRect(x, yHigh, 1, Math.max(1, yLow - yHigh));
    const yOpen = self.valToPos(open, 'y', true);
    const yClose = self.valToPos(close, 'y', true);
    const body = Math.max(1, Math.floor(width * 0.7));
    ctx.fillRect(Math.round(x - body / 2), Math.min(yOpen, yClose), body, Math.max(1, Math.abs(yClose - yOpen)));
  }
  ctx.restore();
};

/** Each trade: a line from entry to exit, green with a profit, red with a loss, and arrows where it was filled. */
const drawTrades = (self: uPlotNamespace, feed: PageFeed): void => {
  const { ctx } = self;
  const { min = 0, max = 0 } = self.scales['x'] ?? {};
  ctx.save();
  ctx.beginPath();
  ctx.rect(self.bbox.left, self.bbox.top, self.bbox.width, self.bbox.height);
  ctx.clip();
  for (const [entryTime, entryPrice, exitTime, exitPrice, side, pnl] of feed.trades) {
    if ((exitTime ?? Infinity) < (min ?? 0) || entryTime > (max ?? 0)) continue;
    const color = pnl >= 0 ? css('--good') : css('--bad');
    const x = self.valToPos(entryTime, 'x', true);
    const y = self.valToPos(entryPrice, 'y', true);
    arrow(ctx, x, y, side, color);
    if (exitTime === null || exitPrice === null) continue;
    const exitX = self.valToPos(exitTime, 'x', true);
    const exitY = self.valToPos(exitPrice, 'y', true);
    ctx.strokeStyle = color;
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(exitX, exitY);
    ctx.stroke();
    arrow(ctx, exitX, exitY, side === 1 ? -1 : 1, color);
  }
  ctx.restore();
};

const arrow = (ctx: CanvasRenderingContext2D, x: number, y: number, direction: number, color: string): void => {
  const size = 4 * devicePixelRatio;
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.moveTo(x, y - direction * size);
  ctx.lineTo(x - size, y + direction * size);
  ctx.lineTo(x + size, y + direction * size);
  ctx.closePath();
  ctx.fill();
};

const drawPrice = (feed: PageFeed): void => {
  const place = document.getElementById('price');
  if (place === null) return;
  const old = charts.findIndex((chart) => chart.root.parentElement === place);
  if (old >= 0) charts.splice(old, 1)[0]?.destroy();
  draw({ id: 'price', height: 340, options: {
    series: [{}, { label: feed.symbol, stroke: css('--text'), width: 1, value: (_self, value) => price(value) }],
    hooks: {
      setScale: [(self, key) => { if (key === 'x') follow(self); }],
      draw: [(self) => { drawCandles(self, feed); drawTrades(self, feed); }],
    },
  }, columns: [feed.time, feed.close] });
};

const drawPlots = (): void => {
  data.plots.forEach(({ name, time, values }, i) => {
    draw({ id: `plot-${i}`, height: 140, options: { series: [{}, { label: name, stroke: css('--accent'), width: 1, value: (_self, value) => price(value) }] }, columns: [time, values] });
  });
};

const sortTable = (table: HTMLTableElement, column: number): void => {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const key = (row: HTMLTableRowElement): number | string => {
    const cell = row.cells[column];
    const raw = cell?.dataset['value'] ?? cell?.textContent ?? '';
    return raw === '' || Number.isNaN(Number(raw)) ? raw : Number(raw);
  };
  const isDown = table.dataset['sorted'] === `${column} down`;
  table.dataset['sorted'] = isDown ? `${column} up` : `${column} down`;
  const sign = isDown ? 1 : -1;
  const rows = [...body.rows].sort((a, b) => {
    const left = key(a);
    const right = key(b);
    return sign * (typeof left === 'number' && typeof right === 'number' ? left - right : String(left).localeCompare(String(right)));
  });
  body.append(...rows);
};

const start = (): void => {
  if (data.curve.time.length > 0) drawEquity();
  const [first] = data.feeds;
  if (first !== undefined) drawPrice(first);
  drawPlots();
  document.getElementById('feed')?.addEventListener('change', (event) => {
    const feed = data.feeds[Number((event.target as HTMLSelectElement).value)]; // the only select of the page
    if (feed !== undefined) drawPrice(feed);
  });
  for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
    [...(table.tHead?.rows[0]?.cells ?? [])].forEach((cell, column) => {
      cell.tabIndex = 0;
      cell.addEventListener('click', () => sortTable(table, column));
      cell.addEventListener('keydown', (event) => { if (event.key === 'Enter') sortTable(table, column); });
    });
  }
  addEventListener('resize', () => {
    for (const chart of charts) {
      const width = chart.root.parentElement?.clientWidth;
      if (width !== undefined) chart.setSize({ width, height: chart.height });
    }
  });
};

start();
