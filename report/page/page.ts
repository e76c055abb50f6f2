/**
 * The report's own script: draws the charts from the data in the page and brings its tables and buttons
 * to life. Runs in the reader's browser, from a file, with no network.
 */

import { chartGroup } from './chart-group.ts';
import type { PageData } from './page-data.ts';
import { money, percent, price } from './numbers.ts';
import { priceChart, visibleTradesMax } from './price-chart.ts';
import { makeSortable } from './tables.ts';
import { colour, onThemeChange } from './theme.ts';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as PageData; // written by the report's builder
const charts = chartGroup(data.hasDates);

/** Seconds a day; data without dates counts bars. */
const day = 86_400;
/** Part of a stretch shown on either side of it, and bars at least. */
const marginShare = 0.5;
const marginBars = 10;

const drawCurves = (): void => {
  const { time, equity, benchmark, drawdown } = data.curve;
  if (time.length === 0) return;
  const points = { show: time.length === 1 };
  charts.draw({
    id: 'equity',
    height: 300,
    columns: benchmark.length > 0 ? [time, equity, benchmark] : [time, equity],
    series: [
      {
        label: 'Equity',
        stroke: () => colour('--accent'),
        fill: () => colour('--accent-soft'),
        width: 1.6,
        points,
        value: (_self, value) => money(value),
      },
      ...(benchmark.length > 0
        ? [
            {
              label: 'Buy and hold',
              stroke: () => colour('--muted'),
              width: 1,
              dash: [5, 4],
              points,
              value: (_self: unknown, value: number | null) => money(value),
            },
          ]
        : []),
    ],
  });
  charts.draw({
    id: 'drawdown',
    height: 130,
    isShare: true,
    columns: [time, drawdown],
    series: [
      {
        label: 'Drawdown',
        stroke: () => colour('--bad'),
        fill: () => colour('--bad-soft'),
        width: 1,
        points,
        value: (_self, value) => percent(value),
      },
    ],
  });
};

const drawPrice = (number: number): void => {
  const feed = data.feeds.find((one) => one.feed === number) ?? data.feeds[0];
  if (feed === undefined || feed.time.length === 0) return;
  charts.draw(priceChart(feed));
  const notes = [
    feed.barsEach > 1 ? `Each point or candle is ${feed.barsEach} bars.` : '',
    feed.trades.length > visibleTradesMax
      ? `Zoom in to see trades: they are drawn up to ${visibleTradesMax.toLocaleString('en-US')} at once.`
      : '',
    feed.tradesLeftOut > 0 ? `The last ${feed.tradesLeftOut.toLocaleString('en-US')} trades are not in this file.` : '',
  ];
  document.getElementById('price-note')?.replaceChildren(notes.join(' '));
};

const drawPlots = (): void => {
  data.plots.forEach(({ name, time, values }, i) => {
    if (time.length === 0) return;
    charts.draw({
      id: `plot-${i}`,
      height: 140,
      columns: [time, values],
      series: [
        {
          label: name,
          stroke: () => colour('--accent'),
          width: 1.2,
          points: { show: time.length === 1 },
          value: (_self, value) => price(value),
        },
      ],
    });
  });
};

const select = document.querySelector<HTMLSelectElement>('#feed');

const showStretch = ({ from, to, feed }: DOMStringMap): void => {
  if (
    feed !== undefined &&
    select !== null &&
    data.feeds.some((one) => one.feed === Number(feed)) &&
    select.value !== feed
  ) {
    select.value = feed;
    drawPrice(Number(feed));
  }
  const [first, last] = charts.whole();
  const length = Number(to) - Number(from);
  const margin = Math.max(length * marginShare, ((last - first) / Math.max(1, data.curve.time.length)) * marginBars);
  charts.zoom([Number(from) - margin, Number(to) + margin]);
  document
    .getElementById(feed === undefined ? 'equity' : 'price')
    ?.closest('section')
    ?.scrollIntoView({ block: 'start' });
};

const bringToLife = (): void => {
  select?.addEventListener('change', () => drawPrice(Number(select.value)));
  for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) makeSortable(table);
  for (const button of document.querySelectorAll<HTMLElement>('button.zoom'))
    button.addEventListener('click', () => showStretch(button.dataset));
  bringRangesToLife();
  onThemeChange(() => charts.redraw());
  addEventListener('resize', () => charts.redraw());
  bringPrintToLife();
};

const bringRangesToLife = (): void => {
  for (const button of document.querySelectorAll<HTMLElement>('.ranges button')) {
    const length = Number(button.dataset['days']) * day;
    button.addEventListener('click', () => {
      const [, last] = charts.whole();
      charts.zoom(length === 0 ? undefined : [last - length, last]);
    });
  }
  for (const group of document.querySelectorAll<HTMLElement>('.ranges')) group.hidden = false;
};

/** Width of a chart on a sheet of paper, in pixels. */
const paperWidth = 660;

/** Paper is white, narrow, and can't be unfolded. */
const bringPrintToLife = (): void => {
  addEventListener('beforeprint', () => {
    document.documentElement.classList.add('paper');
    for (const details of document.querySelectorAll('details')) details.open = true;
    charts.redraw(paperWidth);
  });
  addEventListener('afterprint', () => {
    document.documentElement.classList.remove('paper');
    charts.redraw();
  });
};

drawCurves();
drawPrice(0);
drawPlots();
bringToLife();
