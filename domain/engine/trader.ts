/** The port between the run and whoever makes the orders: a strategy or an order tape. */

export interface Trader {
  /** The market has moved to its next step: indicators take in the new bars. Called at every step. */
  advance(): void;
  /** True once the trader has seen enough to act; asked after each `advance` until it is true. */
  isWarm(): boolean;
  /** The new bars have filled what they fill: the trader may order. */
  act(): void;
  /** The data has ended. */
  stop(): void;
}
