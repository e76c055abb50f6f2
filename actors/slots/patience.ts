/** Doing again what an outage has prevented: a store or a journal that is away comes back. */

import type { Clock } from '#kernel';
import { pause } from './bell.ts';

/** How long a slot bears an outage with work in its hands, in milliseconds: longer than a restart takes. */
const patienceMs = 300_000;
const firstPauseMs = 100;
const pauseMsMax = 5_000;

/**
 * Does the work, again and again with growing pauses while it rejects; rejects with its last error when
 * patience or the signal ends. The work must do no harm when it is done twice. Errors that `isFinal`
 * names are no outage.
 */
export const patiently = async <T>(
  work: () => Promise<T>,
  {
    clock,
    signal,
    isFinal = () => false,
  }: { readonly clock: Clock; readonly signal: AbortSignal; readonly isFinal?: (error: unknown) => boolean },
): Promise<T> => {
  const until = clock.now() + patienceMs;
  for (let ms = firstPauseMs; ; ms = Math.min(pauseMsMax, ms * 2)) {
    try {
      return await work();
    } catch (error) {
      if (isFinal(error) || signal.aborted || clock.now() + ms > until) throw error;
    }
    await pause({ ms, clock, signal });
  }
};
