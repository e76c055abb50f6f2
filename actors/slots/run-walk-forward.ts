/** One walk-forward: in each window all combinations on the past, then the best one on what came after. */

import { createHash } from 'node:crypto';
import {
  combinations,
  isStatisticKey,
  joinOutOfSample,
  planWindows,
  prepareRunData,
  SearchMistake,
  MarketDataMistake,
  WalkForward,
  windowSpans,
} from '#domain';
import type { BacktestResult, Grid, RunData, WalkForwardWindow } from '#domain';
import type { Declared, Job, JobOutcome, MemberResult } from '#ports';
import type { BatchPlan, BatchSpec, WalkForwardReport } from '../batch/batch-messages.ts';
import type { Member } from '../batch/member-plan.ts';
import type { Attempt } from './attempt.ts';
import { runJobs } from './run-jobs.ts';
import type { JobRun } from './run-jobs.ts';

/** As on the command line. */
const inSampleShareDefault = 0.7;

/** Jobs handed to a place at a time: a grid is never held as a list. */
const jobsAtOnce = 2_000;

/** Points of equity that a member of a batch keeps. */
const equityPointsMax = 500;

interface WalkForwardRun {
  readonly spec: BatchSpec;
  readonly declared: Declared;
  readonly grid: Grid;
  readonly walk: Extract<BatchPlan, { readonly type: 'walk-forward' }>;
  readonly member: Member;
}

export type WalkForwardFound =
  | { readonly failure: string }
  | { readonly result: Omit<MemberResult, 'symbols'>; readonly report: WalkForwardReport };

/** Undone when the attempt ends early: then what it gives means nothing. */
export const runWalkForward = async (
  attempt: Attempt,
  run: JobRun,
  { spec, declared, grid, walk: plan, member }: WalkForwardRun,
): Promise<WalkForwardFound> => {
  const layout = laidOut(declared, run, plan);
  if ('failure' in layout) return layout;
  const { data, windows } = layout;
  const rankBy = isStatisticKey(spec.rankBy) ? spec.rankBy : 'sharpe'; // the batch refuses others
  const walk = new WalkForward(windows, rankBy);
  const judged: BacktestResult[] = [];
  for (const window of windows) {
    const spans = windowSpans(window, data.timeline);
    const failure = await searchInSample(attempt, run, { spec, grid, window, walk, span: spans.inSample });
    if (attempt.signal.aborted) return { failure: 'stopped' };
    if (failure !== null) return { failure };
    const chosen = walk.chosen(window.number);
    if (chosen === null) continue;
    const outcome = await runOne(attempt, run, jobOf(spec, chosen.params, 'full', spans.outOfSample));
    if (outcome === null) return { failure: 'stopped' };
    if (!outcome.ok) return { failure: outcome.diagnostic.message };
    const result = outcome.result as BacktestResult; // keep: 'full' gives a full result
    walk.addOutOfSample(window.number, result.statistics);
    judged.push(result);
  }
  return joined({ walk, judged, data, index: member.index });
};

const laidOut = (
  declared: Declared,
  { feeds }: JobRun,
  { windows, inSampleShare = inSampleShareDefault, anchored = false }: WalkForwardRun['walk'],
): { readonly data: RunData; readonly windows: readonly WalkForwardWindow[] } | { readonly failure: string } => {
  try {
    const data = prepareRunData(declared.data, feeds);
    const scheme = anchored ? 'anchored' : 'rolling';
    return { data, windows: planWindows(data.timeline.length, { windows, inSampleShare, scheme }) };
  } catch (error) {
    if (error instanceof SearchMistake || error instanceof MarketDataMistake) return { failure: error.message };
    throw error;
  }
};

/** Runs every combination over a window's past; why none of them came to an end, or null. */
const searchInSample = async (
  attempt: Attempt,
  run: JobRun,
  {
    spec,
    grid,
    window,
    walk,
    span,
  }: Pick<WalkForwardRun, 'spec' | 'grid'> & {
    readonly window: WalkForwardWindow;
    readonly walk: WalkForward;
    readonly span: Job['span'];
  },
): Promise<string | null> => {
  let finished = 0;
  let failure: string | null = null;
  for (let from = 0; from < grid.size && !attempt.signal.aborted; from += jobsAtOnce) {
    const part = [...combinations(grid, null, from, from + jobsAtOnce)];
    const jobs = part.map(({ params }) => jobOf(spec, params, 'summary', span));
    await runJobs(attempt, run, jobs, (at, outcome) => {
      const combination = part[at];
      if (combination === undefined) return;
      if (outcome.ok) {
        finished++;
        const { params, statistics } = outcome.result;
        walk.addInSample(window.number, combination.index, params, statistics);
      } else if (outcome.diagnostic.code !== 'param-constraint') failure ??= outcome.diagnostic.message;
    });
  }
  return finished === 0 ? failure : null;
};

const jobOf = (
  { profile, config, seed }: BatchSpec,
  params: Job['params'],
  keep: Job['keep'],
  span: Job['span'],
): Job => ({ params, profile, config, seed, keep, span: span ?? null });

const runOne = async (attempt: Attempt, run: JobRun, job: Job): Promise<JobOutcome | null> => {
  let outcome: JobOutcome | null = null;
  await runJobs(attempt, run, [job], (_at, told) => {
    outcome = told;
  });
  return outcome;
};

/** The out-of-sample runs as the one run that a trader would have seen, each beginning with what the one before left. */
const joined = ({
  walk,
  judged,
  data,
  index,
}: {
  readonly walk: WalkForward;
  readonly judged: readonly BacktestResult[];
  readonly data: RunData;
  readonly index: number;
}): WalkForwardFound => {
  const summary = walk.summary();
  if (judged.length === 0) return { failure: 'No window had a combination with a score.' };
  const { equity, statistics } = joinOutOfSample(summary, judged, data.feeds);
  const last = summary.rows.findLast((row) => row.outOfSampleScore !== null || row.outOfSampleReturn !== null);
  return {
    result: {
      index,
      params: last?.chosen?.params ?? {},
      statistics,
      tradeHash: hashOf(judged.map(({ tradeHash }) => tradeHash)),
      failure: null,
      equity: thinned(equity),
    },
    report: {
      index,
      windows: summary.rows.map(
        ({ window, chosen, inSampleScore, outOfSampleScore, outOfSampleReturn, degradation }) => ({
          inSampleFrom: data.timeline[window.inSample.from] ?? 0,
          outOfSampleFrom: data.timeline[window.outOfSample.from] ?? 0,
          outOfSampleTo: data.timeline[window.outOfSample.to] ?? null,
          params: chosen?.params ?? null,
          inSampleScore,
          outOfSampleScore,
          outOfSampleReturn,
          degradation,
        }),
      ),
      degradation: summary.degradation,
      profitableWindows: summary.profitableWindows,
    },
  };
};

/** 32 hex digits, as a single run's. */
const hashOf = (hashes: readonly string[]): string =>
  createHash('sha256').update(hashes.join('')).digest('hex').slice(0, 32);

const thinned = (equity: Float64Array): readonly number[] => {
  const points = Math.min(equity.length, equityPointsMax);
  if (points === equity.length) return [...equity];
  return Array.from({ length: points }, (_, i) => equity[Math.round((i * (equity.length - 1)) / (points - 1))] ?? NaN);
};
