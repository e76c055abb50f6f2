/** Writes what gathers every so often; what can't be written stays gathered, and is tried again the next time. */

import type { Clock } from '#kernel';
import { pause } from '../slots/bell.ts';

export interface SteadyWriting {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Writes all that has gathered; what it could not write is there the next time. */
  readonly write: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** An outage is waited for; after so much of it whoever supervises the writing is told, and starts it again. */
const failingMsMax = 60_000;

/** Runs until the signal aborts, and writes what is left then. Rejects with the failure of a write that has failed for a minute. */
export const writeSteadily = async ({ clock, everyMs, write, signal }: SteadyWriting): Promise<void> => {
  let failingSince: number | null = null;
  while (!signal.aborted) {
    await pause({ ms: everyMs, clock, signal });
    if (signal.aborted) break;
    try {
      await write();
      failingSince = null;
    } catch (error) {
      failingSince ??= clock.now();
      if (clock.now() - failingSince >= failingMsMax) throw error;
    }
  }
  await write();
};
