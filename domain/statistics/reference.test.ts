import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, describe, it } from 'vitest';
import type { Trade } from '../engine/order.ts';
import { dayMs, parseTime } from '../market/calendar.ts';
import { computeStatistics } from './statistics.ts';

/** Runs of backtesting.py: where its definitions are ours, its statistics must be ours. */
const folder = new URL('../../../shared/reference/backtests/', import.meta.url);
const data = new URL('../../../shared/data/', import.meta.url);

interface ReferenceRun {
  readonly data: string;
  readonly slice: unknown;
  readonly config: { readonly cash: number };
  readonly stats: Readonly<Record<string, number | null>>;
  readonly trades: readonly {
    readonly size: number;
    readonly entryTime: string;
    readonly exitTime: string;
    readonly entryBar: number;
    readonly exitBar: number;
    readonly entryPrice: number;
    readonly exitPrice: number;
    readonly pnl: number;
    readonly returnPct: number;
  }[];
  readonly equity: readonly number[];
}

describe.runIf(existsSync(folder) && existsSync(data))('runs of backtesting.py', () => {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('goog-')) : [];

  it.each(files)('%s has the same statistics where definitions agree', (name) => {
    // The files are written by one program in this shape; a wrong one fails the comparisons.
    const run = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as ReferenceRun;
    expect(run.slice).toBeNull();
    const rows = readFileSync(new URL('GOOG.csv', data), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    const timeline = Float64Array.from(rows, (row) => parseTime(row[0] ?? ''));
    const column = (index: number): Float64Array => Float64Array.from(rows, (row) => Number(row[index]));
    const trades = run.trades.map((trade, id): Trade => ({
      id,
      feed: 0,
      side: trade.size > 0 ? 'long' : 'short',
      quantity: Math.abs(trade.size),
      entryBar: trade.entryBar,
      entryTime: parseTime(trade.entryTime),
      entryPrice: trade.entryPrice,
      exitBar: trade.exitBar,
      exitTime: parseTime(trade.exitTime),
      exitPrice: trade.exitPrice,
      stopLoss: null,
      takeProfit: null,
      pnl: trade.pnl,
      returnFraction: trade.returnPct,
      commission: 0,
      tag: null,
    }));
    const exposed = new Uint8Array(timeline.length);
    for (const { entryBar, exitBar } of trades) exposed.fill(1, entryBar, (exitBar ?? 0) + 1);
    const ours = computeStatistics({
      timeline,
      equity: Float64Array.from(run.equity),
      exposed,
      trades,
      startCash: run.config.cash,
      feeds: [
        {
          id: 'main',
          symbol: 'GOOG',
          timeframeMs: dayMs,
          instrument: { symbol: 'GOOG', tick: 0, lot: 1, multiplier: 1, currency: 'USD' },
          bars: {
            time: timeline,
            open: column(1),
            high: column(2),
            low: column(3),
            close: column(4),
            volume: column(5),
          },
        },
      ],
      sums: { commission: 0, funding: 0, borrow: 0, dividends: 0, turnover: 0 },
    });
    const theirs = (key: string): number => run.stats[key] ?? NaN;
    expect(ours.trades).toBe(theirs('# Trades'));
    expect(ours.equityFinal).toBeCloseTo(theirs('Equity Final [$]'), 6);
    expect(ours.equityPeak).toBeCloseTo(theirs('Equity Peak [$]'), 6);
    expect(ours.return).toBeCloseTo(theirs('Return [%]') / 100, 9);
    expect(ours.maxDrawdown).toBeCloseTo(theirs('Max. Drawdown [%]') / 100, 9);
    expect(ours.averageDrawdown).toBeCloseTo(theirs('Avg. Drawdown [%]') / 100, 9);
    expect(ours.maxDrawdownDays).toBe(theirs('Max. Drawdown Duration'));
    expect(Math.abs((ours.averageDrawdownDays ?? NaN) - theirs('Avg. Drawdown Duration'))).toBeLessThanOrEqual(1);
    expect(ours.exposure).toBeCloseTo(theirs('Exposure Time [%]') / 100, 9);
    expect(ours.winRate).toBeCloseTo(theirs('Win Rate [%]') / 100, 9);
    expect(ours.bestTrade).toBeCloseTo(theirs('Best Trade [%]') / 100, 9);
    expect(ours.worstTrade).toBeCloseTo(theirs('Worst Trade [%]') / 100, 9);
    expect(ours.averageTrade).toBeCloseTo(theirs('Expectancy [%]') / 100, 9);
    expect(ours.maxTradeDays).toBe(theirs('Max. Trade Duration'));
    expect(ours.sqn).toBeCloseTo(theirs('SQN'), 9);
    expect(ours.kelly).toBeCloseTo(theirs('Kelly Criterion'), 9);
    // A day's difference in where the last bar ends.
    expect(ours.cagr).toBeCloseTo(theirs('CAGR [%]') / 100, 2);
    // Another way to annualise.
    expect(Math.abs((ours.sharpe ?? NaN) - theirs('Sharpe Ratio'))).toBeLessThan(0.25);
  });
});
