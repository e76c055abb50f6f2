/** The session that keeps the embedded ClickHouse open: made in a thread of its own, so that a slow one can be given up. */

import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { DatabaseError } from '../postgres/database-error.ts';

export interface EngineThreadData {
  /** The engine's own folder. */
  readonly path: string;
  readonly engineArguments: readonly string[];
}

export type EngineThreadMessage =
  | { readonly type: 'open' }
  | { readonly type: 'missing' | 'failed'; readonly reason: string };

export interface EngineSession {
  /** When nobody works with the engine any more. */
  close(): Promise<void>;
}

/** It takes a fifth of a second; after a crash, with many tables, on a slow disk, more. */
const openMsMax = 120_000;
/** The engine writes what it still holds. */
const closeMsMax = 30_000;

/**
 * Opens the engine for all threads of this process: connections to the same folder share it. Throws a
 * {@link DatabaseError}: `database-programs` where it is not installed, `database-start` with its own
 * reason, or when it says nothing for too long.
 */
export const openSession = async (data: EngineThreadData): Promise<EngineSession> => {
  const thread = new Worker(new URL('engine-thread.ts', import.meta.url), {
    workerData: data,
    name: 'clickhouse',
    // Flags of the process need not be ones that a thread takes.
    execArgv: [],
  });
  const message = await firstMessage(thread);
  if (message.type !== 'open') {
    // One that hangs in the engine can't be ended, and must not keep the process.
    thread.unref();
    throw message.type === 'missing' ? notInstalled(message.reason) : cannotOpen(data.path, message.reason);
  }
  return {
    async close() {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
      thread.postMessage('close');
      await within(closeMsMax, once(thread, 'exit'), () => null);
      thread.unref();
    },
  };
};

const firstMessage = async (thread: Worker): Promise<EngineThreadMessage> => {
  const failed = (reason: string): EngineThreadMessage => ({ type: 'failed', reason });
  const spoken = once(thread, 'message').then(
    ([message]) => message as EngineThreadMessage, // the thread says nothing else
    (error: unknown) => failed(error instanceof Error ? error.message : String(error)),
  );
  const ended = once(thread, 'exit').then(
    () => failed('its thread has ended'),
    () => spoken,
  );
  return within(openMsMax, Promise.race([spoken, ended]), () =>
    failed(`it has not opened within ${openMsMax / 1_000} s`),
  );
};

/** What is awaited, or what is said when the time is up. */
const within = async <T, U>(msMax: number, awaited: Promise<T>, otherwise: () => U): Promise<T | U> => {
  const waiting = new AbortController();
  const late = delay(msMax, undefined, { signal: waiting.signal }).then(otherwise);
  late.catch(() => {}); // aborted when it was not late
  try {
    return await Promise.race([awaited, late]);
  } finally {
    waiting.abort();
  }
};

const notInstalled = (reason: string): DatabaseError =>
  new DatabaseError(
    'database-programs',
    `The embedded ClickHouse is not installed, or does not run on this machine: ${reason}`,
    'Run npm ci again, or give a server of your own with CLICKHOUSE_URL.',
  );

const cannotOpen = (path: string, reason: string): DatabaseError =>
  new DatabaseError(
    'database-start',
    `The embedded ClickHouse does not start on ${path}: ${reason}`,
    'The disk may be full or the folder not writable; a process has one such engine at a time.',
  );
