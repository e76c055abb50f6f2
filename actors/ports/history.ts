/** Prices that have been: bars by symbol and interval, in ClickHouse. */

import type { Bars } from '#domain';

/** Bars are stored at these intervals and longer ones made from them on read. */
export const storedIntervals = ['1m', '1d'] as const;
export type StoredInterval = (typeof storedIntervals)[number];

export interface BarsQuery {
  readonly symbol: string;
  /** `1m`, `5m`, `1h`, `1d`, `1w`: resampled from what is stored. */
  readonly interval: string;
  /**
   * Milliseconds UTC, half-open: bars that begin in it, each made of all its parts. So the next page
   * is from the last bar's time + 1 on (or, newest first, up to its time), at any interval.
   */
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
  /**
   * Columns as the engine takes them; times ascending unless `descending`. Bars of days and longer
   * are made from stored days where the symbol has some, all others from minutes; there are none
   * where nothing fine enough is stored. Throws a MarketDataMistake `timeframe-unknown`.
   */
  bars(query: BarsQuery): Promise<Bars>;
  /**
   * Writes bars, times ascending, of the years 1900 to 2298; a bar of the same symbol, interval and
   * time is replaced. Resolves when they are kept.
   */
  insert(symbol: string, interval: StoredInterval, bars: Bars): Promise<void>;
  coverage(symbol?: string): Promise<readonly SymbolCoverage[]>;
}

/** A history that can tell whether bars are still those that it has given before. */
export interface RevisedHistory extends History {
  /**
   * A text that is another one as soon as anything was written, replaced or removed among the bars that
   * the answer to the query is made of; it may be another one without that. While it is the same, so is
   * the answer, to the last bit. null: it can't be told. Costs far less than the bars.
   */
  revision(query: BarsQuery): Promise<string | null>;
}

/** What is known of the series that a node keeps on its disk. */
export interface SeriesCacheFigures {
  /** Since the process began: series that were read from the disk, and those that were not there or not current. */
  readonly hits: number;
  readonly misses: number;
  readonly entries: number;
  readonly bytes: number;
  readonly bytesMax: number;
}
