/** The bounds within which user code runs, each with its unit and reason. */

/** What a run may use before its runner is killed. */
export interface RunLimits {
  /** Resident memory of the runner beyond what its price data take, in bytes. */
  readonly memoryBytes: number;
  /** Time one run may take from start to result, in milliseconds. */
  readonly wallMs: number;
  /**
   * Orders, fills and trades of a full result, together: they become objects in the parent's memory,
   * half a kilobyte each. A parent that serves many users should allow fewer than the default.
   */
  readonly resultRows: number;
}

export const defaultLimits: RunLimits = { memoryBytes: 512 * 2 ** 20, wallMs: 60_000, resultRows: 10_000_000 };

/** Resident bytes a runner needs per byte of price data: the bars, and columns that indicators make of them. */
export const memoryPerDataByte = 3;

/** Price data for which a runner has room from its start, in bytes: seven million bars. For more it is started again. */
export const dataBytesAtStart = 336 * 2 ** 20;

/** How often a runner's memory is looked at: an allocation bomb fills about 100 MB in that time. */
export const memoryPollMs = 50;

/**
 * Writable memory that a runner's process maps before any user code (the JavaScript engine reserves
 * room for machine code): the kernel's own limit stands that far above the one we watch.
 */
export const mappedOverheadBytes = 1_536 * 2 ** 20;

/** Seconds of processor time in a runner's life; it is replaced after that. A stop for one that was forgotten. */
export const runnerCpuSecondsMax = 12 * 3_600;

/** Time from starting a runner's process to its first word, on a machine under load. */
export const bootWallMs = 20_000;

/** Time for compiling a strategy, or for judging a list of parameter combinations. */
export const compileWallMs = 10_000;

/** Bytes of a strategy's source, all files together: a thousand times the usual. */
export const sourceBytesMax = 1_048_576;

/** Files of a strategy project. */
export const sourceFilesMax = 100;

/** Bytes of the text of one frame: a result's head with its log lines and plots stays below. */
export const frameTextBytesMax = 128 * 2 ** 20;

/** Bytes of the arrays of one frame that a runner sends: 2³¹ is the largest piece a socket reads at once. */
export const frameArrayBytesMax = 2 ** 31;

/** Rows of orders, fills or trades sent in one frame. */
export const rowsPerFrame = 16_384;

/** Entries of a list in a result's head: above the bounds of log lines and plotted points. */
export const headEntriesMax = 1_000_000;

/** Points of equity that a member of a batch keeps. */
export const batchEquityPointsMax = 500;

/** Characters of an error's message and of its stack that are kept. */
export const messageLengthMax = 2_000;
export const stackLengthMax = 8_000;

/** Characters that a runner's process may leave on its error output, for the story of a crash. */
export const crashOutputLengthMax = 8_000;

/** Combinations of parameters judged in one frame. */
export const combinationsPerFrame = 10_000;

/**
 * Heap limit of an isolate in MiB: far above any run, because it would count price data too. What a run
 * may use is decided from outside, by the process's resident memory.
 */
export const isolateHeapMiB = 2 ** 17;

/** Time that a chunk of a batch should take: its overhead is about 1 ms, and at the end of a batch one runner may wait for another that long. */
export const chunkTargetMs = 60;

/** Jobs of one chunk at most; each holds its parameters. */
export const chunkJobsMax = 512;

/** Outcomes of a batch that wait to be fetched before the runners pause. */
export const outcomesWaitingMax = 1_024;
