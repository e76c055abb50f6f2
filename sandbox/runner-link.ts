/** The life of one runner's process, seen from its parent: started, watched, spoken with, killed. */

import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { failure } from './failure.ts';
import type { SandboxFailure } from './failure.ts';
import { encodeFrame, FrameError, FrameReader } from './frame.ts';
import type { Frame } from './frame.ts';
import { addonFile, launch, launchPlans, planWorked } from './launch.ts';
import type { SandboxAbilities } from './launch.ts';
import {
  bootWallMs,
  crashOutputLengthMax,
  dataBytesAtStart,
  frameArrayBytesMax,
  frameTextBytesMax,
  isolateHeapMiB,
  memoryPerDataByte,
} from './limits.ts';
import type { RunLimits } from './limits.ts';
import { watchMemory } from './memory-watch.ts';
import type { MemoryWatch } from './memory-watch.ts';
import { runnerImage } from './runner-image.ts';
import type { RunnerCommand } from './runner-messages.ts';

/** The runner's process has ended, and why. */
export class RunnerEnded extends Error {
  override readonly name = 'RunnerEnded';
  readonly failure: SandboxFailure;

  constructor(why: SandboxFailure) {
    super(why.message);
    this.failure = why;
  }
}

export class RunnerLink {
  readonly abilities: SandboxAbilities;
  /** Price data for which the process has room, in bytes. */
  readonly dataBytesMax: number;
  /** Takes every frame that is not an answer to {@link ask}. */
  onFrame: ((frame: Frame) => void) | null = null;
  /** Told once, when the process has ended. */
  onEnd: ((ended: RunnerEnded) => void) | null = null;
  readonly #child: ChildProcess;
  readonly #socket: Duplex;
  readonly #limits: RunLimits;
  readonly #watch: MemoryWatch;
  #dataBytes = 0;
  #why: SandboxFailure | null = null;
  #ended: RunnerEnded | null = null;
  #answer: { resolve: (frame: Frame) => void; reject: (ended: RunnerEnded) => void } | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #crashOutput = '';

  constructor(
    child: ChildProcess,
    {
      abilities,
      limits,
      dataBytesMax,
    }: { readonly abilities: SandboxAbilities; readonly limits: RunLimits; readonly dataBytesMax: number },
  ) {
    this.abilities = abilities;
    this.dataBytesMax = dataBytesMax;
    this.#child = child;
    this.#limits = limits;
    this.#socket = child.stdio[3] as Duplex; // `launch` makes it a pipe
    const reader = new FrameReader({ textBytesMax: frameTextBytesMax, arrayBytesMax: frameArrayBytesMax });
    this.#socket.on('data', (chunk: Buffer) => this.#take(reader, chunk));
    this.#socket.on('error', () => undefined); // the process has gone; its exit tells why
    const output = child.stderr as Readable; // `launch` makes it a pipe
    output.setEncoding('utf8').on('data', (text: string) => {
      this.#crashOutput = (this.#crashOutput + text).slice(0, crashOutputLengthMax);
    });
    child.on('error', (error) => this.kill(failure('crashed', `The runner could not be started: ${error.message}`)));
    child.on('close', (code, signal) => this.#end(code, signal));
    this.#watch = watchMemory(
      child.pid ?? 0,
      () => this.#memoryLimit(),
      (bytes) => {
        this.kill(
          failure(
            'memory-limit',
            `The strategy needed more than ${megabytes(this.#memoryLimit())} of memory (${megabytes(bytes)} when it was stopped).`,
            { remedy: 'Keep only the values that are still needed; series and ctx hold the past already.' },
          ),
        );
      },
    );
  }

  /** Sends a command and waits for the frame that answers it, at most `wallMs`. Throws {@link RunnerEnded}. */
  async ask(command: RunnerCommand, wallMs: number, arrays: readonly Float64Array[] = []): Promise<Frame> {
    const answer = new Promise<Frame>((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
    answer.catch(() => undefined); // also told by `send` below, where it may come first
    try {
      await this.send(command, arrays);
      this.expectWithin(wallMs);
      return await answer;
    } finally {
      this.#answer = null;
      this.expectNothing();
    }
  }

  /** Sends a command; resolves when the socket has taken it. Throws {@link RunnerEnded}. */
  async send(command: RunnerCommand, arrays: readonly Float64Array[] = []): Promise<void> {
    if (this.#ended !== null) throw this.#ended;
    for (const piece of encodeFrame(command, arrays)) {
      for (let from = 0; from < piece.length; from += writeBytesMax) {
        await this.#write(piece.subarray(from, from + writeBytesMax));
      }
    }
  }

  /** From now on so many bytes of price data count beside what the strategy may use; at most {@link dataBytesMax}. */
  allowData(bytes: number): void {
    this.#dataBytes = bytes;
  }

  /** Kills the process unless it says something within that time; each call starts the clock anew. */
  expectWithin(wallMs: number): void {
    this.expectNothing();
    this.#deadline = setTimeout(() => {
      this.kill(
        failure('time-limit', `The strategy did not finish within ${wallMs / 1_000} s.`, {
          remedy: 'Look for a loop that never ends, or for work that grows with each bar.',
        }),
      );
    }, wallMs);
  }

  expectNothing(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
  }

  kill(why: SandboxFailure): void {
    this.#why ??= why;
    this.#child.kill('SIGKILL');
  }

  /** Lets the process end by itself, or makes it. */
  close(): void {
    this.kill(failure('cancelled', 'The runner was closed.'));
  }

  /** A runner at work keeps its parent alive; an idle one does not. */
  keepParentAlive(busy: boolean): void {
    const handles: readonly object[] = [this.#child, this.#socket, this.#child.stderr ?? {}];
    for (const handle of handles as readonly { readonly ref?: () => void; readonly unref?: () => void }[]) {
      // a process and two sockets
      if (busy) handle.ref?.();
      else handle.unref?.();
    }
  }

  #memoryLimit(): number {
    return this.#limits.memoryBytes + this.#dataBytes * memoryPerDataByte;
  }

  #write(piece: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(piece, (error) => {
        if (error === null || error === undefined) resolve();
        else if (this.#ended !== null) reject(this.#ended);
        else this.#onceEnded(reject);
      });
    });
  }

  readonly #endListeners: ((ended: RunnerEnded) => void)[] = [];

  #onceEnded(listener: (ended: RunnerEnded) => void): void {
    this.#endListeners.push(listener);
  }

  #take(reader: FrameReader, chunk: Buffer): void {
    try {
      for (const frame of reader.push(chunk)) {
        if (this.#why !== null) return; // it is being killed: what it still said does not count
        if (this.#answer !== null) this.#answer.resolve(frame);
        else this.onFrame?.(frame);
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const code = error.isTooLarge ? 'output-limit' : 'bad-result';
      this.kill(
        failure(code, `The runner sent what is no result: ${error.message}`, {
          remedy: error.isTooLarge ? 'Log and plot less.' : null,
        }),
      );
    }
  }

  #end(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#ended !== null) return;
    this.#watch.stop();
    this.expectNothing();
    const ended = new RunnerEnded(this.#why ?? crashFailure(this.#crashOutput, code, signal));
    this.#ended = ended;
    this.#answer?.reject(ended);
    for (const listener of this.#endListeners) listener(ended);
    this.onEnd?.(ended);
  }
}

/** Times the limit of a run after which a runner without a parent gives up by itself. */
const orphanFactor = 3;

/** A write of gigabytes at once would be copied; pieces of this size are not felt. */
const writeBytesMax = 2 ** 26;

/**
 * Starts a process with room for so many bytes of price data and waits until it is ready. Throws
 * {@link RunnerEnded} when no way of starting works.
 */
export const openLink = async (limits: RunLimits, dataBytes: number): Promise<RunnerLink> => {
  const image = runnerImage();
  const dataBytesMax = Math.max(dataBytes, dataBytesAtStart);
  const memoryBytes = limits.memoryBytes + dataBytesMax * memoryPerDataByte;
  let ended: RunnerEnded | null = null;
  for (const plan of launchPlans(image)) {
    const link = new RunnerLink(launch({ image, plan, memoryBytes }), { abilities: plan, limits, dataBytesMax });
    try {
      await link.ask(
        {
          type: 'Boot',
          addon: addonFile(),
          modules: image.modules,
          memoryLimitMiB: isolateHeapMiB,
          // Where a parent's death does not reach its runner, an endless loop would outlive both.
          callLimitMs: plan.diesWithParent ? null : limits.wallMs * orphanFactor,
        },
        bootWallMs,
      );
      planWorked(plan);
      return link;
    } catch (error) {
      if (!(error instanceof RunnerEnded)) throw error;
      ended = error;
    }
  }
  throw ended ?? new RunnerEnded(failure('crashed', 'No runner can be started on this system.'));
};

const crashFailure = (output: string, code: number | null, signal: NodeJS.Signals | null): SandboxFailure => {
  if (/memory limit|out of memory|Allocation failed|allocation failure/i.test(output)) {
    return failure('memory-limit', 'The strategy needed more memory than it may have.', {
      remedy: 'Keep only the values that are still needed; series and ctx hold the past already.',
    });
  }
  const told = output
    .split('\n')
    .map((line) => line.trim())
    .find((line) => /\b\w*Error\b|FATAL|Fatal/.test(line));
  const how = signal === null ? `exit code ${String(code)}` : signal;
  return failure(
    'crashed',
    `The runner ended unexpectedly (${how})${told === undefined ? '' : `: ${told.slice(0, 400)}`}.`,
  );
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
