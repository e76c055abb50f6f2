/** Reads that cost much: one at a time for each user, as long as somebody waits for them, and not for ever. */

import { Outage } from '#actors';
import type { Clock } from '#actors';
import { ProblemError } from './errors.ts';

export class CostlyReads {
  readonly #clock: Clock;
  readonly #reading = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs the work with a signal that aborts when the caller departs, or after `timeoutMs` with the problem
   * `state-too-long`. The user's turn ends when the work does, which is to look at the signal often enough.
   */
  async run<T>(
    {
      userId,
      departure,
      timeoutMs,
    }: { readonly userId: string; readonly departure: AbortSignal; readonly timeoutMs: number },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#reading.has(userId)) {
      throw new ProblemError('busy', 'The state of an actor is being made for you already.', { retryAfterSeconds: 1 });
    }
    this.#reading.add(userId);
    const ending = new AbortController();
    const depart = (): void => ending.abort(new Outage('deadline-exceeded', 'The caller no longer waits.'));
    if (departure.aborted) depart();
    else departure.addEventListener('abort', depart, { once: true });
    const disarm = this.#clock.at(this.#clock.now() + timeoutMs, () => {
      ending.abort(
        new ProblemError('state-too-long', undefined, {
          remedy: 'Ask for the state after an earlier event, or for that of now, without a number.',
        }),
      );
    });
    try {
      return await work(ending.signal);
    } finally {
      disarm();
      departure.removeEventListener('abort', depart);
      this.#reading.delete(userId);
    }
  }
}
