/** What positions are worth at live prices. For showing alone: the ledger counts in exact decimals. */

import type { Account, Position } from '#sdk';

export interface Valuation {
  readonly price: number | null;
  /** null without a price. */
  readonly profit: number | null;
  /** Profit as a share of what the position cost. */
  readonly profitFraction: number | null;
  readonly value: number | null;
}

/** `livePrice` is newer than the position's own last price, where there is one. */
export const valuationOf = (position: Position, livePrice: string | null): Valuation => {
  const text = livePrice ?? position.lastPrice;
  if (text === null) return { price: null, profit: null, profitFraction: null, value: null };
  const price = Number(text);
  const quantity = Number(position.quantity);
  const cost = quantity * Number(position.averagePrice);
  const profit = quantity * price - cost;
  return { price, profit, profitFraction: cost === 0 ? null : profit / Math.abs(cost), value: quantity * price };
};

/** Cash and positions, these at live prices where there are any, else at what they cost. */
export const equityOf = (account: Account, livePrices: Readonly<Record<string, string | undefined>>): number =>
  account.positions.reduce((sum, position) => {
    const { value } = valuationOf(position, livePrices[position.symbol] ?? null);
    return sum + (value ?? Number(position.quantity) * Number(position.averagePrice));
  }, Number(account.cash));
