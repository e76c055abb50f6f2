/** What is traded: the grid on which its prices and quantities lie, and what one unit is worth. */

export interface Instrument {
  readonly symbol: string;
  /** Smallest price step, in currency. 0 means no grid (compatibility profiles). */
  readonly tick: number;
  /** Smallest quantity step, in units. 0 means no grid. */
  readonly lot: number;
  /** Currency value of one unit at a price of one: 1 for stocks, the contract size for futures. */
  readonly multiplier: number;
  /** Three-letter settlement currency or coin code, for display only. */
  readonly currency: string;
}
