/**
 * A runner: a place where one user's strategies run, one job at a time. Its process is started again
 * after each end, with the same data and strategy, so that a job that kills it harms only itself.
 */

import type { Feed } from '#domain';
import { barColumns } from '#domain';
import type { StrategyDeclaration } from './declaration.ts';
import { failure } from './failure.ts';
import type { SandboxFailure } from './failure.ts';
import type { Frame } from './frame.ts';
import { combinationsPerFrame, compileWallMs, defaultLimits } from './limits.ts';
import type { RunLimits } from './limits.ts';
import type { SandboxAbilities } from './launch.ts';
import type { Outcome, RunOutcome, SandboxProgress } from './outcome.ts';
import { BadResult, RowCollector } from './result-reader.ts';
import { openLink, RunnerEnded } from './runner-link.ts';
import type { RunnerLink } from './runner-link.ts';
import { readDescribed, readJudged, readReply } from './runner-replies.ts';
import type { FeedMeta, RunnerCommand, SandboxJob } from './runner-messages.ts';
import type { StrategySource } from './strategy-source.ts';

export interface RunOptions {
  readonly onProgress?: (progress: SandboxProgress) => void;
  /** Aborting kills the run at once. */
  readonly signal?: AbortSignal;
}

export interface RunnerOptions {
  readonly limits?: Partial<RunLimits>;
}

/** A job of a chunk, and where its outcome goes. */
export interface PendingJob {
  readonly id: number;
  readonly job: SandboxJob;
}

/** Price data in the form in which they travel. */
interface LoadedFeed {
  readonly meta: FeedMeta;
  readonly columns: readonly Float64Array[];
}

export class Runner {
  readonly #limits: RunLimits;
  #link: Promise<RunnerLink> | null = null;
  #feeds: readonly LoadedFeed[] = [];
  /** Of all feeds together. */
  #dataBytes = 0;
  #source: StrategySource | null = null;
  /** Set while the process has the data and the strategy above. */
  #isCurrent = false;
  #closed = false;
  /** Operations follow each other: a runner does one thing at a time. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor({ limits = {} }: RunnerOptions = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    // Boots while the caller still reads its files; a failure to start is told by the first operation.
    this.#process().catch(() => undefined);
  }

  /** Gives the runner its price data, in place of any it has. They are copied; the columns stay the caller's. */
  async load(feeds: readonly Feed[]): Promise<Outcome<null>> {
    return this.#inTurn(async () => {
      this.#feeds = feeds.map(loadedFeed);
      this.#dataBytes = 0;
      for (const { columns } of this.#feeds) for (const column of columns) this.#dataBytes += column.byteLength;
      this.#isCurrent = false;
      return attempt(async () => {
        await this.#sendFeeds(await this.#roomyProcess());
        return { ok: true, value: null };
      });
    });
  }

  /** Compiles a strategy and tells what it declares. Later jobs run this strategy. */
  async compile(source: StrategySource): Promise<Outcome<StrategyDeclaration>> {
    return this.#inTurn(async () => {
      this.#source = null;
      this.#isCurrent = false;
      return attempt(async () => {
        const link = await this.#process();
        const outcome = readDescribed(await this.#ask(link, { type: 'Compile', source }));
        if (outcome.ok) this.#source = source;
        return outcome;
      });
    });
  }

  /** For each set of parameters whether the strategy takes it: in range, and not excluded by its constraint. */
  async judge(paramsList: readonly Readonly<Record<string, unknown>>[]): Promise<Outcome<readonly boolean[]>> {
    return this.#inTurn(async () => {
      const allowed: boolean[] = [];
      for (let from = 0; from < paramsList.length; from += combinationsPerFrame) {
        const part = paramsList.slice(from, from + combinationsPerFrame);
        const outcome = await attempt(async () =>
          readJudged(await this.#ask(await this.#prepared(), { type: 'Judge', paramsList: part }), part.length),
        );
        if (!outcome.ok) return outcome;
        allowed.push(...outcome.value);
      }
      return { ok: true, value: allowed };
    });
  }

  /** Runs one backtest of the strategy compiled last over the data loaded last. */
  async run(job: SandboxJob, { onProgress, signal }: RunOptions = {}): Promise<RunOutcome> {
    let outcome: RunOutcome | null = null;
    const failed = await this.runAll([{ id: 0, job }], {
      onOutcome: (_id, value) => {
        outcome = value;
      },
      ...(onProgress === undefined ? {} : { onProgress: (_id, progress) => onProgress(progress) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return outcome ?? { ok: false, failure: failed?.failure ?? failure('crashed', 'The runner gave no result.') };
  }

  /**
   * Runs several jobs one after the other, telling each outcome as it comes. Ends early when the
   * process ends: then returns which job was at work and why it ended; the later jobs were not begun.
   */
  async runAll(
    jobs: readonly PendingJob[],
    {
      onOutcome,
      onProgress,
      signal,
    }: {
      readonly onOutcome: (id: number, outcome: RunOutcome) => void;
      readonly onProgress?: (id: number, progress: SandboxProgress) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<{ readonly id: number; readonly failure: SandboxFailure } | null> {
    return this.#inTurn(async () => {
      let done = 0;
      const current = (): number => jobs[done]?.id ?? -1;
      try {
        if (signal?.aborted === true) throw new RunnerEnded(cancelled());
        const link = await this.#prepared();
        await this.#exchange(
          link,
          jobs,
          (frame, collected) => {
            const told = readReply(frame, current(), jobs[done]?.job.keep ?? 'full', collected);
            if (told === null) return false;
            if ('progress' in told) {
              onProgress?.(current(), told.progress);
              return false;
            }
            onOutcome(current(), told.outcome);
            done++;
            return true;
          },
          signal,
        );
        return null;
      } catch (error) {
        if (error instanceof RunnerEnded) return { id: current(), failure: error.failure };
        throw error;
      }
    });
  }

  /** What keeps this runner's process in. */
  async abilities(): Promise<Outcome<SandboxAbilities>> {
    return this.#inTurn(() => attempt(async () => ({ ok: true, value: (await this.#process()).abilities })));
  }

  /** Ends the process. Operations that wait or come later fail as cancelled. */
  close(): void {
    this.#closed = true;
    this.#link?.then((link) => link.close()).catch(() => undefined); // it has ended already
    this.#link = null;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined); // whoever asked for the work is told; the next turn comes anyway
    return turn;
  }

  #process(): Promise<RunnerLink> {
    if (this.#closed) return Promise.reject(new RunnerEnded(failure('cancelled', 'The runner was closed.')));
    if (this.#link === null) {
      const opening = openLink(this.#limits, this.#dataBytes);
      this.#link = opening;
      this.#isCurrent = false;
      const forget = (): void => {
        if (this.#link !== opening) return;
        this.#link = null;
        this.#isCurrent = false;
      };
      opening.then((link) => {
        if (this.#closed) link.close();
        link.keepParentAlive(false);
        link.onEnd = forget;
      }, forget);
    }
    return this.#link;
  }

  /** The process, in place of one that was started with room for less data. */
  async #roomyProcess(): Promise<RunnerLink> {
    const link = await this.#process();
    if (this.#dataBytes <= link.dataBytesMax) return link;
    link.close();
    this.#link = null;
    return this.#process();
  }

  /** The process with data and strategy in it. */
  async #prepared(): Promise<RunnerLink> {
    const link = await this.#roomyProcess();
    if (this.#isCurrent) return link;
    const source = this.#source;
    if (source === null) throw new Error('compile a strategy before running it');
    await this.#sendFeeds(link);
    const described = readDescribed(await this.#ask(link, { type: 'Compile', source }));
    if (!described.ok) throw new RunnerEnded(described.failure);
    this.#isCurrent = true;
    return link;
  }

  #feedsSentTo: RunnerLink | null = null;
  #feedsSent: readonly LoadedFeed[] = [];

  async #sendFeeds(link: RunnerLink): Promise<void> {
    if (this.#feedsSentTo === link && this.#feedsSent === this.#feeds) return;
    const feeds = this.#feeds;
    link.allowData(this.#dataBytes);
    link.keepParentAlive(true);
    try {
      if (this.#feedsSentTo === link) await link.ask({ type: 'ClearFeeds' }, this.#limits.wallMs);
      for (const { meta, columns } of feeds) await link.ask({ type: 'AddFeed', meta }, this.#limits.wallMs, columns);
    } finally {
      link.keepParentAlive(false);
    }
    this.#feedsSentTo = link;
    this.#feedsSent = feeds;
  }

  async #ask(link: RunnerLink, command: RunnerCommand): Promise<Frame> {
    link.keepParentAlive(true);
    try {
      return await link.ask(command, Math.min(compileWallMs, this.#limits.wallMs));
    } finally {
      link.keepParentAlive(false);
    }
  }

  /** Sends the jobs and passes each answer to `take`, which tells whether it ended a job. */
  async #exchange(
    link: RunnerLink,
    jobs: readonly PendingJob[],
    take: (frame: Frame, collected: RowCollector) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let left = jobs.length;
    let collected = new RowCollector(this.#limits.resultRows);
    const abort = (): void => link.kill(cancelled());
    signal?.addEventListener('abort', abort, { once: true });
    link.keepParentAlive(true);
    try {
      await new Promise<void>((resolve, reject) => {
        link.onEnd = (ended) => {
          this.#link = null;
          this.#isCurrent = false;
          reject(ended);
        };
        link.onFrame = (frame) => {
          try {
            if (!take(frame, collected)) return;
          } catch (error) {
            if (!(error instanceof BadResult)) return reject(error); // an error of our own code
            return link.kill(failure(error.code, `The run gave no result that can be read (${error.message}).`));
          }
          left--;
          collected = new RowCollector(this.#limits.resultRows);
          if (left === 0) resolve();
          else link.expectWithin(this.#limits.wallMs);
        };
        link.expectWithin(this.#limits.wallMs);
        link.send({ type: 'Run', jobs }).catch(reject);
      });
    } finally {
      signal?.removeEventListener('abort', abort);
      link.expectNothing();
      link.onFrame = null;
      link.keepParentAlive(false);
    }
  }
}

/** Compiles a strategy in a runner of its own, for what it declares or what is wrong with it. */
export const compileStrategy = async (source: StrategySource): Promise<Outcome<StrategyDeclaration>> => {
  const runner = new Runner();
  try {
    return await runner.compile(source);
  } finally {
    runner.close();
  }
};

/** What keeps strategies in on this system, as found by starting a runner. */
export const sandboxAbilities = async (): Promise<Outcome<SandboxAbilities>> => {
  const runner = new Runner();
  try {
    return await runner.abilities();
  } finally {
    runner.close();
  }
};

/** Starts a runner; its process boots at once. */
export const startRunner = (options: RunnerOptions = {}): Runner => new Runner(options);

const cancelled = (): SandboxFailure => failure('cancelled', 'The run was cancelled.');

const loadedFeed = ({ bars, finer, ...meta }: Feed): LoadedFeed => ({
  meta: { ...meta, hasFiner: finer !== undefined },
  columns: [bars, ...(finer === undefined ? [] : [finer])].flatMap((each) => barColumns.map((name) => each[name])),
});

const attempt = async <T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RunnerEnded) return { ok: false, failure: error.failure };
    throw error;
  }
};
