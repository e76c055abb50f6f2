/** Walk-forward: parameters chosen on one stretch of the data, scored on the next, again and again. */

import type { BacktestResult, Stretch, WalkForwardSummary, WalkForwardWindow } from '#domain';
import { computeStatistics, planWindows, prepareRunData, prepareStatistics, stitchRuns, WalkForward } from '#domain';
import type { SandboxJob } from '#sandbox';
import { UsageError } from './usage-error.ts';
import { exitCode } from './exit-code.ts';
import { writeReport } from './give-out.ts';
import { collect, runFull, searchSpace } from './run-search.ts';
import type { SearchSetup } from './run-search.ts';
import { StrategyError } from './strategy-error.ts';
import { walkForwardJson, walkForwardText } from './walk-forward-text.ts';

const inSampleShareDefault = 0.7;

/** What `--walk-forward` found: a row per window, and the run that a trader would have seen. */
export interface WalkForwardResult {
  readonly strategy: string;
  /** In-sample runs that were known from an earlier search. */
  readonly cached: number;
  readonly summary: WalkForwardSummary;
  readonly timeline: Float64Array;
  /** Equity of the out-of-sample runs, each beginning with what the one before left. */
  readonly equity: Float64Array;
  readonly startCash: number;
  readonly statistics: ReturnType<typeof computeStatistics>;
}

export const walkForward = async (setup: SearchSetup): Promise<number> => {
  const { declaration, loaded, given, context, rankBy } = setup;
  const { terminal, signal } = context;
  const data = prepareRunData(declaration.data, loaded.feeds);
  const windows = planWindows(data.timeline.length, {
    windows: given.number('walk-forward', { min: 1, max: 1000, whole: true }) ?? 1,
    inSampleShare: given.number('in-sample', { min: 0.05, max: 0.95 }) ?? inSampleShareDefault,
    scheme: given.flag('anchored') ? 'anchored' : 'rolling',
  });
  const space = searchSpace(setup);
  const walk = new WalkForward(windows, rankBy);
  const judged: BacktestResult[] = [];
  let cached = 0;
  for (const window of windows) {
    const spans = spansOf(window, data.timeline);
    const title = `window ${window.number + 1} of ${windows.length}`;
    const { summary, failures, cached: known } = await collect(setup, space, title, spans.inSample);
    cached += known;
    if (signal.aborted) throw new UsageError('interrupted', 'Interrupted.', '');
    const [firstFailure] = failures;
    if (summary.finished === 0 && firstFailure !== undefined) throw new StrategyError(firstFailure.failure);
    for (const { index, result } of summary.ranking)
      walk.addInSample(window.number, index, result.params, result.statistics);
    const chosen = walk.chosen(window.number);
    if (chosen === null) continue;
    const result = await runFull(setup, chosen.params, spans.outOfSample);
    walk.addOutOfSample(window.number, result.statistics);
    judged.push(result);
  }
  const result = { ...joined(declaration.name, walk.summary(), judged, loaded.feeds), cached };
  for (const note of loaded.notes) terminal.note(terminal.style('dim', note));
  terminal.print(
    given.flag('json')
      ? walkForwardJson(result, data.timeline, rankBy)
      : walkForwardText(result, data.timeline, rankBy, terminal),
  );
  const path = given.text('report');
  if (path !== undefined) {
    const { walkForwardReport } = await import('#report');
    await writeReport(path, walkForwardReport({ ...result, rankedBy: rankBy, steps: data.timeline }), terminal);
  }
  return exitCode.done;
};

/** The bars of each run. The out-of-sample run sees the in-sample bars too, for its indicators, and trades none of them. */
const spansOf = (
  { inSample, outOfSample }: WalkForwardWindow,
  timeline: Float64Array,
): { readonly inSample: SandboxJob['span']; readonly outOfSample: SandboxJob['span'] } => {
  const at = (step: number): number => timeline[step] ?? Infinity;
  const end = Number.isFinite(at(outOfSample.to)) ? at(outOfSample.to) : Number.MAX_SAFE_INTEGER; // JSON has no Infinity
  return {
    inSample: { from: at(inSample.from), to: at(inSample.to) },
    outOfSample: { from: at(inSample.from), to: end, tradeFrom: at(outOfSample.from) },
  };
};

/** The out-of-sample runs as one. What they do not tell step by step (exposure) is left at zero and not shown. */
const joined = (
  strategy: string,
  summary: WalkForwardSummary,
  judged: readonly BacktestResult[],
  feeds: SearchSetup['loaded']['feeds'],
): Omit<WalkForwardResult, 'cached'> => {
  const startCash = Number(judged[0]?.settings['cash'] ?? 0);
  let number = 0;
  const stretches = summary.rows.flatMap(({ outOfSampleScore, outOfSampleReturn, window }): Stretch[] => {
    if (outOfSampleScore === null && outOfSampleReturn === null) return [];
    const result = judged[number++];
    return result === undefined ? [] : [stretchOf(result, window, startCash)];
  });
  const run = stitchRuns(stretches, startCash);
  return {
    strategy,
    summary,
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
  exposed: new Uint8Array(timeline.length),
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
