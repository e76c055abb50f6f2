/** A full run, or the same one kept from before: nobody can tell them apart but by the time they take. */

import type { BacktestResult } from '#domain';
import type { RunOutcome, SandboxJob, StrategyDeclaration } from '#sandbox';
import { StrategyError } from '../strategy-error.ts';
import type { ResultCache } from './result-cache.ts';
import type { RunIdentity } from './result-key.ts';

export interface FullRun {
  readonly result: BacktestResult;
  /** True when it was kept from before. */
  readonly cached: boolean;
  /** Of running; of looking it up when it was kept. */
  readonly seconds: number;
}

/** The values that a run will have, in the order of the declaration: what was given, which has been checked, and defaults. */
export const resolvedParams = (
  { params }: StrategyDeclaration,
  given: SandboxJob['params'],
): Readonly<Record<string, unknown>> => {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(params))
    values[name] = Object.hasOwn(given, name) ? given[name] : params[name]?.default;
  return values;
};

interface Work {
  /** What has to be done before, and is not part of the time that running takes. */
  readonly prepare?: () => Promise<void>;
  readonly run: () => Promise<RunOutcome>;
}

/**
 * Does the work that `identity` names unless its result is known. Throws {@link StrategyError}; a
 * failure is never kept, since memory and time may be the machine's.
 */
export const recallOrRun = async (
  cache: ResultCache | null,
  identity: RunIdentity,
  { prepare, run }: Work,
): Promise<FullRun> => {
  const startedAt = performance.now();
  const kept = (await cache?.recallRun(identity)) ?? null;
  if (kept !== null) return { result: kept, cached: true, seconds: (performance.now() - startedAt) / 1000 };
  await prepare?.();
  const runningSince = performance.now();
  const outcome = await run();
  if (!outcome.ok) throw new StrategyError(outcome.failure);
  const tookMs = performance.now() - runningSince;
  const result = outcome.value as BacktestResult; // keep: 'full' gives a full result
  await cache?.keepRun(identity, result, tookMs);
  return { result, cached: false, seconds: tookMs / 1000 };
};
