/** Reports as their readers have them: opened from a file, in a browser. */

/// <reference lib="dom" />

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { backtestReport, searchReport, walkForwardReport } from '#report';
import type { SearchReportInput } from '#report';
import { openBrowser } from './browser.ts';
import { coloursIn, openReport } from './report-page.ts';
import { reportedRun, wave } from './report-runs.ts';
import type { ReportedRun } from './report-runs.ts';

const dayS = 86_400;
const folder = mkdtempSync(join(tmpdir(), 'xtrading-report-'));
let browser: Browser;
let page: Page;
let complaints: string[] = [];
let requests: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});

afterEach(async () => {
  await page.close();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const open = (run: ReportedRun, options: BrowserContextOptions = {}): Promise<void> =>
  openDocument(backtestReport(run), options);

const openDocument = async (text: string, options: BrowserContextOptions = {}): Promise<void> => {
  ({ page, complaints, requests } = await openReport(text, { browser, folder, options }));
};

const coloursOf = (id: string): Promise<number> => coloursIn(page, id);

/** What the legend of a chart says: values at the cursor, or the last ones shown. */
const legendOf = (id: string): Promise<string> => page.innerText(`#${id} .u-legend`);

const one = (): ReportedRun => reportedRun({ feeds: { main: { closes: wave(240) } } });
const three = (): ReportedRun =>
  reportedRun({
    feeds: {
      a: { symbol: 'AAA', closes: wave(120) },
      b: { symbol: 'BBB', closes: wave(120, 5_000) },
      c: { symbol: 'CCC', closes: wave(120, 0.5) },
    },
  });

it('draws its charts without a complaint and without asking for anything but itself', async () => {
  const run = reportedRun({
    feeds: { main: { closes: wave(240) } },
    onBar: (ctx) => {
      ctx.plot('mine', Math.sin(ctx.step / 9));
      if (ctx.step % 12 === 0) ctx.targetPercent('main', 0.9);
      if (ctx.step % 12 === 6) ctx.close('main');
    },
  });
  await open(run);
  for (const id of ['equity', 'drawdown', 'price', 'plot-0']) expect(await coloursOf(id), id).toBeGreaterThan(10);
  expect(requests).toEqual([page.url()]);
  expect(complaints).toEqual([]);
});

it('says the last values below each chart, and those at the cursor while it is there', async () => {
  const run = one();
  await open(run);
  const last = run.result.equity.at(-1) ?? 0;
  const shown = last.toLocaleString('en-US', { maximumFractionDigits: 2, minimumFractionDigits: 2 });
  expect(await legendOf('equity')).toContain(shown);
  expect(await legendOf('price')).toContain('2020-08-27');
  await page.hover('#equity .u-over', { position: { x: 2, y: 40 } });
  expect(await legendOf('equity')).toContain('2020-01-0');
  expect(await legendOf('price')).toContain('2020-01-0');
  await page.mouse.move(0, 0);
  expect(await legendOf('equity')).toContain(shown);
});

it('zooms all charts together by dragging in one, and back by a double click or the button', async () => {
  await open(one());
  const drag = async (): Promise<void> => {
    const box = await page.locator('#equity .u-over').boundingBox();
    if (box === null) throw new Error('The chart has no place on the page.');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
  };
  const isZoomed = (): Promise<boolean> => page.evaluate(() => document.body.classList.contains('zoomed'));
  await drag();
  expect(await isZoomed()).toBe(true);
  for (const id of ['equity', 'drawdown', 'price']) await expect.poll(() => legendOf(id)).toContain('2020-04-');
  await page.dblclick('#price .u-over');
  await page.mouse.move(0, 0);
  expect(await isZoomed()).toBe(false);
  for (const id of ['equity', 'drawdown', 'price']) await expect.poll(() => legendOf(id)).toContain('2020-08-27');
  await drag();
  await page.click('.ranges button:text("All")');
  await expect.poll(() => legendOf('price')).toContain('2020-08-27');
  expect(complaints).toEqual([]);
});

it('shows a trade in the charts by the number in its row, with candles', async () => {
  const run = three();
  await open(run);
  const trade = run.result.trades.findIndex(({ feed }) => feed === 1);
  await page.click(`#trades button.zoom >> nth=${trade}`);
  expect(await page.inputValue('#feed')).toBe('1');
  expect(await page.evaluate(() => document.body.classList.contains('zoomed'))).toBe(true);
  // A stretch of some 20 days, in which candles are wide: the price has the colours of rise and fall.
  await expect.poll(() => coloursOf('price')).toBeGreaterThan(10);
  const { entryTime } = run.result.trades[trade] ?? { entryTime: NaN };
  const shown = Date.parse((/\d{4}-\d\d-\d\d/.exec(await legendOf('price')) ?? [''])[0]);
  expect(shown - entryTime).toBeGreaterThan(0);
  expect(shown - entryTime).toBeLessThan(30 * dayS * 1000);
});

it('switches the symbol of the price chart', async () => {
  await open(three());
  expect(await legendOf('price')).toMatch(/Close:?\s*1\d\d/);
  await page.selectOption('#feed', { label: 'BBB · 1d' });
  await expect.poll(() => legendOf('price')).toMatch(/Close:?\s*[56]\d{3}/);
  await page.selectOption('#feed', { label: 'CCC · 1d' });
  await expect.poll(() => legendOf('price')).toMatch(/Close:?\s*0\.\d+/);
  expect(complaints).toEqual([]);
});

it('sorts a table by keyboard, down and up, and says so', async () => {
  await open(one());
  const profits = (): Promise<number[]> =>
    page.$$eval('#trades tbody td:nth-child(8)', (cells) =>
      cells.map((cell) => Number((cell as HTMLElement).dataset['value'])),
    );
  const head = page.locator('#trades th', { hasText: 'Profit' });
  await head.locator('button').focus();
  await page.keyboard.press('Enter');
  const down = await profits();
  expect(down.length).toBeGreaterThan(10);
  expect(down).toEqual([...down].sort((a, b) => b - a));
  expect(await head.getAttribute('aria-sort')).toBe('descending');
  await page.keyboard.press('Space');
  expect(await profits()).toEqual([...down].sort((a, b) => a - b));
  expect(await head.getAttribute('aria-sort')).toBe('ascending');
});

it('is dark where the reader is, also when that changes, and light on paper', async () => {
  await open(one(), { colorScheme: 'dark' });
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  const drawnDark = await page.locator('#equity canvas').screenshot();
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await ground()).not.toBe(dark);
  // It is drawn anew: the canvas of before may go while it is looked at.
  await expect.poll(() => page.locator('#equity canvas').screenshot()).not.toEqual(drawnDark);
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  expect(await ground()).toBe('rgb(255, 255, 255)');
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
  expect(await page.evaluate(() => document.documentElement.className)).toBe('');
  expect(complaints).toEqual([]);
});

it('fits a phone', async () => {
  await open(three(), { viewport: { width: 360, height: 740 } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(
    await page.evaluate(() => document.querySelector('#equity canvas')?.getBoundingClientRect().width),
  ).toBeLessThan(360);
});

const hostileTexts = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '<!--<script>',
  '${alert(1)} {{alert(1)}} \u2028\u202e\u0000\ud800 價格 🚀',
  '__proto__',
];

it.each(hostileTexts)('shows %j as the text that it is', async (text) => {
  const run = reportedRun({
    feeds: { main: { symbol: text, closes: wave(60) }, other: { symbol: `${text}2`, closes: wave(60) } },
    onBar: (ctx) => {
      ctx.plot(text, ctx.step);
      ctx.log(text);
      if (ctx.step % 6 === 0) ctx.targetPercent('main', 0.5, { tag: text });
      if (ctx.step % 6 === 3) ctx.close('main', { tag: text });
      if (ctx.step === 20) ctx.buy('other', { quantity: 1e12 });
    },
  });
  const [order] = run.result.orders;
  if (order === undefined) throw new Error('The run made no order.');
  const result = {
    ...run.result,
    strategy: text,
    params: { [text]: text },
    settings: { ...run.result.settings, profile: text, [text]: text },
    orders: [...run.result.orders, { ...order, status: 'rejected' as const, reason: text }],
  };
  await open({ ...run, result });
  expect(complaints).toEqual([]);
  expect(requests).toEqual([page.url()]);
  expect(await page.locator('img, script:not(body > script), [onmouseover], [onerror]').count()).toBe(0);
  expect(await page.textContent('h1')).toBe(text.replace('\u0000', '\ufffd').replace('\ud800', '\ufffd'));
  expect(await coloursOf('price')).toBeGreaterThan(10);
  await page.hover('#price .u-over');
  expect(complaints).toEqual([]);
});

it('runs no script but its own, even if there were one in the page', async () => {
  await open(one());
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "changed"';
    document.body.append(script);
    document.body.insertAdjacentHTML('beforeend', '<b id="bait" onclick="document.title = 1">x</b>');
    document.getElementById('bait')?.click();
  });
  expect(await page.title()).toBe('sketch · TEST');
  expect(
    await page.evaluate(() =>
      fetch('https://example.com').then(
        () => 'fetched',
        () => 'refused',
      ),
    ),
  ).toBe('refused');
  expect(complaints.some((text) => text.includes('Content Security Policy'))).toBe(true);
});

const unusual: Readonly<Record<string, () => ReportedRun>> = {
  'one bar': () => reportedRun({ feeds: { main: { closes: [100] } } }),
  'two bars': () => reportedRun({ feeds: { main: { closes: [100, 101] } } }),
  'no trades': () => reportedRun({ feeds: { main: { closes: wave(50) } }, onBar: () => undefined }),
  'prices that never move': () => reportedRun({ feeds: { main: { closes: new Array<number>(50).fill(7) } } }),
  'tiny prices': () => reportedRun({ feeds: { main: { symbol: 'SHIB', closes: wave(80, 1e-8) } } }),
  'huge numbers': () => {
    const run = reportedRun({ feeds: { main: { closes: wave(80, 1e9) } }, config: { cash: 1e12 } });
    const trades = run.result.trades.map((trade) => ({
      ...trade,
      quantity: trade.quantity * 1e9,
      pnl: trade.pnl * 1e9,
    }));
    return { ...run, result: { ...run.result, trades, equity: run.result.equity.map((value) => value * 1e9) } };
  },
  'numbered bars': () => reportedRun({ feeds: { main: { closes: wave(80), start: 0 } } }),
  'bars of a second': () => reportedRun({ feeds: { main: { closes: wave(300), stepMs: 1_000 } } }),
  'all equity lost': () => {
    const run = one();
    return { ...run, result: { ...run.result, equity: run.result.equity.map((value, i) => (i > 100 ? 0 : value)) } };
  },
  'no bars at all': () => {
    const run = reportedRun({ feeds: { main: { closes: [100] } }, onBar: () => undefined });
    const none = new Float64Array(0);
    const bars = { time: none, open: none, high: none, low: none, close: none, volume: none };
    return {
      result: { ...run.result, timeline: none, equity: none },
      feeds: run.feeds.map((feed) => ({ ...feed, bars })),
    };
  },
};

it.each(Object.keys(unusual))('has a page for %s', async (name) => {
  await open(unusual[name]?.() ?? one());
  expect(complaints).toEqual([]);
  expect(await page.textContent('h1')).toBe('sketch');
  const text = await page.innerText('main');
  expect(text).not.toMatch(/NaN|undefined|Infinity|Invalid|1970/);
  if (name !== 'no bars at all')
    for (const id of ['equity', 'price']) expect(await coloursOf(id), id).toBeGreaterThan(3);
});

const searched = (name: string): SearchReportInput => {
  const { result: best, feeds } = one();
  const values = [5, 10, 15];
  const result = {
    params: { [name]: 10, slow: 5 },
    statistics: best.statistics,
    tradeHash: best.tradeHash,
    equity: best.equity,
  };
  const scores = { count: 3, best: 2, mean: 1, median: 1, worst: 0 };
  return {
    summary: {
      rankedBy: 'sharpe',
      total: 9,
      skipped: 1,
      finished: 8,
      failed: 0,
      ranking: [4, 0].map((index) => ({ index, score: index, result })),
      heatMap: {
        x: { param: name, values },
        y: { param: 'slow', values },
        aggregate: 'best',
        rows: [
          [0, 1, null],
          [3, 4, 2],
          [1, 1, 1],
        ],
        lowest: 0,
        highest: 4,
      },
      params: [{ param: name, values: values.map((value) => ({ value, ...scores })) }],
      stability: { index: 4, score: 4, neighbours: 4, mean: 2, worst: 1, profitable: 1, plateau: 0.4 },
      sharpes: Float64Array.of(1, 2),
    },
    luck: null,
    best: { ...best, params: result.params },
    feeds,
  };
};

it('shows a search: ranking, heat map with the best framed, and the curve of the best', async () => {
  await openDocument(searchReport(searched('fast')));
  expect(await page.locator('table.ranking tbody tr').count()).toBe(2);
  expect(await page.locator('table.heat td').count()).toBe(9);
  expect(await page.locator('table.heat td.best').getAttribute('title')).toBe('slow = 5, fast = 10');
  expect(await page.innerText('.legend')).toMatch(/0\.00[^]*4\.00/);
  expect(await coloursOf('equity')).toBeGreaterThan(10);
  expect(requests).toEqual([page.url()]);
  expect(complaints).toEqual([]);
});

it.each(hostileTexts)('shows a search of a parameter named %j', async (text) => {
  await openDocument(searchReport(searched(text)));
  expect(complaints).toEqual([]);
  expect(await page.locator('img, [onmouseover], [onerror]').count()).toBe(0);
  expect(await page.locator('table.heat td').count()).toBe(9);
});

it('shows a walk-forward analysis: its windows and the equity out of sample', async () => {
  const { result } = one();
  const window = (number: number) => {
    const inSample = { from: number * 60, to: number * 60 + 60 };
    const outOfSample = { from: number * 60 + 60, to: number * 60 + 120 };
    return { number, inSample, outOfSample, inSampleData: inSample, outOfSampleData: outOfSample };
  };
  const rows = [0, 1, 2].map((number) => ({
    window: window(number),
    chosen: number === 1 ? null : { index: 0, params: { fast: 5 } },
    inSampleScore: 1,
    outOfSampleScore: 0.5,
    outOfSampleReturn: 0.1,
    degradation: 0.5,
  }));
  await openDocument(
    walkForwardReport({
      strategy: 'sketch',
      summary: { rows, degradation: 0.5, profitableWindows: 1 },
      timeline: result.timeline,
      equity: result.equity,
      startCash: 10_000,
      statistics: result.statistics,
      rankedBy: 'sharpe',
      steps: result.timeline,
    }),
  );
  expect(await page.innerText('table.sortable tbody tr >> nth=0')).toContain('2020-01-01 to 2020-02-29');
  expect(await page.innerText('table.sortable tbody tr >> nth=1')).toContain('none');
  await page.click('button.zoom >> nth=0');
  await expect.poll(() => legendOf('equity')).toMatch(/2020-0[45]/);
  expect(complaints).toEqual([]);
});
