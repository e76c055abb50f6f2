/** How large a report gets, and how long its reader waits for it: measured with nothing else on the machine. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backtestReport } from '#report';
import { openBrowser } from './browser.ts';
import { coloursIn, openReport } from './report-page.ts';
import { reportedRun, wave } from './report-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'xtrading-report-'));
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

it('keeps a million bars below five megabytes and opens them quickly', async () => {
  const count = 1_000_000;
  const run = reportedRun({
    feeds: { main: { closes: wave(count), stepMs: 60_000 } },
    onBar: (ctx) => {
      ctx.plot('step', ctx.step % 1000);
      if (ctx.step % 200 === 0) ctx.targetPercent('main', 0.5);
      if (ctx.step % 200 === 100) ctx.close('main');
    },
  });
  const report = backtestReport(run);
  expect(report.length).toBeLessThan(5_000_000);
  const { page, complaints } = await openReport(report, { browser, folder });
  const ready = await page.evaluate(() => performance.now());
  expect(ready).toBeLessThan(5_000);
  expect(complaints).toEqual([]);
  expect(await coloursIn(page, 'price')).toBeGreaterThan(10);
});
