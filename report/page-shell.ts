/** The frame of every report: one HTML file that carries its style, its script and its data, and needs no network. */

import { createHash } from 'node:crypto';
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

/**
 * The whole document as text. Its content security policy lets nothing load and only its own two
 * scripts run, by their hashes: should text of a strategy ever become markup, it could still do nothing.
 */
export const pageShell = ({ title, body, data }: PageParts): string => {
  const scripts = [chartScript(), pageScript()];
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src ${scripts.map(hashSource).join(' ')}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="xTrading" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${raw(chartStyle())}${raw(ownFile('style.css'))}
        </style>
      </head>
      <body>
        <main>${body}</main>
        <script type="application/json" id="data">
          ${jsonForScript(data ?? emptyData)}
        </script>
        ${scripts.map(scriptElement)}
      </body>
    </html> `.text;
};

const emptyData: PageData = {
  hasDates: true,
  curve: { time: [], equity: [], benchmark: [], drawdown: [] },
  feeds: [],
  plots: [],
};

/** Not by the template: a hash is of every blank, and formatting would add some. */
const scriptElement = (script: string): Html => raw(`<script>${script}</script>\n`);

const hashSource = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

const ownFile = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

const packageFile = (path: string): string => {
  const manifest = createRequire(import.meta.url).resolve('uplot/package.json');
  return readFileSync(join(manifest, '..', path), 'utf8');
};

/** HTML reads carriage returns as line feeds, and hashes are of what it reads. */
const scriptText = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/<\/script/gi, '<\\/script');

const chartScript = (): string => scriptText(packageFile('dist/uPlot.iife.min.js'));
const chartStyle = (): string => packageFile('dist/uPlot.min.css');

/** The page's own files, each after those it imports from. */
const pageFiles = ['theme.ts', 'numbers.ts', 'axes.ts', 'chart-group.ts', 'price-chart.ts', 'tables.ts', 'page.ts'];

/** The page's own script as one: without types, and without imports and exports, since all share one scope. */
const pageScript = (): string => {
  const parts = pageFiles.map((name) =>
    stripTypeScriptTypes(ownFile(join('page', name)))
      .replace(/^import [^;]*;$/gm, '')
      .replace(/^export /gm, ''),
  );
  return scriptText(`(() => {\n'use strict';\n${parts.join('\n')}\n})();`);
};
