/** A number in a table that shows its stretch of time in the charts. */

import { html } from './html.ts';
import type { Html } from './html.ts';

interface Stretch {
  /** As on the charts' axis: seconds UTC, or numbers of bars. */
  readonly from: number;
  readonly to: number;
  /** What it is, for readers of the page by ear. */
  readonly label: string;
  /** The feed whose price chart is to be shown; any when left out. */
  readonly feed?: number;
}

export const zoomButton = (text: string, { from, to, label, feed }: Stretch): Html =>
  html`<button
    type="button"
    class="zoom"
    data-from="${from}"
    data-to="${to}"
    ${feed !== undefined && html` data-feed="${feed}"`}
    aria-label="${label}: show in the charts"
    title="Show in the charts"
  >
    ${text}
  </button>`;
