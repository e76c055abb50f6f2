/** What an account can carry: whether a trade is affordable, and when positions must be liquidated. */

import type { KnownPrices } from './known-prices.ts';
import type { Ledger } from './ledger.ts';

/** A trade to be judged: prices and fee in currency, units positive. */
export interface TradeToJudge {
  readonly feed: number;
  readonly units: number;
  readonly price: number;
  readonly fee: number;
  /** Units of the trade that close something rather than open. */
  readonly closes: number;
}

export interface Shortfall {
  /** Margin for all positions after the trade, and what there is to cover it: equity after the fee. */
  readonly needed: number;
  readonly available: number;
}

/** Equity at the newest known prices. */
export const equityAt = (ledger: Ledger, prices: KnownPrices): number => {
  let equity = ledger.cash;
  for (let f = 0; f < ledger.weight.length; f++) {
    if (ledger.gross[f]! > 0) equity += ledger.weight[f]! * prices.of(f); // arrays have one entry per feed
  }
  return equity;
};

/**
 * null when the account can afford the trade. Only what is opened counts: a trade that makes the
 * exposure smaller is always affordable. The feed's own position is valued at the trade's price,
 * other feeds at their newest close; the fee is deducted before the judgement.
 */
export const shortfall = (
  ledger: Ledger,
  prices: KnownPrices,
  trade: TradeToJudge,
  initialMargin: number,
  scope: 'account' | 'feed' = 'account',
): Shortfall | null => {
  const { feed, units, price, fee, closes } = trade;
  const multiplier = ledger.multipliers[feed]!; // feed indexes come from the market
  const held = ledger.gross[feed]!;
  const after = held + (units - 2 * closes) * multiplier;
  if (units <= closes || after <= held) return null;
  let available = ledger.cash + ledger.weight[feed]! * price - fee;
  let exposure = after * price;
  for (let f = 0; f < ledger.weight.length; f++) {
    if (f === feed || !(ledger.gross[f]! > 0)) continue;
    const known = prices.of(f);
    available += ledger.weight[f]! * known;
    if (scope === 'account') exposure += ledger.gross[f]! * known;
  }
  const needed = exposure * initialMargin;
  // Judged in doubles, so equality needs room for their rounding: a billionth of a billionth of the amounts.
  return needed <= available + 1e-12 * Math.max(Math.abs(available), exposure) ? null : { needed, available };
};

/** One sentence for people that names the amounts. */
export const shortfallReason = (what: string, { needed, available }: Shortfall, fee: number): string =>
  `Not affordable: ${what} needs ${money(needed)} of margin, and equity after ${money(fee)} commission is ${money(available)}.`;

/** Currency for people: at most 8 decimals, no trailing zeros. */
export const money = (amount: number): string => String(Number(amount.toFixed(Math.abs(amount) >= 1 ? 2 : 8)));
