/** Splits and dividends, as they are applied to open positions and waiting orders. */

/**
 * Takes effect before the open of the first bar at or after `time` (milliseconds UTC).
 * A split with `ratio` 2 turns one unit into two at half the price; a dividend pays `amount`
 * currency per unit held (a short position pays it).
 */
export type CorporateAction =
  | { readonly type: 'split'; readonly time: number; readonly ratio: number }
  | { readonly type: 'dividend'; readonly time: number; readonly amount: number };
