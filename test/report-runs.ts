/** Runs of the engine over small made-up markets, for tests that look at reports. */

import { defineStrategy, instrumentFor, prepareRunData, resolveProfile, runBacktest } from '#domain';
import type { BacktestResult, Context, Bars, Feed, RunTrader } from '#domain';

export interface ReportedRun {
  readonly result: BacktestResult;
  readonly feeds: readonly Feed[];
}

export interface FeedSketch {
  readonly symbol?: string;
  readonly closes: readonly number[];
  /** Milliseconds UTC of the first bar, and between bars. */
  readonly start?: number;
  readonly stepMs?: number;
}

const dayMs = 86_400_000;

/** Bars around the closes given: each opens at the close before it and reaches 1 % beyond both. */
const sketchFeed = (
  id: string,
  { symbol = 'TEST', closes, start = Date.UTC(2020, 0, 1), stepMs = dayMs }: FeedSketch,
): Feed => {
  const close = Float64Array.from(closes);
  const open = Float64Array.from(close, (value, i) => close[i - 1] ?? value);
  const bars: Bars = {
    time: Float64Array.from(close, (_value, i) => start + i * stepMs),
    open,
    high: close.map((value, i) => Math.max(value, open[i] ?? value) * 1.01),
    low: close.map((value, i) => Math.min(value, open[i] ?? value) * 0.99),
    close,
    volume: new Float64Array(close.length).fill(1e6),
  };
  return { id, symbol, timeframeMs: stepMs, bars, instrument: { ...instrumentFor(bars, symbol), tick: 0, lot: 0 } };
};

/** A wave around `level`, three bars up and three down, that drifts up. */
export const wave = (count: number, level = 100): number[] =>
  Array.from({ length: count }, (_, i) => level * (1 + 0.05 * Math.sin(i / 3) + i * 0.001 * Math.min(1, 200 / count)));

type OnBar = (ctx: Context) => void;

/** In for three bars, out for three, on every feed. */
const inAndOut: OnBar = (ctx) => {
  for (const id of ctx.ids) {
    if (ctx.step % 6 === 0) ctx.targetPercent(id, 0.5 / ctx.ids.length);
    if (ctx.step % 6 === 3) ctx.close(id);
  }
};

interface RunSketch {
  readonly feeds: Readonly<Record<string, FeedSketch>>;
  readonly name?: string;
  readonly onBar?: OnBar;
  readonly config?: Readonly<Record<string, unknown>>;
}

export const reportedRun = ({ feeds, name = 'sketch', onBar = inAndOut, config = {} }: RunSketch): ReportedRun => {
  const supplied = Object.entries(feeds).map(([id, sketch]) => sketchFeed(id, sketch));
  const strategy = defineStrategy({ name, onBar });
  const trader: RunTrader = { strategy, params: {} };
  const result = runBacktest({
    trader,
    data: prepareRunData('all', supplied),
    profile: resolveProfile('native', config),
  });
  return { result, feeds: supplied };
};
