/** Opens the machine's own Chromium for tests that look at a page. */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The path of Chromium or Chrome; throws with the way to install it. `CHROMIUM_PATH` names another. */
const browserPath = (): string => {
  const given = process.env['CHROMIUM_PATH'];
  if (given !== undefined) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      'No Chromium found: install it, on Debian with: sudo apt-get install chromium (or set CHROMIUM_PATH).',
    );
  }
  return found;
};

/** A headless browser that reaches nothing outside; whoever opens it closes it. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath(),
    // Chromium refuses its own sandbox to root, which is who tests in containers are.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-dev-shm-usage', '--no-proxy-server'],
  });
