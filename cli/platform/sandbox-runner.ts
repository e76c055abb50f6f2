/** A place for jobs that is a process of the sandbox on this machine. */

import type { Feed } from '#domain';
import { formatTime } from '#domain';
import type { Declared, Diagnostic, Job, JobOutcome, JobProgress, JobRunner, SourceFiles } from '#ports';
import { RunnerPool } from '#sandbox';
import type { RunOutcome, RunnerOptions, SandboxFailure, SandboxJob } from '#sandbox';

/** The process that ran a job ended for a reason that is not the job's: it may go well elsewhere. */
class RunnerCrashError extends Error {
  override readonly name = 'RunnerCrashError';
}

/** Rows of one result: they become objects in this process, which serves many users (half a gigabyte). */
const resultRowsMax = 1_000_000;

type Run = Parameters<JobRunner['run']>[0];
type Compiled = Awaited<ReturnType<JobRunner['compile']>>;

/** Opens the place; its process boots at once, and is replaced before another user's code comes in. */
export const openSandboxRunner = ({ limits }: RunnerOptions = {}): JobRunner =>
  new SandboxRunner({ limits: { resultRows: resultRowsMax, ...limits } });

class SandboxRunner implements JobRunner {
  readonly #options: RunnerOptions;
  /** One process; a pool because it knows how to run many jobs. */
  #pool: RunnerPool;
  /** Whose code has been in the process; null: nobody's. */
  #userId: string | null = null;
  #source: SourceFiles | null = null;
  #compiled: Compiled | null = null;
  #feeds: readonly Feed[] = [];
  /** True while the process has run nothing: then what goes wrong is the work of the job alone. */
  #isFresh = true;
  #isClosed = false;
  /** Operations follow each other: whoever shares a place waits for it. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#pool = new RunnerPool({ ...options, runners: 1 });
  }

  compile(userId: string, source: SourceFiles): Promise<Compiled> {
    return this.#inTurn(() => this.#compile(userId, source));
  }

  run(run: Run): Promise<void> {
    return this.#inTurn(() => this.#run(run));
  }

  close(): void {
    this.#isClosed = true;
    this.#pool.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined); // told to whoever asked; the next turn comes anyway
    return turn;
  }

  async #compile(userId: string, source: SourceFiles): Promise<Compiled> {
    this.#admit(userId);
    if (this.#compiled !== null && this.#source !== null && isSameSource(this.#source, source)) return this.#compiled;
    this.#compiled = null;
    const outcome = await this.#pool.compile(source);
    if (!outcome.ok && isPlaceFault(outcome.failure)) throw new RunnerCrashError(outcome.failure.message);
    const declared: Compiled = outcome.ok
      ? { ok: true, declared: outcome.value satisfies Declared }
      : { ok: false, diagnostic: diagnosticOf(outcome.failure) };
    this.#source = source;
    this.#compiled = declared;
    return declared;
  }

  async #run({ userId, source, feeds, jobs, onProgress, onOutcome, signal }: Run): Promise<void> {
    if (signal.aborted) return;
    const compiled = await this.#compile(userId, source);
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

  /** One user's strategies share a process; nobody else's ever come in. */
  #admit(userId: string): void {
    if (this.#isClosed) throw new RunnerCrashError('The runner was closed.');
    if (this.#userId !== null && this.#userId !== userId) {
      this.#pool.close();
      this.#pool = new RunnerPool({ ...this.#options, runners: 1 });
      this.#source = null;
      this.#compiled = null;
      this.#feeds = [];
      this.#isFresh = true;
    }
    this.#userId = userId;
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
