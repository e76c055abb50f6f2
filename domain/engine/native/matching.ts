/**
 * When an order can fill, and at which price, before costs: pure rules on a single price or on a
 * piece of the price's way, shared by every fill policy. `sign` is 1 for a buy and −1 for a sell.
 */

export type Sign = 1 | -1;

/** True when a limit order could trade at once at `price`: a buy at or below its limit. */
export const isMarketable = (sign: Sign, limit: number, price: number): boolean =>
  sign > 0 ? price <= limit : price >= limit;

/** True when `price` has reached a stop: a buy stop from below, a sell stop from above. */
export const isTriggered = (sign: Sign, stop: number, price: number): boolean =>
  sign > 0 ? price >= stop : price <= stop;

/** The price more favourable to the order. */
export const better = (sign: Sign, a: number, b: number): number => (sign > 0 ? Math.min(a, b) : Math.max(a, b));

/**
 * Price at which a limit order fills while the price covers [low, high], having started at `start`:
 * the better of limit and start, NaN when the limit is not reached.
 */
export const limitFillPrice = (sign: Sign, limit: number, start: number, low: number, high: number): number => {
  if (isMarketable(sign, limit, start)) return start;
  return isMarketable(sign, limit, sign > 0 ? low : high) ? limit : NaN;
};

/**
 * Price at which a stop order fills while the price covers [low, high], having started at `start`:
 * the worse of stop and start, NaN when the stop is not reached.
 */
export const stopFillPrice = (sign: Sign, stop: number, start: number, low: number, high: number): number => {
  if (isTriggered(sign, stop, start)) return start;
  return isTriggered(sign, stop, sign > 0 ? high : low) ? stop : NaN;
};

/** Where a trailing stop stands when the best price so far is `best`. */
export const trailingLevel = (
  sign: Sign,
  best: number,
  trail: { readonly amount: number } | { readonly fraction: number },
): number => {
  const distance = 'amount' in trail ? trail.amount : best * trail.fraction;
  return best + sign * distance;
};
