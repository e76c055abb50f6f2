/** A place for jobs that is a process of the sandbox on this machine. */

import type { Feed } from '#domain';
import { formatTime } from '#domain';
import type { Diagnostic, Job, JobOutcome, JobProgress, JobRunner, SourceFiles } from '#ports';
import { RunnerPool } from '#sandbox';
import type { RunOutcome, RunnerOptions, SandboxFailure, SandboxJob } from '#sandbox';

/** The process that ran a job ended for a reason that is not the job's: it may go well elsewhere. */
class RunnerCrashError extends Error {
  override readonly name = 'RunnerCrashError';
}

/** Rows of one result: they become objects in this process, which serves many users (half a gigabyte). */
const resultRowsMax = 1_000_000;

/**
 * Processes that are kept for users who may come again, each some 60 MB: two users who take turns then
 * do not wait for a process to boot each time.
 */
const seatsMax = 2;

type Run = Parameters<JobRunner['run']>[0];
type Compiled = Awaited<ReturnType<JobRunner['compile']>>;

/** Opens the place; its first process boots at once. Every user has a process of their own. */
export const openSandboxRunner = ({ limits }: RunnerOptions = {}): JobRunner =>
  new SandboxRunner({ limits: { resultRows: resultRowsMax, ...limits } });

/**
 * What a live decision may use: a run over some ten thousand bars takes milliseconds, and others wait.
 * The time is that which a compilation has everywhere, since a process has to boot within it, on a
 * machine that is busy with backtests. Rows are the orders of a few bars.
 */
const decisionLimits = { memoryBytes: 256 * 2 ** 20, wallMs: 10_000, resultRows: 100_000 };

/**
 * Opens a place for decisions of strategies that run live. It keeps a process booted for whoever comes
 * next: bars close for everybody at the same moment.
 */
export const openDecisionRunner = (): JobRunner => new SandboxRunner({ limits: decisionLimits }, { keepsFree: true });

class SandboxRunner implements JobRunner {
  readonly #options: RunnerOptions;
  readonly #keepsFree: boolean;
  /** Least recently used first. */
  readonly #seats = new Map<string, Seat>();
  /** Has booted and waits for its user. */
  #free: Seat | null;
  #isClosed = false;
  /** Operations follow each other: whoever shares a place waits for it. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: RunnerOptions, { keepsFree = false } = {}) {
    this.#options = options;
    this.#keepsFree = keepsFree;
    this.#free = new Seat(options);
  }

  compile(userId: string, source: SourceFiles): Promise<Compiled> {
    return this.#inTurn(() => this.#seatOf(userId).compile(source));
  }

  run(run: Run): Promise<void> {
    return this.#inTurn(async () => {
      if (!run.signal.aborted) await this.#seatOf(run.userId).run(run);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#free?.close();
    for (const seat of this.#seats.values()) seat.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined); // told to whoever asked; the next turn comes anyway
    return turn;
  }

  #seatOf(userId: string): Seat {
    if (this.#isClosed) throw new RunnerCrashError('The runner was closed.');
    const seat = this.#seats.get(userId) ?? this.#free ?? new Seat(this.#options);
    if (seat === this.#free) this.#free = this.#keepsFree ? new Seat(this.#options) : null;
    this.#seats.delete(userId);
    this.#seats.set(userId, seat);
    for (const [oldest, other] of this.#seats) {
      if (this.#seats.size <= seatsMax) break;
      other.close();
      this.#seats.delete(oldest);
    }
    return seat;
  }
}

/** One process, for one user for all its life. Strategy and data stay in it from job to job. */
class Seat {
  /** A pool because it knows how to run many jobs. */
  readonly #pool: RunnerPool;
  #source: SourceFiles | null = null;
  #compiled: Compiled | null = null;
  #feeds: readonly Feed[] = [];
  /** True while the process has run nothing: then what goes wrong is the work of the job alone. */
  #isFresh = true;

  constructor(options: RunnerOptions) {
    this.#pool = new RunnerPool({ ...options, runners: 1 });
  }

  async compile(source: SourceFiles): Promise<Compiled> {
    if (this.#compiled !== null && this.#source !== null && isSameSource(this.#source, source)) return this.#compiled;
    this.#compiled = null;
    const outcome = await this.#pool.compile(source);
    if (!outcome.ok && isPlaceFault(outcome.failure)) throw new RunnerCrashError(outcome.failure.message);
    const compiled: Compiled = outcome.ok
      ? { ok: true, declared: outcome.value }
      : { ok: false, diagnostic: diagnosticOf(outcome.failure) };
    this.#source = source;
    this.#compiled = compiled;
    return compiled;
  }

  async run({ source, feeds, jobs, onProgress, onOutcome, signal }: Run): Promise<void> {
    const compiled = await this.compile(source);
    if (!compiled.ok) {
      for (const index of jobs.keys()) onOutcome(index, compiled);
      return;
    }
    await this.#load(feeds);
    if (signal.aborted) return;
    const [only] = jobs;
    if (jobs.length === 1 && only !== undefined) {
      const outcome = await this.#runOne(sandboxJob(only), (progress) => onProgress(0, progress), signal);
      if (!signal.aborted) onOutcome(0, outcome);
      return;
    }
    for await (const { index, outcome } of this.#pool.runMany(jobs.map(sandboxJob), { signal })) {
      this.#isFresh = false;
      if (!signal.aborted) onOutcome(index, outcomeOf(outcome));
    }
  }

  close(): void {
    this.#pool.close();
  }

  async #load(feeds: readonly Feed[]): Promise<void> {
    if (feeds.length === this.#feeds.length && feeds.every((feed, place) => feed === this.#feeds[place])) return;
    this.#feeds = [];
    const outcome = await this.#pool.load(feeds);
    if (!outcome.ok) throw new RunnerCrashError(outcome.failure.message);
    this.#feeds = feeds;
  }

  async #runOne(
    job: SandboxJob,
    onProgress: (progress: JobProgress) => void,
    signal: AbortSignal,
  ): Promise<JobOutcome> {
    const wasFresh = this.#isFresh;
    this.#isFresh = false;
    const outcome = await this.#pool.first.run(job, { onProgress, signal });
    if (outcome.ok || signal.aborted) return outcomeOf(outcome);
    if (isPlaceFault(outcome.failure)) throw new RunnerCrashError(outcome.failure.message);
    // What earlier runs of the same user left in the process counts against this one: once more, without it.
    if (outcome.failure.code === 'memory-limit' && !wasFresh) {
      this.#isFresh = true;
      return this.#runOne(job, onProgress, signal);
    }
    return outcomeOf(outcome);
  }
}

const isPlaceFault = ({ code }: SandboxFailure): boolean => code === 'crashed' || code === 'cancelled';

const isSameSource = (a: SourceFiles, b: SourceFiles): boolean => {
  if (a === b) return true;
  const names = Object.keys(a.files);
  return (
    a.entry === b.entry &&
    names.length === Object.keys(b.files).length &&
    names.every((name) => a.files[name] === b.files[name])
  );
};

const sandboxJob = ({ params, profile, config, seed, keep, span = null }: Job): SandboxJob => ({
  params,
  profile,
  config,
  seed,
  keep,
  span,
});

const outcomeOf = (outcome: RunOutcome): JobOutcome =>
  outcome.ok ? { ok: true, result: outcome.value } : { ok: false, diagnostic: diagnosticOf(outcome.failure) };

const diagnosticOf = ({
  code,
  message,
  remedy,
  mistake,
  position,
  codeFrame,
  handler,
  time,
}: SandboxFailure): Diagnostic => ({
  code: mistake ?? code,
  message:
    handler === null
      ? message
      : `${message} In ${handler}${time === null ? '' : ` at the bar of ${formatTime(time)}`}.`,
  remedy,
  file: position?.file ?? null,
  line: position?.line ?? null,
  column: position?.column ?? null,
  codeFrame,
});
