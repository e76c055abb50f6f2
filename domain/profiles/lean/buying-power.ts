/** Lean's buying power of a margin account: how much may be ordered, and which size reaches a target. */

import type { Order } from '../../engine/order.ts';
import type { LeanConfig } from './config.ts';
import { feeFor } from './costs.ts';
import type { Holding } from './holding.ts';
import { valuedAt } from './matching.ts';

/** What an account is worth and binds. */
export interface AccountState {
  readonly portfolioValue: number;
  /** Sum of the absolute values of the holdings, each divided by the leverage. */
  readonly marginUsed: number;
}

/**
 * Quotients this close below a whole lot are that lot: decimals have no such rounding. In lots, and as
 * a share of many lots, where a double's own grid is coarser.
 */
const lotTolerance = 1e-9;
const lotsTolerance = 1e-15;

/** Margins that exceed what is free by less than this share are equal to it in decimals. */
const marginTolerance = 1e-12;

/** Signed units in whole lots, toward zero. */
export const truncateToLots = (units: number, lot: number): number => {
  const lots = Math.abs(units) / lot;
  return Math.sign(units) * Math.floor(lots + Math.max(lotTolerance, lots * lotsTolerance)) * lot;
};

/**
 * Why an order cannot be carried at the newest close, null when it can. What
 * only reduces a position always can; an order against a position may use what closing it frees.
 */
export const lackOfBuyingPower = (
  account: AccountState,
  holding: Holding,
  order: Order,
  config: LeanConfig,
): string | null => {
  const { quantity, close, multiplier } = holding;
  const units = order.side === 'buy' ? order.quantity : -order.quantity;
  if (quantity * units < 0 && Math.abs(quantity) >= Math.abs(units)) return null;
  const margin = (size: number): number => (Math.abs(size) * close * multiplier) / config.leverage;
  const freed = quantity * units < 0 ? 2 * margin(quantity) : 0;
  const free = Math.max(0, account.portfolioValue - account.marginUsed + freed);
  const required =
    margin(units) + feeFor(config.fee, order.quantity, order.quantity * valuedAt(order, close) * multiplier);
  if (required <= free * (1 + marginTolerance)) return null;
  return `Insufficient buying power: initial margin ${required.toFixed(2)}, free margin ${free.toFixed(2)}.`;
};

/**
 * The position (signed units) that comes nearest to a fraction of the portfolio's value without
 * exceeding it, the fee of getting there counted in. The free buffer is left alone; a change too
 * small to be worth an order gives what is held.
 */
export const positionFor = (
  account: AccountState,
  holding: Holding,
  fraction: number,
  lot: number,
  config: LeanConfig,
): number => {
  const { quantity, close, multiplier } = holding;
  const unit = (close * multiplier) / config.leverage;
  const share = (fraction * (1 - config.freePortfolioValuePercentage)) / config.leverage;
  if (share === 0 || !(unit > 0)) return 0;
  let target = share * account.portfolioValue;
  if (Math.abs(target - quantity * unit) < account.portfolioValue * config.minimumOrderMarginPortfolioPercentage)
    return quantity;
  for (let position = truncateToLots(target / unit, lot), last = NaN; ; position = truncateToLots(target / unit, lot)) {
    const units = Math.abs(position - quantity);
    if (units === 0 || position === last) return position;
    target = share * (account.portfolioValue - feeFor(config.fee, units, units * close * multiplier));
    if (Math.abs(position) * unit <= Math.abs(target)) return position;
    last = position;
  }
};
