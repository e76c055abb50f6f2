/** What a set of trades amounts to. */

import type { Trade } from '../engine/order.ts';
import { TradeFigures } from './trade-figures.ts';

/** Money in currency, commissions deducted. Quotients that need what is not there are NaN. */
export interface TradeSummary {
  /** Closed trades; all other fields except `open` and `openProfit` are about these. */
  readonly count: number;
  readonly open: number;
  readonly long: number;
  readonly wins: number;
  readonly losses: number;
  readonly profit: number;
  /** Profit of the open trades, marked to the last close. */
  readonly openProfit: number;
  readonly grossProfit: number;
  /** Positive. */
  readonly grossLoss: number;
  /** Returns of trades: profit ÷ value at entry. */
  readonly best: number;
  readonly worst: number;
  readonly averageReturn: number;
  readonly profitFactor: number;
  readonly sqn: number;
  readonly kelly: number;
  readonly averageMs: number;
  readonly maxMs: number;
  readonly commission: number;
}

/** Losses, or a spread of profits, below this part of the largest profit are rounding. */
const roundingShare = 1e-12;

/** What a list of trades amounts to. */
export const summarizeTrades = (trades: readonly Trade[]): TradeSummary => {
  const figures = new TradeFigures();
  for (const trade of trades) figures.addTrade(trade);
  return summarizeFigures(figures);
};

/** Two passes: sums, then the spread around their mean. Sums are compensated as in `exact-sum.ts`. */
export const summarizeFigures = (trades: TradeFigures): TradeSummary => {
  let count = 0;
  let open = 0;
  let long = 0;
  let wins = 0;
  let losses = 0;
  let grossProfit = 0;
  let grossLoss = 0;
  let profit = 0;
  let profitLost = 0;
  let openProfit = 0;
  let best = -Infinity;
  let worst = Infinity;
  let returns = 0;
  let lengths = 0;
  let maxMs = 0;
  let commission = 0;
  let largest = 0;
  for (let i = 0; i < trades.count; i++) {
    const pnl = trades.pnl(i);
    const returnFraction = trades.returnFraction(i);
    const length = trades.lengthMs(i);
    if (Number.isNaN(length)) {
      open++;
      openProfit += pnl;
      continue;
    }
    count++;
    if (trades.isLong(i)) long++;
    if (pnl > 0) {
      wins++;
      grossProfit += pnl;
    } else if (pnl < 0) {
      losses++;
      grossLoss -= pnl;
    }
    const size = Math.abs(pnl);
    if (size > largest) largest = size;
    const next = profit + pnl;
    profitLost += Math.abs(profit) >= size ? profit - next + pnl : pnl - next + profit;
    profit = next;
    if (returnFraction > best) best = returnFraction;
    if (returnFraction < worst) worst = returnFraction;
    returns += returnFraction;
    lengths += length;
    if (length > maxMs) maxMs = length;
    commission += trades.commission(i);
  }
  profit += profitLost;
  const winRate = wins / count;
  const knownLoss = grossLoss > roundingShare * largest ? grossLoss : NaN;
  return {
    count,
    open,
    long,
    wins,
    losses,
    profit,
    openProfit,
    grossProfit,
    grossLoss,
    best,
    worst,
    averageReturn: returns / count,
    profitFactor: grossProfit / knownLoss,
    sqn: qualityOf(trades, count, profit / count, largest),
    kelly: winRate - (1 - winRate) / (grossProfit / wins / (knownLoss / losses)),
    averageMs: lengths / count,
    maxMs,
    commission,
  };
};

/** √n × mean ÷ sample standard deviation of the profits; NaN when they do not vary. */
const qualityOf = (trades: TradeFigures, count: number, mean: number, largest: number): number => {
  let squares = 0;
  for (let i = 0; i < trades.count; i++) {
    if (Number.isNaN(trades.lengthMs(i))) continue;
    const off = trades.pnl(i) - mean;
    squares += off * off;
  }
  const deviation = Math.sqrt(squares / (count - 1));
  return deviation > roundingShare * largest ? (Math.sqrt(count) * mean) / deviation : NaN;
};
