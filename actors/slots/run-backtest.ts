/** What a slot does with a backtest: reserve, load, run, store, report; each step told to its actor. */

import { MarketDataMistake } from '#domain';
import type { BacktestResult, Feed } from '#domain';
import type { JobOutcome } from '#ports';
import { backtestKind } from '../backtest/backtest.ts';
import type { AttemptLost, BacktestProgress, BacktestSpec, ReserveCapacity } from '../backtest/backtest-messages.ts';
import { failure } from '../backtest/failure.ts';
import type { Attempt } from './attempt.ts';
import { ProgressMeter } from './progress-meter.ts';
import { messageOf } from './run-jobs.ts';

export const runBacktest = async (attempt: Attempt, id: string): Promise<void> => {
  const { id: attemptId, slot } = attempt;
  const reserve: ReserveCapacity = { type: 'ReserveCapacity', attemptId, slot };
  const reserved = await attempt.say(backtestKind, id, reserve);
  if (!reserved.counts) return;
  await attempt.underLease(
    () => attempt.needs.system.ask(backtestKind, id, { type: 'RenewLease', attemptId }),
    async () => {
      try {
        await runOnce(attempt, id, reserved.reply);
      } catch (error) {
        await lose(attempt, id, error);
      }
    },
  );
};

/** The place where it ran failed: what ran there may be to blame. */
class PlaceFailed extends Error {
  override readonly name = 'PlaceFailed';
}

const runOnce = async (attempt: Attempt, id: string, spec: BacktestSpec): Promise<void> => {
  const { id: attemptId } = attempt;
  const feeds = await loadOrMistake(attempt, spec);
  if (feeds instanceof MarketDataMistake) {
    const diagnostic = failure(feeds.code, feeds.message, feeds.remedy);
    await attempt.say(backtestKind, id, { type: 'RunFailed', attemptId, diagnostic });
    return;
  }
  const started = await attempt.say(backtestKind, id, { type: 'RunStarted', attemptId });
  if (!started.counts) return;
  const outcome = await runInPlace(attempt, id, spec, feeds);
  if (attempt.signal.aborted) throw new Error('The run was stopped.');
  if (!outcome.ok) {
    await attempt.say(backtestKind, id, { type: 'RunFailed', attemptId, diagnostic: outcome.diagnostic });
    return;
  }
  const result = outcome.result as BacktestResult; // keep: 'full' gives a full result
  await storeAndReport(attempt, id, result);
};

const loadOrMistake = async (attempt: Attempt, spec: BacktestSpec): Promise<readonly Feed[] | MarketDataMistake> => {
  try {
    return await attempt.patiently(
      () => attempt.feeds.load(spec),
      (error) => error instanceof MarketDataMistake,
    );
  } catch (error) {
    if (error instanceof MarketDataMistake) return error;
    throw error;
  }
};

const runInPlace = async (
  { place, signal, needs: { bus, clock } }: Attempt,
  id: string,
  { owner, source, params, profile, config, seed, feeds: wanted }: BacktestSpec,
  feeds: readonly Feed[],
): Promise<JobOutcome> => {
  const meter = new ProgressMeter(clock);
  let outcome: JobOutcome | null = null;
  try {
    await place.runner.run({
      userId: owner,
      source,
      feeds,
      jobs: [{ params, profile, config, seed, keep: 'full', span: null }],
      onProgress: (_index, { step, steps, equity }) => {
        const progress = meter.at({ done: step, total: steps });
        if (progress === null) return;
        const { percent, perSecond, etaSeconds } = progress;
        const barsPerSecond = Math.round(perSecond * wanted.length);
        const data: BacktestProgress = { backtestId: id, percent, barsPerSecond, etaSeconds, equity };
        bus.publish({ channel: `backtest:${id}`, key: 'progress', data: { type: 'progress', ...data } });
      },
      onOutcome: (_index, told) => {
        outcome = told;
      },
      signal,
    });
  } catch (error) {
    place.close();
    throw new PlaceFailed(messageOf(error), { cause: error });
  }
  // The assignment happens inside the call above, which the compiler does not follow.
  const told = outcome as JobOutcome | null;
  if (told === null) throw new PlaceFailed('The place of the run gave no outcome.');
  return told;
};

/** The result counts when the actor says so; else nobody will ever ask for it, and it is removed. */
const storeAndReport = async (attempt: Attempt, id: string, result: BacktestResult): Promise<void> => {
  const {
    id: attemptId,
    needs: { results },
  } = attempt;
  const { statistics, tradeHash } = result;
  await attempt.patiently(() => results.store(attemptId, result));
  const stored = await attempt.say(backtestKind, id, { type: 'ResultsStored', attemptId, statistics, tradeHash });
  if (!stored.counts) await attempt.takeBack();
};

/** Says that the attempt came to nothing, or takes back what it may have stored where nobody wants to know. */
const lose = async (attempt: Attempt, id: string, error: unknown): Promise<void> => {
  const { id: attemptId, end, needs } = attempt;
  if (end === 'withdrawn' || end === 'stale') {
    await attempt.takeBackUnless(async () => {
      const answer = await needs.system.ask(backtestKind, id, { type: 'GetBacktest' });
      return answer.type === 'replied' && answer.reply.attemptId === attemptId;
    });
    return;
  }
  const command: AttemptLost = {
    type: 'AttemptLost',
    attemptId,
    reason: messageOf(error),
    blame: error instanceof PlaceFailed && end === null ? 'work' : 'place',
  };
  await attempt.say(backtestKind, id, command);
};
