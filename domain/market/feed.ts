/** A feed: the bars of one symbol at one timeframe, under the id by which a strategy names it. */

import type { Bars } from './bars.ts';
import type { CorporateAction } from './corporate-action.ts';
import type { Instrument } from './instrument.ts';

export interface Feed {
  /** The id a strategy uses: `ctx.bars.main`, `ctx.buy('main')`. */
  readonly id: string;
  readonly symbol: string;
  /** Length of one bar in milliseconds: 86,400,000 for daily bars. */
  readonly timeframeMs: number;
  readonly instrument: Instrument;
  readonly bars: Bars;
  /** Bars of a shorter timeframe that cover the same period, for the `finer-bars` fill policy. */
  readonly finer?: Bars;
  /** Splits and dividends, in order of time. Absent means none. */
  readonly actions?: readonly CorporateAction[];
}
