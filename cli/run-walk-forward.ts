/** Walk-forward: parameters chosen on one stretch of the data, scored on the next, again and again. */

import type { BacktestResult, WalkedRun, WalkForwardSummary } from '#domain';
import { joinOutOfSample, planWindows, prepareRunData, WalkForward, windowSpans } from '#domain';
import { UsageError } from './usage-error.ts';
import { exitCode } from './exit-code.ts';
import { writeReport } from './give-out.ts';
import { collect, runFull, searchSpace } from './run-search.ts';
import type { SearchSetup } from './run-search.ts';
import { StrategyError } from './strategy-error.ts';
import { walkForwardJson, walkForwardText } from './walk-forward-text.ts';

const inSampleShareDefault = 0.7;

/** What `--walk-forward` found: a row per window, and the run that a trader would have seen. */
export interface WalkForwardResult extends WalkedRun {
  readonly strategy: string;
  /** In-sample runs that were known from an earlier search. */
  readonly cached: number;
  readonly summary: WalkForwardSummary;
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
    const spans = windowSpans(window, data.timeline);
    const title = `window ${window.number + 1} of ${windows.length}`;
    const { summary: searched, failures, cached: known } = await collect(setup, space, title, spans.inSample);
    cached += known;
    if (signal.aborted) throw new UsageError('interrupted', 'Interrupted.', '');
    const [firstFailure] = failures;
    if (searched.finished === 0 && firstFailure !== undefined) throw new StrategyError(firstFailure.failure);
    for (const { index, result } of searched.ranking)
      walk.addInSample(window.number, index, result.params, result.statistics);
    const chosen = walk.chosen(window.number);
    if (chosen === null) continue;
    const result = await runFull(setup, chosen.params, spans.outOfSample);
    walk.addOutOfSample(window.number, result.statistics);
    judged.push(result);
  }
  const summary = walk.summary();
  const result = {
    strategy: declaration.name,
    summary,
    ...joinOutOfSample(summary, judged, loaded.feeds),
    cached,
  };
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
