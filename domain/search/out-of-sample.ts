/** The runs of a walk-forward: over which bars each goes, and the one run that they make together. */

import type { BacktestResult } from '../engine/result.ts';
import type { Feed } from '../market/feed.ts';
import { computeStatistics, prepareStatistics } from '../statistics/statistics.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { stitchRuns } from './stitch.ts';
import type { Stretch } from './stitch.ts';
import type { WalkForwardSummary, WalkForwardWindow } from './walk-forward.ts';

/** Milliseconds UTC, half-open; bars before `tradeFrom` warm indicators only. */
interface WindowSpan {
  readonly from: number;
  readonly to: number;
  readonly tradeFrom?: number;
}

/** The bars of each run. The out-of-sample run sees the in-sample bars too, for its indicators, and trades none of them. */
export const windowSpans = (
  { inSample, outOfSample }: WalkForwardWindow,
  timeline: Float64Array,
): { readonly inSample: WindowSpan; readonly outOfSample: WindowSpan } => {
  const at = (step: number): number => timeline[step] ?? Number.MAX_SAFE_INTEGER; // JSON has no infinity
  return {
    inSample: { from: at(inSample.from), to: at(inSample.to) },
    outOfSample: { from: at(inSample.from), to: at(outOfSample.to), tradeFrom: at(outOfSample.from) },
  };
};

/** What a trader would have seen who followed the walk. */
export interface WalkedRun {
  readonly timeline: Float64Array;
  /** Each out-of-sample run begins with what the one before left. */
  readonly equity: Float64Array;
  readonly startCash: number;
  readonly statistics: Statistics;
}

/**
 * The out-of-sample runs as one. `judged` are their results, one for each window that had a choice, in
 * order. What they do not tell step by step (exposure) is left at zero.
 */
export const joinOutOfSample = (
  { rows }: Pick<WalkForwardSummary, 'rows'>,
  judged: readonly BacktestResult[],
  feeds: readonly Feed[],
): WalkedRun => {
  const startCash = Number(judged[0]?.settings['cash'] ?? 0);
  const walked = rows.filter((row) => row.outOfSampleScore !== null || row.outOfSampleReturn !== null);
  const stretches = walked.flatMap(({ window }, number): Stretch[] => {
    const result = judged[number];
    return result === undefined ? [] : [stretchOf(result, window, startCash)];
  });
  const run = stitchRuns(stretches, startCash);
  return {
    timeline: run.timeline,
    equity: run.equity,
    startCash,
    statistics: computeStatistics({ ...run, feeds }, prepareStatistics(run.timeline, feeds)),
  };
};

const stretchOf = (
  { timeline, equity, trades, statistics }: BacktestResult,
  { inSample, outOfSample }: WalkForwardWindow,
  startCash: number,
): Stretch => ({
  timeline,
  equity,
  exposed: new Uint8Array(timeline.length), // a result does not tell it step by step
  trades,
  startCash,
  sums: {
    commission: statistics.commission ?? 0,
    funding: statistics.funding ?? 0,
    borrow: statistics.borrow ?? 0,
    dividends: statistics.dividends ?? 0,
    turnover: statistics.turnover ?? 0,
  },
  firstStep: outOfSample.from - inSample.from,
});
