/** What the strategy wrote down, and what the run was asked to do. */

import type { BacktestResult } from '#domain';
import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Moments } from './moments.ts';
import { withSeparators } from './show-number.ts';

/** Lines shown; the result itself has more. */
const linesMax = 1_000;

export const logSection = ({ log, logDropped }: BacktestResult, { show }: Moments): Html | null => {
  if (log.length === 0) return null;
  const all = log.length + logDropped;
  const lines = log.slice(0, linesMax);
  return html`<section>
    <details>
      <summary>Log (${withSeparators(all, 0)} ${all === 1 ? 'line' : 'lines'})</summary>
      <div class="scroll"><pre>${lines.map(({ time, text }) => `${show(time)}  ${text}\n`)}</pre></div>
      ${all > lines.length && html`<p class="muted">The first ${withSeparators(lines.length, 0)} lines.</p>`}
    </details>
  </section>`;
};

export const settingsSection = ({ settings }: Pick<BacktestResult, 'settings'>): Html =>
  html`<section>
    <details>
      <summary>Settings</summary>
      <div class="scroll"><pre>${JSON.stringify(settings, null, 2)}</pre></div>
    </details>
  </section>`;
