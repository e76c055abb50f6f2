/** Lean's margin call: what is closed, and in which order, when the margin carries no longer what is held. */

import type { OrderRequest } from '../../engine/order.ts';
import { truncateToLots } from './buying-power.ts';
import type { AccountState } from './buying-power.ts';
import type { Holding } from './holding.ts';

/** True when the margin in use exceeds the portfolio's value by more than `buffer`, a fraction of it. */
export const isCalled = ({ portfolioValue, marginUsed }: AccountState, buffer: number): boolean =>
  marginUsed > portfolioValue * (1 + buffer);

/** What is held, in the order in which a margin call closes it: the worst losers first. */
export const closingOrder = (holdings: readonly Holding[]): readonly Holding[] =>
  holdings.filter(({ quantity }) => quantity !== 0).toSorted((a, b) => a.unrealized - b.unrealized);

/**
 * The market order that closes so many whole lots of a holding that `excess`, the margin in use beyond
 * the portfolio's value, is set free at the newest close; null when that takes less than a lot.
 */
export const closingRequest = (
  { feedIndex, quantity, close, multiplier, lot }: Holding,
  excess: number,
  leverage: number,
): OrderRequest | null => {
  const unit = (close * multiplier) / leverage;
  const units = Math.abs(quantity);
  const kept = truncateToLots(Math.max(0, units * unit - excess) / unit, lot);
  const closed = truncateToLots(units - kept, lot);
  if (!(closed > 0)) return null;
  const side = quantity > 0 ? 'sell' : 'buy';
  return { feed: feedIndex, side, size: { quantity: closed }, type: 'market', tag: 'Margin Call' };
};
