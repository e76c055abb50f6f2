/** A trade that is open, and the arithmetic on it: in floating point, in the order that makes sums agree to the last bit. */

import type { BacktestingPyConfig } from './config.ts';
import type { QueuedOrder } from './order-queue.ts';

export interface HeldTrade {
  readonly id: number;
  /** Signed units. */
  size: number;
  /** Spread included. */
  readonly entryPrice: number;
  readonly entryBar: number;
  readonly tag: string | null;
  stopLoss: QueuedOrder | null;
  takeProfit: QueuedOrder | null;
  isOpen: boolean;
}

/** Profit of `size` units at `price`, before commissions. */
export const profitAt = (trade: HeldTrade, price: number): number => trade.size * (price - trade.entryPrice);

/** Commission of one fill: the fixed part plus the fraction of its value. */
export const commissionOf = (commission: BacktestingPyConfig['commission'], size: number, price: number): number =>
  commission.fixed + Math.abs(size) * price * commission.relative;

/** What a buyer (positive size) or a seller pays: the price widened by the spread. */
export const widened = (price: number, spread: number, size: number): number =>
  price * (1 + (size < 0 ? -Math.abs(spread) : Math.abs(spread)));
