/** A report as its reader has it: opened from a file, in a browser. */

/// <reference lib="dom" />

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface OpenedReport {
  readonly page: Page;
  /** What the page has said to the console, thrown, or asked. They grow. */
  readonly complaints: string[];
  /** What it has asked for. */
  readonly requests: string[];
}

/** Written into `folder`, over the one before. */
export const openReport = async (
  text: string,
  {
    browser,
    folder,
    options = {},
  }: { readonly browser: Browser; readonly folder: string; readonly options?: BrowserContextOptions },
): Promise<OpenedReport> => {
  const path = join(folder, 'report.html');
  writeFileSync(path, text);
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, ...options });
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, complaints, requests };
};

/** Different colours among the pixels of a chart: one if it is blank. */
export const coloursIn = (page: Page, id: string): Promise<number> =>
  page.evaluate((place) => {
    const canvas = document.querySelector<HTMLCanvasElement>(`#${place} canvas`);
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return new Set(new Uint32Array(Uint8ClampedArray.from(pixels).buffer)).size;
  }, id);
