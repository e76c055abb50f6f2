/** Prices that have been: bars by symbol and interval, in ClickHouse. */

import type { Bars } from '#domain';

/** Bars are stored at these intervals and longer ones made from them on read. */
export const storedIntervals = ['1m', '1d'] as const;
export type StoredInterval = (typeof storedIntervals)[number];

export interface BarsQuery {
  readonly symbol: string;
  /** `1m`, `5m`, `1h`, `1d`, `1w`: resampled from what is stored. */
  readonly interval: string;
  /** Milliseconds UTC, half-open. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** Newest first. */
  readonly descending?: boolean;
}

export interface SymbolCoverage {
  readonly symbol: string;
  readonly interval: StoredInterval;
  readonly bars: number;
  /** Milliseconds UTC of the first and the last bar. */
  readonly first: number;
  readonly last: number;
}

export interface History {
  /** Columns as the engine takes them; times ascending unless `descending`. */
  bars(query: BarsQuery): Promise<Bars>;
  /** Writes bars; a bar of the same symbol, interval and time is replaced. Resolves when they are kept. */
  insert(symbol: string, interval: StoredInterval, bars: Bars): Promise<void>;
  coverage(symbol?: string): Promise<readonly SymbolCoverage[]>;
}
