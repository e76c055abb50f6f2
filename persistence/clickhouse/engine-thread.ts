/** The thread in which the embedded ClickHouse is loaded and opened: both block whatever thread they happen in. */

import { parentPort, workerData } from 'node:worker_threads';
import type { EngineThreadData, EngineThreadMessage } from './engine-session.ts';

const { path, engineArguments } = workerData as EngineThreadData; // given by `openSession` alone
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origins
const say = (message: EngineThreadMessage): void => parentPort?.postMessage(message);
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** An optional dependency: machines that work on a server do without it. */
const engine = await import('chdb').catch((error: unknown) => {
  say({ type: 'missing', reason: reasonOf(error) });
  return null;
});

if (engine !== null) {
  try {
    const session = new engine.Session(path, { connectionArgs: [...engineArguments] });
    parentPort?.once('message', () => {
      session.close();
      parentPort?.close();
    });
    say({ type: 'open' });
  } catch (error) {
    say({ type: 'failed', reason: reasonOf(error) });
  }
}
