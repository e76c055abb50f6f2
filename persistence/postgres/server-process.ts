/** The process of an embedded Postgres as its data folder tells of it: there, gone, or somebody else's number. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerProcess {
  readonly pid: number;
  readonly socketFolder: string;
  /** Takes connections, as far as the server itself knows. */
  readonly isReady: boolean;
}

const pidFile = (cluster: string): string => join(cluster, 'postmaster.pid');

/** The server that runs on a cluster's folder; null when none does. Removes what a dead one has left behind. */
export const findServer = (cluster: string): ServerProcess | null => {
  const text = readIfThere(pidFile(cluster));
  if (text === null) return null;
  // Postgres writes: pid, data folder, start time, port, socket folder, address, shared memory, status.
  const [pidLine = '', , , , socketFolder = '', , , status = ''] = text.split('\n');
  const pid = Math.abs(Number.parseInt(pidLine, 10));
  if (!Number.isInteger(pid) || pid === 0 || socketFolder === '') return null;
  if (isPostgres(pid)) return { pid, socketFolder, isReady: status.trim() === 'ready' };
  // After a restart of the machine the number may belong to another program, and Postgres would not start.
  rmSync(pidFile(cluster), { force: true });
  rmSync(join(socketFolder, '.s.PGSQL.5432.lock'), { force: true });
  return null;
};

/** Ends a server: clients are cut off, transactions rolled back, everything written. Resolves when it is gone. */
export const endServer = async (cluster: string, pid: number): Promise<void> => {
  process.kill(pid, 'SIGINT');
  const started = performance.now();
  let isForced = false;
  while (findServer(cluster)?.pid === pid) {
    if (!isForced && performance.now() - started > shutdownMsMax) {
      // Without a last checkpoint: the next start reads the log instead. Nothing committed is lost.
      process.kill(pid, 'SIGQUIT');
      isForced = true;
    }
    await delay(pollMs);
  }
};

/** How long the last checkpoint may take on a slow disk. */
const shutdownMsMax = 30_000;
const pollMs = 10;

const isPostgres = (pid: number): boolean => {
  if (process.platform === 'linux') {
    // A zombie has an empty command line: it is as good as gone.
    return (readIfThere(`/proc/${pid}/cmdline`) ?? '').includes('postgres');
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    if (codeOf(error) === 'EPERM') return true;
    throw error;
  }
};

const readIfThere = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // ESRCH: a process that ended while its file was read.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null;
    throw error;
  }
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
