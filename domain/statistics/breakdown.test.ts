import { expect, it } from 'vitest';
import type { Trade } from '../engine/order.ts';
import type { Feed } from '../market/feed.ts';
import { computeBreakdown } from './breakdown.ts';

const trade = (feed: number, side: Trade['side'], pnl: number, exitTime: number | null = 86_400_000): Trade => ({
  id: 0,
  feed,
  side,
  quantity: 1,
  entryBar: 0,
  entryTime: 0,
  entryPrice: 10,
  exitBar: exitTime === null ? null : 1,
  exitTime,
  exitPrice: exitTime === null ? null : 11,
  stopLoss: null,
  takeProfit: null,
  pnl,
  returnFraction: pnl / 10,
  commission: 1,
  tag: null,
});
const none = new Float64Array(0);
const feed = (id: string, symbol: string): Feed => ({
  id,
  symbol,
  timeframeMs: 1,
  instrument: { symbol, tick: 0, lot: 0, multiplier: 1, currency: 'USD' },
  bars: { time: none, open: none, high: none, low: none, close: none, volume: none },
});

it('takes trades apart by symbol and by side, so that each counts once in both', () => {
  const { bySymbol, bySide, byMonth } = computeBreakdown({
    timeline: Float64Array.of(0),
    equity: Float64Array.of(110),
    startCash: 100,
    feeds: [feed('day', 'A'), feed('hour', 'A'), feed('b', 'B'), feed('c', 'C')],
    trades: [trade(0, 'long', 4), trade(1, 'short', -2), trade(2, 'long', 3), trade(2, 'long', 7, null)],
  });
  expect(bySymbol.map(({ name, trades, profit }) => [name, trades, profit])).toEqual([
    ['A', 2, 2],
    ['B', 1, 3],
    ['C', 0, 0],
  ]);
  expect(bySymbol[0]).toMatchObject({
    winRate: 0.5,
    profitFactor: 2,
    averageTradeDays: 1,
    commission: 2,
    bestTrade: 0.4,
    worstTrade: -0.2,
  });
  expect(bySymbol[1]).toMatchObject({ openTrades: 1, openProfit: 7, profitFactor: null });
  expect(bySymbol[2]).toMatchObject({ winRate: null, averageTrade: null, bestTrade: null });
  expect(bySide.map(({ name, trades }) => [name, trades])).toEqual([
    ['long', 2],
    ['short', 1],
  ]);
  expect(byMonth).toMatchObject([{ year: 1970 }]);
});
