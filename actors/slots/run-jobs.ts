/** Runs many jobs in a slot's place. A job that brings the place down is tried once more in a new one, then fails alone. */

import type { Feed } from '#domain';
import type { Job, JobOutcome, SourceFiles } from '#ports';
import { failure } from '../backtest/failure.ts';
import type { Attempt } from './attempt.ts';

export interface JobRun {
  readonly userId: string;
  readonly source: SourceFiles;
  readonly feeds: readonly Feed[];
}

/** Places that one list of jobs may bring down before the fault is sought elsewhere. */
const placesMax = 20;

/** Each outcome is told once, by the job's number in the list. Returns early when the attempt ends. */
export const runJobs = async (
  { place, signal }: Attempt,
  run: JobRun,
  jobs: readonly Job[],
  onOutcome: (index: number, outcome: JobOutcome) => void,
): Promise<void> => {
  let pending = jobs.map((job, index) => ({ job, index }));
  let suspect = -1;
  let failures = 0;
  while (pending.length > 0 && !signal.aborted) {
    const finished = new Set<number>();
    let crash: unknown = null;
    try {
      await place.runner.run({
        ...run,
        jobs: pending.map(({ job }) => job),
        onProgress: () => undefined,
        onOutcome: (at, outcome) => {
          const entry = pending[at];
          if (signal.aborted || entry === undefined || finished.has(entry.index)) return;
          finished.add(entry.index);
          onOutcome(entry.index, outcome);
        },
        signal,
      });
    } catch (error) {
      place.close();
      crash = error;
    }
    if (signal.aborted) return;
    const [culprit, ...rest] = pending.filter(({ index }) => !finished.has(index));
    pending = culprit === undefined ? [] : [culprit, ...rest];
    if (culprit === undefined) return;
    if (crash === null) throw new Error('The place of the run gave no outcome.');
    if (++failures > placesMax) throw new Error(`${placesMax} places failed in a row.`, { cause: crash });
    if (suspect === culprit.index) {
      onOutcome(culprit.index, {
        ok: false,
        diagnostic: failure('crashed', `The run brought its place down: ${messageOf(crash)}`),
      });
      pending = rest;
    }
    suspect = culprit.index;
  }
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
