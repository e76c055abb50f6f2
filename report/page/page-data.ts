/** What the report's script reads from the page: columns of numbers, times in seconds UTC. */

/** Entry time, entry price, exit time, exit price, side (1 long, −1 short), profit. */
export type PageTrade = readonly [number, number, number | null, number | null, 1 | -1, number];

export interface PageFeed {
  readonly symbol: string;
  readonly time: number[];
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
  readonly trades: readonly PageTrade[];
}

export interface PageData {
  /** False when the data has no real dates, only numbered bars. */
  readonly hasTimes: boolean;
  readonly curve: {
    readonly time: number[];
    readonly equity: number[];
    readonly buyAndHold: (number | null)[];
    readonly drawdown: number[];
  };
  readonly feeds: readonly PageFeed[];
  readonly plots: readonly { readonly name: string; readonly time: number[]; readonly values: (number | null)[] }[];
}
