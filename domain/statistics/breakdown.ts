/** A run taken apart: by symbol, by side and by month. */

import type { Trade } from '../engine/order.ts';
import { dayMs } from '../market/calendar.ts';
import { statisticDefinitions } from './definitions.ts';
import { monthlyReturns } from './monthly-returns.ts';
import type { YearOfReturns } from './monthly-returns.ts';
import type { StatisticsInput } from './statistics.ts';
import { summarizeTrades } from './trade-summary.ts';

/** The part of the trades that has something in common. Fields as the statistics of the same names. */
export interface TradeGroup {
  /** Symbol or side. */
  readonly name: string;
  readonly trades: number;
  readonly openTrades: number;
  /** Currency, commissions deducted. */
  readonly profit: number;
  /** Of the trades still open, marked to the last close. */
  readonly openProfit: number;
  readonly winRate: number | null;
  readonly averageTrade: number | null;
  readonly bestTrade: number | null;
  readonly worstTrade: number | null;
  readonly profitFactor: number | null;
  readonly sqn: number | null;
  readonly averageTradeDays: number | null;
  readonly commission: number;
}

export interface Breakdown {
  /** In the order of the feeds; a symbol without trades is there too. */
  readonly bySymbol: readonly TradeGroup[];
  readonly bySide: readonly [long: TradeGroup, short: TradeGroup];
  readonly byMonth: readonly YearOfReturns[];
}

/** Computed for results that people read, not for members of a batch. */
export const computeBreakdown = (
  run: Pick<StatisticsInput, 'timeline' | 'equity' | 'trades' | 'feeds' | 'startCash'>,
): Breakdown => {
  const symbols = [...new Set(run.feeds.map(({ symbol }) => symbol))];
  const symbolOf = (trade: Trade): string | undefined => run.feeds[trade.feed]?.symbol;
  return {
    bySymbol: symbols.map((symbol) =>
      groupOf(
        symbol,
        run.trades.filter((trade) => symbolOf(trade) === symbol),
      ),
    ),
    bySide: [
      groupOf(
        'long',
        run.trades.filter(({ side }) => side === 'long'),
      ),
      groupOf(
        'short',
        run.trades.filter(({ side }) => side === 'short'),
      ),
    ],
    byMonth: monthlyReturns(run.timeline, run.equity, run.startCash),
  };
};

const groupOf = (name: string, trades: readonly Trade[]): TradeGroup => {
  const summary = summarizeTrades(trades);
  const known = (value: number, minimum = 1): number | null =>
    summary.count >= minimum && Number.isFinite(value) ? value : null;
  return {
    name,
    trades: summary.count,
    openTrades: summary.open,
    profit: summary.profit,
    openProfit: summary.openProfit,
    winRate: known(summary.wins / summary.count),
    averageTrade: known(summary.averageReturn),
    bestTrade: known(summary.best),
    worstTrade: known(summary.worst),
    profitFactor: known(summary.profitFactor),
    sqn: known(summary.sqn, statisticDefinitions.sqn.minimumSamples),
    averageTradeDays: known(summary.averageMs / dayMs),
    commission: summary.commission,
  };
};
