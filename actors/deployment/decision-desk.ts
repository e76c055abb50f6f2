/**
 * Where live decisions are made: places for runs of their own, so that no decision waits behind
 * backtests, nor they behind decisions. Users take turns, and have one place at a time, so that one
 * whose strategies are slow leaves the other places to the others; it is the one where they were
 * last, for their process still runs there.
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
  /** Who is here. */
  userId: string | null;
}

/** A place that fails under a decision may have been brought down by an earlier one; under the same one twice it is that one. */
const triesMax = 2;
/** Users of whom it is remembered where they were last; far more than have a process there. */
const rememberedMax = 1_000;

export class DecisionDesk {
  /** Whoever is new gets the free one that was used longest ago: the first. */
  #desks: readonly Desk[];
  /** By user, in the order in which they take turns. */
  readonly #waiting = new Map<string, Waiting[]>();
  /** By user, least recently seated first. */
  readonly #lastDesks = new Map<string, Desk>();

  constructor({ places, openRunner }: { readonly places: number; readonly openRunner: () => JobRunner }) {
    this.#desks = Array.from({ length: places }, () => ({ place: new Place(openRunner), userId: null }));
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
    for (const [userId, queue] of this.#waiting) {
      if (this.#desks.some((desk) => desk.userId === userId)) continue;
      const desk = this.#freeDesk(userId);
      if (desk === undefined) return;
      const waiting = queue.shift();
      // To the end of those who wait, or out of their row.
      this.#waiting.delete(userId);
      if (queue.length > 0) this.#waiting.set(userId, queue);
      if (waiting !== undefined) void this.#serve(desk, waiting);
    }
  }

  #freeDesk(userId: string): Desk | undefined {
    const free = this.#desks.filter((desk) => desk.userId === null);
    const last = this.#lastDesks.get(userId);
    return free.find((desk) => desk === last) ?? free[0];
  }

  async #serve(desk: Desk, { request, resolve }: Waiting): Promise<void> {
    this.#seat(desk, request.userId);
    const outcome = await decideAt(desk.place, request);
    desk.userId = null;
    resolve(outcome);
    this.#seatNext();
  }

  #seat(desk: Desk, userId: string): void {
    desk.userId = userId;
    this.#desks = [...this.#desks.filter((other) => other !== desk), desk];
    this.#lastDesks.delete(userId);
    this.#lastDesks.set(userId, desk);
    const [oldest] = this.#lastDesks.keys();
    if (this.#lastDesks.size > rememberedMax && oldest !== undefined) this.#lastDesks.delete(oldest);
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
