/** Reports for people, as HTML documents. */

import type { BacktestResult } from '#domain';

export interface ReportWriter {
  /** One document that needs nothing from elsewhere. The feeds are those of the run, for its prices. */
  backtest(request: {
    readonly result: BacktestResult;
    readonly feeds: readonly { readonly id: string; readonly symbol: string; readonly interval: string }[];
    /** Milliseconds UTC, half-open; null: all that there is. */
    readonly from: number | null;
    readonly to: number | null;
    readonly profile: string;
  }): Promise<string>;
}
