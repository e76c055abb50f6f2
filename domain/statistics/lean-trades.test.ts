/** Trades and statistics that Lean's own tests expect, and an excursion worked out by hand. */

import { describe, expect, it } from 'vitest';
import type { Trade } from '../engine/order.ts';
import { allocateBars } from '../market/bars.ts';
import { dayMs } from '../market/calendar.ts';
import type { Feed } from '../market/feed.ts';
import { leanTradeStatistics } from './lean-trades.ts';

const minuteMs = 60_000;

interface Deal {
  readonly units: number;
  readonly entry: number;
  readonly exit: number;
  /** Closes after the entry. */
  readonly closes: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Each deal trades in a feed of its own; times in minutes; 2 are paid for each. */
const statisticsOf = (deals: readonly Deal[]) => {
  const feeds = deals.map(({ entry, closes }, i): Feed => {
    const bars = allocateBars(closes.length + 1);
    [entry, ...closes].forEach((close, bar) => void (bars.close[bar] = close));
    const instrument = { symbol: `X${i}`, tick: 0, lot: 1, multiplier: 1, currency: 'USD' };
    return { id: `x${i}`, symbol: `X${i}`, timeframeMs: minuteMs, instrument, bars };
  });
  const trades = deals.map(({ units, entry, exit, closes, from, to }, i): Trade => {
    const pnl = units * (exit - entry) - 2;
    return {
      id: i,
      feed: i,
      side: units > 0 ? 'long' : 'short',
      quantity: Math.abs(units),
      entryBar: 0,
      entryTime: from * minuteMs,
      entryPrice: entry,
      exitBar: closes.length,
      exitTime: to * minuteMs,
      exitPrice: exit,
      stopLoss: null,
      takeProfit: null,
      pnl,
      returnFraction: 0,
      commission: 2,
      tag: null,
    };
  });
  return leanTradeStatistics(trades, feeds);
};

const first = { entry: 107, exit: 109, from: 0, to: 20 };
const second = { entry: 108, exit: 109, from: 10, to: 40 };
const third = { entry: 108, exit: 109, from: 30, to: 40 };

describe("Lean's statistics of trades", () => {
  it('are those that it expects of three winners', () => {
    const values = statisticsOf([
      { ...first, units: 10, closes: [106.5, 110] },
      { ...second, units: 20, closes: [106.5, 110] },
      { ...third, units: 10, closes: [106.5, 111] },
    ]);
    expect(values).toMatchObject({
      'Total Number Of Trades': 3,
      'Total Profit Loss': 50,
      'Largest Profit': 20,
      'Average Profit': 16.6667,
      'Average Trade Duration': Number(((20 * minuteMs) / dayMs).toFixed(4)),
      'Max Consecutive Winning Trades': 3,
      'Trade Profit-Loss Ratio': 0,
      'Win Loss Ratio': 10,
      'Trade Win Rate': 1,
      'Average MAE': -16.6667,
      'Average MFE': 33.3333,
      'Largest MAE': -30,
      'Largest MFE': 40,
      'Maximum Closed Trade Drawdown': 0,
      'Maximum Intra Trade Drawdown': -70,
      'Profit Loss Standard Deviation': 5.7735,
      'Profit Factor': 10,
      'Trade Sharpe Ratio': 2.8868,
      'Trade Sortino Ratio': 0,
      'Profit To Max Drawdown Ratio': 10,
      'Maximum End Trade Drawdown': -20,
      'Average End Trade Drawdown': -16.6667,
      'Maximum Drawdown Duration': 0,
      'Trade Total Fees': 6,
    });
  });

  it('are those that it expects of three losers', () => {
    const values = statisticsOf([
      { ...first, units: -10, closes: [106.5, 110] },
      { ...second, units: -20, closes: [106.5, 110] },
      { ...third, units: -10, closes: [106.5, 111] },
    ]);
    expect(values).toMatchObject({
      'Number Of Losing Trades': 3,
      'Total Loss': -50,
      'Largest Loss': -20,
      'Trade Average Loss': -16.6667,
      'Max Consecutive Losing Trades': 3,
      'Win Loss Ratio': 0,
      'Trade Loss Rate': 1,
      'Average MAE': -33.3333,
      'Average MFE': 16.6667,
      'Maximum Closed Trade Drawdown': -50,
      'Maximum Intra Trade Drawdown': -80,
      'Profit Loss Downside Deviation': 5.7735,
      'Profit Factor': 0,
      'Trade Sharpe Ratio': -2.8868,
      'Trade Sortino Ratio': -2.8868,
      'Profit To Max Drawdown Ratio': -1,
      'Maximum End Trade Drawdown': -50,
      'Average End Trade Drawdown': -33.3333,
      'Maximum Drawdown Duration': 0,
    });
  });

  it('measures the time from a peak to the next one', () => {
    const day = dayMs / minuteMs;
    const deal = { units: 1, entry: 100, closes: [100] };
    const values = statisticsOf([
      { ...deal, exit: 110, from: 0, to: day },
      { ...deal, exit: 95, from: day, to: 2 * day },
      { ...deal, exit: 120, from: 3 * day, to: 5 * day },
    ]);
    expect(values).toMatchObject({
      'Maximum Drawdown Duration': 4,
      'Maximum Closed Trade Drawdown': -5,
      'Median Trade Duration': 1,
    });
  });

  it('are 0 without a trade', () => {
    expect(Object.values(statisticsOf([])).every((value) => value === 0)).toBe(true);
  });
});
