/** The frame of every report: one HTML file that carries its style, its script and its data, and needs no network. */

import { readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { html, jsonForScript, raw } from './html.ts';
import type { Html } from './html.ts';
import type { PageData } from './page/page-data.ts';

export interface PageParts {
  readonly title: string;
  readonly body: Html;
  /** What the charts draw; null for a page without charts. */
  readonly data: PageData | null;
}

/** The whole document as text. */
export const pageShell = ({ title, body, data }: PageParts): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="generator" content="xTrading">
<title>${title}</title>
<style>${raw(chartStyle())}${raw(ownFile('style.css'))}</style>
</head>
<body>
<main>
${body}
</main>
<script type="application/json" id="data">${jsonForScript(data ?? emptyData)}</script>
<script>${raw(chartScript())}</script>
<script>(() => {${raw(pageScript())}})();</script>
</body>
</html>
`.text;

const emptyData: PageData = { hasTimes: true, curve: { time: [], equity: [], buyAndHold: [], drawdown: [] }, feeds: [], plots: [] };

const ownFile = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

const packageFile = (path: string): string => {
  const manifest = createRequire(import.meta.url).resolve('uplot/package.json');
  return readFileSync(join(manifest, '..', path), 'utf8');
};

const chartScript = (): string => packageFile('dist/uPlot.iife.min.js').replace(/<\/script/gi, '<\\/script');
const chartStyle = (): string => packageFile('dist/uPlot.min.css');

/** The page's own script without types and imports: what it imports are types and the chart library above it. */
const pageScript = (): string => stripTypeScriptTypes(ownFile('page/page.ts'));
