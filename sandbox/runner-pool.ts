/**
 * Several runners on one batch: all have the same data and strategy, and take jobs from one list that
 * is made while they work. One member that kills its runner fails alone; the others are done again.
 */

import { availableParallelism } from 'node:os';
import type { Feed } from '#domain';
import type { StrategyDeclaration } from './declaration.ts';
import { failure } from './failure.ts';
import { chunkJobsMax, chunkTargetMs, outcomesWaitingMax } from './limits.ts';
import { Runner } from './runner.ts';
import type { PendingJob, RunnerOptions } from './runner.ts';
import type { Outcome, RunOutcome } from './outcome.ts';
import type { SandboxJob } from './runner-messages.ts';
import type { StrategySource } from './strategy-source.ts';

export interface RunnerPoolOptions extends RunnerOptions {
  /** Processes. Default: one for each processor that this process may use. */
  readonly runners?: number;
}

/** How one job of a batch ended; `index` counts the jobs from 0 in the order in which they were given. */
export interface BatchOutcome {
  readonly index: number;
  readonly job: SandboxJob;
  readonly outcome: RunOutcome;
}

export class RunnerPool {
  readonly #runners: readonly Runner[];

  constructor({ runners = availableParallelism(), ...options }: RunnerPoolOptions = {}) {
    this.#runners = Array.from({ length: Math.max(1, runners) }, () => new Runner(options));
  }

  /** Processes that work at a time. */
  get size(): number {
    return this.#runners.length;
  }

  /** One of the runners, for single jobs between batches. */
  get first(): Runner {
    return this.#runners[0] as Runner; // there is at least one
  }

  /** Gives all runners their price data, once each. */
  async load(feeds: readonly Feed[]): Promise<Outcome<null>> {
    return firstFailure(await Promise.all(this.#runners.map((runner) => runner.load(feeds))));
  }

  async compile(source: StrategySource): Promise<Outcome<StrategyDeclaration>> {
    return firstFailure(await Promise.all(this.#runners.map((runner) => runner.compile(source))));
  }

  /** See {@link Runner.judge}. */
  judge(paramsList: readonly Readonly<Record<string, unknown>>[]): Promise<Outcome<readonly boolean[]>> {
    return this.first.judge(paramsList);
  }

  /**
   * Runs all jobs and gives their outcomes as they come, not in order. Jobs are taken from the list
   * only when a runner is free and the outcomes before them have been fetched, so a list may be as
   * long as it likes. Leaving the loop early, or `signal`, stops the runners at once.
   */
  async *runMany(
    jobs: Iterable<SandboxJob> | AsyncIterable<SandboxJob>,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<BatchOutcome, void, undefined> {
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) stop.abort();
    const list = new JobList(jobs);
    const outcomes = new OutcomeQueue();
    const workers = this.#runners.map((runner) => new Worker(runner, list, outcomes, stop.signal).work());
    const finished = Promise.all(workers).then(
      () => outcomes.end(),
      (error: unknown) => {
        stop.abort();
        outcomes.fail(error);
      },
    );
    try {
      yield* outcomes.drain();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      stop.abort();
      outcomes.abandon();
      await finished;
      await list.close();
    }
  }

  close(): void {
    for (const runner of this.#runners) runner.close();
  }
}

const firstFailure = <T>(outcomes: readonly Outcome<T>[]): Outcome<T> =>
  outcomes.find(({ ok }) => !ok) ?? (outcomes[0] as Outcome<T>); // a pool has at least one runner

interface ListedJob extends PendingJob {
  readonly job: SandboxJob;
}

/** Hands out the jobs in portions, one caller after the other. */
class JobList {
  readonly #iterator: Iterator<SandboxJob> | AsyncIterator<SandboxJob>;
  #next = 0;
  #done = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(jobs: Iterable<SandboxJob> | AsyncIterable<SandboxJob>) {
    this.#iterator = Symbol.asyncIterator in jobs ? jobs[Symbol.asyncIterator]() : jobs[Symbol.iterator]();
  }

  take(count: number): Promise<ListedJob[]> {
    const turn = this.#turn.then(() => this.#takeNow(count));
    this.#turn = turn.catch(() => undefined); // told to whoever asked
    return turn;
  }

  async close(): Promise<void> {
    if (!this.#done) await this.#iterator.return?.();
    this.#done = true;
  }

  async #takeNow(count: number): Promise<ListedJob[]> {
    const taken: ListedJob[] = [];
    while (!this.#done && taken.length < count) {
      const next = this.#iterator.next();
      const { done, value } = next instanceof Promise ? await next : next;
      if (done === true) this.#done = true;
      else taken.push({ id: this.#next++, job: value });
    }
    return taken;
  }
}

/** Outcomes that wait to be fetched; producers wait when there are many. */
class OutcomeQueue {
  #waiting: BatchOutcome[] = [];
  #ended = false;
  #error: Error | null = null;
  #abandoned = false;
  #wakeConsumer: (() => void) | null = null;
  #wakeProducers: (() => void)[] = [];

  push(outcome: BatchOutcome): void {
    if (this.#abandoned) return;
    this.#waiting.push(outcome);
    this.#wakeConsumer?.();
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (!this.#abandoned && this.#waiting.length >= outcomesWaitingMax) {
      await new Promise<void>((resolve) => this.#wakeProducers.push(resolve));
    }
  }

  end(): void {
    this.#ended = true;
    this.#wakeConsumer?.();
  }

  fail(error: unknown): void {
    this.#error = error instanceof Error ? error : new Error('the list of jobs failed', { cause: error });
    this.end();
  }

  abandon(): void {
    this.#abandoned = true;
    this.#waiting = [];
    this.#letProducersGo();
  }

  async *drain(): AsyncGenerator<BatchOutcome, void, undefined> {
    for (;;) {
      const portion = this.#waiting;
      this.#waiting = [];
      this.#letProducersGo();
      yield* portion;
      if (this.#waiting.length > 0) continue;
      if (this.#ended) break;
      await new Promise<void>((resolve) => {
        this.#wakeConsumer = resolve;
      });
      this.#wakeConsumer = null;
    }
    if (this.#error !== null) throw this.#error;
  }

  #letProducersGo(): void {
    const waiting = this.#wakeProducers;
    this.#wakeProducers = [];
    for (const wake of waiting) wake();
  }
}

/** One runner at work on the list. */
class Worker {
  readonly #runner: Runner;
  readonly #list: JobList;
  readonly #outcomes: OutcomeQueue;
  readonly #signal: AbortSignal;
  /** True while the runner's process has run nothing since it was started; unknown at first, so false. */
  #isFresh = false;
  /** Jobs in one chunk: grown until a chunk takes long enough for its overhead not to count. */
  #chunkJobs = 1;

  constructor(runner: Runner, list: JobList, outcomes: OutcomeQueue, signal: AbortSignal) {
    this.#runner = runner;
    this.#list = list;
    this.#outcomes = outcomes;
    this.#signal = signal;
  }

  async work(): Promise<void> {
    for (;;) {
      await this.#outcomes.room();
      if (this.#signal.aborted) return;
      const chunk = await this.#list.take(this.#chunkJobs);
      if (chunk.length === 0) return;
      const startedAt = performance.now();
      const left = await this.#run(chunk);
      if (left.length === 0) this.#adapt(chunk.length, performance.now() - startedAt);
      else await this.#oneByOne(left);
    }
  }

  /** Runs a chunk; returns the jobs that have no outcome yet since the runner ended before or under them. */
  async #run(chunk: readonly ListedJob[]): Promise<readonly ListedJob[]> {
    let done = 0;
    const ended = await this.#runner.runAll(chunk, {
      onOutcome: (index, outcome) => {
        const { job } = chunk[done++] as ListedJob; // outcomes come in the order of the chunk
        this.#isFresh = false;
        this.#outcomes.push({ index, job, outcome });
      },
      signal: this.#signal,
    });
    if (ended === null) return [];
    const wasFresh = this.#isFresh;
    this.#isFresh = true; // the runner starts its process again
    const [culprit, ...rest] = chunk.slice(done);
    if (culprit === undefined) return [];
    // Memory and crashes may be the work of the jobs before it in the same process: it gets another chance, in a fresh one.
    const isCertain = wasFresh || (ended.failure.code !== 'memory-limit' && ended.failure.code !== 'crashed');
    if (!isCertain) return [culprit, ...rest];
    this.#outcomes.push({ index: culprit.id, job: culprit.job, outcome: { ok: false, failure: ended.failure } });
    if (ended.failure.code !== 'cancelled') return rest;
    for (const { id, job } of rest)
      this.#outcomes.push({
        index: id,
        job,
        outcome: { ok: false, failure: failure('cancelled', 'The batch was cancelled.') },
      });
    return [];
  }

  async #oneByOne(jobs: readonly ListedJob[]): Promise<void> {
    for (const job of jobs) {
      // What is not certain after the first try was not the first job of its process; after the second it is.
      const left = await this.#run([job]);
      if (left.length > 0) await this.#run(left);
    }
  }

  #adapt(jobs: number, tookMs: number): void {
    const fitting = Math.floor((jobs * chunkTargetMs) / Math.max(tookMs, 0.01));
    this.#chunkJobs = Math.min(chunkJobsMax, Math.max(1, Math.min(fitting, this.#chunkJobs * 4)));
  }
}
