/** What live markets are in the middle of, kept beside the history so that the next process takes it up. */

export interface KeptMarket {
  readonly symbol: string;
  /** Of its newest quote, milliseconds UTC. */
  readonly at: number;
  /** Decimal texts, as everything below. */
  readonly day: {
    /** Days since 1970, UTC. */
    readonly date: number;
    readonly open: string;
    readonly high: string;
    readonly low: string;
    readonly volume: string;
  };
  /** The minute in progress; null where the history has it already. */
  readonly bar: {
    /** Milliseconds UTC of its start. */
    readonly time: number;
    readonly open: string;
    readonly high: string;
    readonly low: string;
    readonly close: string;
    readonly volume: string;
  } | null;
  /** The price of its newest quote. */
  readonly last: string;
}

export interface LiveMarkets {
  /** What was kept last of each symbol. */
  kept(): Promise<readonly KeptMarket[]>;
  /** Each in the place of what was kept of its symbol before. Survives the end of the process. */
  keep(markets: readonly KeptMarket[]): Promise<void>;
}
