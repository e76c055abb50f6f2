/**
 * Lean's statistics of closed trades, under the names of its `TradeStatistics` in words; those that
 * its portfolio statistics have too begin with "Trade". Profits are before fees, durations in days.
 */

import type { Trade } from '../engine/order.ts';
import type { Bars } from '../market/bars.ts';
import { dayMs } from '../market/calendar.ts';
import type { Feed } from '../market/feed.ts';
import { exactSum } from './exact-sum.ts';

export const leanTradeStatistics = (
  trades: readonly Trade[],
  feeds: readonly Feed[],
): Readonly<Record<string, number>> => {
  // Lean prints these with four digits.
  return Object.fromEntries(
    Object.entries(exactly(trades, feeds)).map(([name, value]) => [name, Number(value.toFixed(4)) + 0]),
  );
};

const exactly = (trades: readonly Trade[], feeds: readonly Feed[]): Record<string, number> => {
  const closed = trades.flatMap((trade) => closedOf(trade, feeds[trade.feed]));
  const winners = closed.filter(({ profit }) => profit > 0);
  const losers = closed.filter(({ profit }) => profit <= 0);
  const profits = closed.map(({ profit }) => profit);
  const total = exactSum(profits);
  const won = exactSum(winners.map(({ profit }) => profit));
  const lost = exactSum(losers.map(({ profit }) => profit));
  const average = over(total, closed.length);
  const averageProfit = over(won, winners.length);
  const averageLoss = over(lost, losers.length);
  const deviation = sampleDeviation(profits);
  const downside = sampleDeviation(losers.map(({ profit }) => profit));
  const winRate = over(winners.length, closed.length);
  const averageMfe = over(exactSum(closed.map(({ mfe }) => mfe)), closed.length);
  const drawdowns = drawdownsOf(closed);
  return {
    'Total Number Of Trades': closed.length,
    'Number Of Winning Trades': winners.length,
    'Number Of Losing Trades': losers.length,
    'Total Profit Loss': total,
    'Total Profit': won,
    'Total Loss': lost,
    'Largest Profit': greatest(profits),
    'Largest Loss': least(profits),
    'Average Profit Loss': average,
    'Average Profit': averageProfit,
    'Trade Average Loss': averageLoss,
    'Average Trade Duration': meanDays(closed),
    'Average Winning Trade Duration': meanDays(winners),
    'Average Losing Trade Duration': meanDays(losers),
    'Median Trade Duration': medianDays(closed),
    'Median Winning Trade Duration': medianDays(winners),
    'Median Losing Trade Duration': medianDays(losers),
    'Max Consecutive Winning Trades': longestRun(closed, ({ profit }) => profit > 0),
    'Max Consecutive Losing Trades': longestRun(closed, ({ profit }) => profit <= 0),
    'Trade Profit-Loss Ratio': over(averageProfit, Math.abs(averageLoss)),
    'Win Loss Ratio': closed.length === 0 ? 0 : ratioOrTen(winners.length, losers.length),
    'Trade Win Rate': winRate,
    'Trade Loss Rate': closed.length === 0 ? 0 : 1 - winRate,
    'Average MAE': over(exactSum(closed.map(({ mae }) => mae)), closed.length),
    'Average MFE': averageMfe,
    'Largest MAE': least(closed.map(({ mae }) => mae)),
    'Largest MFE': greatest(closed.map(({ mfe }) => mfe)),
    'Maximum Closed Trade Drawdown': drawdowns.closed,
    'Maximum Intra Trade Drawdown': drawdowns.intra,
    'Profit Loss Standard Deviation': deviation,
    'Profit Loss Downside Deviation': downside,
    'Profit Factor': won === 0 ? 0 : ratioOrTen(won, -lost),
    'Trade Sharpe Ratio': over(average, deviation),
    'Trade Sortino Ratio': over(average, downside),
    'Profit To Max Drawdown Ratio': total === 0 ? 0 : ratioOrTen(total, -drawdowns.closed),
    'Maximum End Trade Drawdown': least(closed.map(({ profit, mfe }) => profit - mfe)),
    'Average End Trade Drawdown': average - averageMfe,
    'Maximum Drawdown Duration': drawdowns.longestMs / dayMs,
    'Trade Total Fees': exactSum(closed.map(({ fees }) => fees)),
  };
};

interface ClosedTrade {
  readonly entryTime: number;
  readonly exitTime: number;
  readonly profit: number;
  readonly fees: number;
  /** The worst and the best that the trade has stood at, at closes after its entry and at its exit. */
  readonly mae: number;
  readonly mfe: number;
}

const closedOf = (trade: Trade, feed: Feed | undefined): readonly ClosedTrade[] => {
  const { entryTime, exitTime, entryPrice, exitPrice, quantity, side, commission } = trade;
  if (feed === undefined || exitTime === null || exitPrice === null) return [];
  const units = (side === 'long' ? quantity : -quantity) * feed.instrument.multiplier;
  const stands = pricesSeen(trade, feed.bars).map((price) => (price - entryPrice) * units);
  const profit = (exitPrice - entryPrice) * units;
  const mae = Math.min(0, profit, ...stands);
  return [{ entryTime, exitTime, profit, fees: commission, mae, mfe: Math.max(0, profit, ...stands) }];
};

/** The least and the greatest close from the bar after the entry to the one of the exit. */
const pricesSeen = ({ entryBar, exitBar }: Trade, { close }: Bars): readonly number[] => {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let bar = entryBar + 1; bar <= (exitBar ?? -1); bar++) {
    lowest = Math.min(lowest, close[bar] ?? Infinity);
    highest = Math.max(highest, close[bar] ?? -Infinity);
  }
  return lowest <= highest ? [lowest, highest] : [];
};

/** Drawdowns of the running profit (currency, at most 0) and the longest time between two peaks; one that lasts to the end is not counted. */
const drawdownsOf = (trades: readonly ClosedTrade[]) => {
  let total = 0;
  let peak = 0;
  let peakWithMfe = 0;
  let closed = 0;
  let intra = 0;
  let longestMs = 0;
  let isDown = false;
  let peakTime = trades[0]?.entryTime ?? 0;
  for (const { profit, mae, mfe, exitTime } of trades) {
    peakWithMfe = Math.max(peakWithMfe, total + mfe);
    intra = Math.min(intra, total + mae - peakWithMfe);
    total += profit;
    if (profit <= 0) {
      closed = Math.min(closed, total - peak);
      isDown = true;
    } else if (total > peak) {
      peak = total;
      if (isDown) longestMs = Math.max(longestMs, exitTime - peakTime);
      peakTime = exitTime;
      isDown = false;
    }
  }
  return { closed, intra, longestMs };
};

const longestRun = (trades: readonly ClosedTrade[], belongs: (trade: ClosedTrade) => boolean): number => {
  let run = 0;
  let longest = 0;
  for (const trade of trades) {
    run = belongs(trade) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
};

const daysOf = ({ entryTime, exitTime }: ClosedTrade): number => (exitTime - entryTime) / dayMs;

const meanDays = (trades: readonly ClosedTrade[]): number => over(exactSum(trades.map(daysOf)), trades.length);

const medianDays = (trades: readonly ClosedTrade[]): number => {
  const days = trades.map(daysOf).toSorted((a, b) => a - b);
  const middle = days.length / 2;
  if (days.length % 2 === 1) return days[Math.floor(middle)] ?? 0;
  return ((days[middle - 1] ?? 0) + (days[middle] ?? 0)) / 2;
};

const sampleDeviation = (values: readonly number[]): number => {
  if (values.length < 2) return 0;
  const mean = exactSum(values) / values.length;
  return Math.sqrt(exactSum(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
};

/** The greatest above and the least below 0. */
const greatest = (values: readonly number[]): number => values.reduce((best, value) => Math.max(best, value), 0);
const least = (values: readonly number[]): number => values.reduce((worst, value) => Math.min(worst, value), 0);

/** A quotient, 0 where there is nothing to divide by. */
const over = (value: number, divisor: number): number => (divisor === 0 ? 0 : value / divisor);

/** Lean's stand-in for a quotient by nothing. */
const ratioOrTen = (value: number, divisor: number): number => (divisor > 0 ? value / divisor : 10);
