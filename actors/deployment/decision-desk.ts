/**
 * Where live decisions are made: places for runs of their own, so that no decision waits behind
 * backtests, nor they behind decisions. Users take turns; a user who has been at a place goes back to
 * it, where his process still runs.
 */

import type { Feed } from '#domain';
import type { Job, JobOutcome, JobRunner, SourceFiles } from '#ports';
import { failure } from '../backtest/failure.ts';
import { messageOf } from '../slots/run-jobs.ts';
import { Place } from '../slots/place.ts';

export interface DecisionRequest {
  readonly userId: string;
  readonly source: SourceFiles;
  readonly feeds: readonly Feed[];
  readonly job: Job;
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly request: DecisionRequest;
  readonly resolve: (outcome: JobOutcome | null) => void;
}

interface Desk {
  readonly place: Place;
  /** Who was here last. */
  userId: string | null;
  isBusy: boolean;
}

/** A place that fails under a decision may have been brought down by an earlier one; under the same one twice it is that one. */
const triesMax = 2;

export class DecisionDesk {
  readonly #desks: readonly Desk[];
  /** By user, in the order in which they take turns. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor({ places, openRunner }: { readonly places: number; readonly openRunner: () => JobRunner }) {
    this.#desks = Array.from({ length: places }, () => ({ place: new Place(openRunner), userId: null, isBusy: false }));
  }

  /** Runs the job when it is its user's turn. null when the signal has aborted. */
  decide(request: DecisionRequest): Promise<JobOutcome | null> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(request.userId);
      if (queue === undefined) this.#waiting.set(request.userId, [{ request, resolve }]);
      else queue.push({ request, resolve });
      this.#seatNext();
    });
  }

  close(): void {
    for (const { place } of this.#desks) place.close();
  }

  #seatNext(): void {
    for (;;) {
      const free = this.#desks.filter(({ isBusy }) => !isBusy);
      const [next] = this.#waiting;
      if (free.length === 0 || next === undefined) return;
      const [userId, queue] = next;
      const waiting = queue.shift();
      // To the end of those who wait, or out of their row.
      this.#waiting.delete(userId);
      if (queue.length > 0) this.#waiting.set(userId, queue);
      const desk = free.find((one) => one.userId === userId) ?? free.find((one) => one.userId === null) ?? free[0];
      if (waiting === undefined || desk === undefined) continue;
      desk.isBusy = true;
      desk.userId = userId;
      void this.#serve(desk, waiting);
    }
  }

  async #serve(desk: Desk, { request, resolve }: Waiting): Promise<void> {
    const outcome = await decideAt(desk.place, request);
    desk.isBusy = false;
    resolve(outcome);
    this.#seatNext();
  }
}

const decideAt = async (
  place: Place,
  { userId, source, feeds, job, signal }: DecisionRequest,
): Promise<JobOutcome | null> => {
  let problem = 'It gave no outcome.';
  for (let tries = 0; tries < triesMax && !signal.aborted; tries++) {
    let outcome: JobOutcome | null = null;
    try {
      await place.runner.run({
        userId,
        source,
        feeds,
        jobs: [job],
        onProgress: () => undefined,
        onOutcome: (_index, told) => {
          outcome = told;
        },
        signal,
      });
    } catch (error) {
      place.close();
      problem = messageOf(error);
    }
    // The assignment happens inside the call above, which the compiler does not follow.
    const told = outcome as JobOutcome | null;
    if (told !== null) return told;
  }
  return signal.aborted
    ? null
    : { ok: false, diagnostic: failure('crashed', `The decision brought its place down: ${problem}`) };
};
