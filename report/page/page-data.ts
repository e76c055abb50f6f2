/** What the report's script reads from the page: columns of numbers. Times are seconds UTC, or numbers of bars. */

/** Entry time, entry price, exit time, exit price, side (1 long, −1 short), profit. */
export type PageTrade = readonly [number, number, number | null, number | null, 1 | -1, number];

export interface PageFeed {
  /** Number of the feed in the run, by which tables refer to it. */
  readonly feed: number;
  readonly symbol: string;
  /** Bars of the data drawn as one. */
  readonly barsEach: number;
  readonly time: number[];
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
  readonly trades: readonly PageTrade[];
  /** Trades left out because there are too many to draw. */
  readonly tradesLeftOut: number;
}

export interface PagePlot {
  readonly name: string;
  readonly time: number[];
  readonly values: (number | null)[];
}

export interface PageData {
  /** False when the data has no real dates, only numbered bars. */
  readonly hasDates: boolean;
  readonly curve: {
    readonly time: number[];
    readonly equity: number[];
    /** Empty where there is nothing to compare with. */
    readonly benchmark: number[];
    readonly drawdown: number[];
  };
  readonly feeds: readonly PageFeed[];
  readonly plots: readonly PagePlot[];
}
