/** The process of an embedded Postgres as its data folder tells of it: there, gone, or somebody else's number. */

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerProcess {
  readonly pid: number;
  /** Empty until the server has written it. */
  readonly socketFolder: string;
  /** As far as the server itself knows: a server that is ready takes connections. */
  readonly status: 'starting' | 'ready' | 'stopping';
}

/** The server's socket has its name from this number. */
export const serverPort = 5432;

const pidFile = (cluster: string): string => join(cluster, 'postmaster.pid');

/**
 * The server that runs on a cluster's folder; null when none does. Removes what a dead one has left
 * behind, so it is for those alone who have the folder to themselves.
 */
export const findServer = (cluster: string): ServerProcess | null => {
  const text = readIfThere(pidFile(cluster));
  if (text === null) return null;
  // Postgres writes: pid, data folder, start time, port, socket folder, address, shared memory, status.
  const [pidLine = '', , , , socketFolder = '', , , status = ''] = text.split('\n');
  const pid = Math.abs(Number.parseInt(pidLine, 10));
  if (Number.isInteger(pid) && pid > 0 && isServerOf(pid, cluster)) {
    return { pid, socketFolder, status: statusOf(status) };
  }
  // A server that has just begun makes its file first and writes into it then.
  if (text === '' && ageMs(pidFile(cluster)) < unwrittenMsMax) return null;
  // The number may belong to another program by now, and Postgres would not start.
  rmSync(pidFile(cluster), { force: true });
  if (socketFolder !== '') rmSync(join(socketFolder, `.s.PGSQL.${serverPort}.lock`), { force: true });
  return null;
};

const unwrittenMsMax = 1_000;

const statusOf = (line: string): ServerProcess['status'] => {
  const word = line.trim();
  return word === 'ready' || word === 'stopping' ? word : 'starting';
};

/** What is done to a server that is to end, and how long that may take. */
const endings = [
  // Clients are cut off, transactions rolled back, everything written; the last checkpoint takes its time on a slow disk.
  { signal: 'SIGINT', msMax: 20_000 },
  // Without a last checkpoint: the next start reads the log instead, and nothing committed is lost. A server gives its
  // own children five seconds.
  { signal: 'SIGQUIT', msMax: 6_000 },
  // Also of one that is stopped or stuck; its children notice that it has gone.
  { signal: 'SIGKILL', msMax: 10_000 },
] as const;

export interface EndOptions {
  /** Seldom asked for: of a server that does not answer, nothing is to be awaited. */
  readonly atOnce?: boolean;
}

/** Ends a server, by force where it takes too long. Resolves when it is gone; rejects when nothing helps. */
export const endServer = async (cluster: string, pid: number, { atOnce = false }: EndOptions = {}): Promise<void> => {
  const isThere = (): boolean => findServer(cluster)?.pid === pid;
  for (const { signal, msMax } of atOnce ? endings.slice(1) : endings) {
    if (!send(pid, signal)) return;
    const started = performance.now();
    while (performance.now() - started < msMax) {
      if (!isThere()) return;
      await delay(pollMs);
    }
  }
  throw new Error(`The embedded Postgres (process ${pid}) does not end.`);
};

const pollMs = 10;

/** False when there is no such process any more. */
const send = (pid: number, signal: NodeJS.Signals): boolean => {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
};

/**
 * Numbers are given again, also to the Postgres of somebody else, and a folder that was copied has the
 * number of the server of the other: a server of this folder works in it.
 */
const isServerOf = (pid: number, cluster: string): boolean => {
  const command = commandOf(pid);
  if (!command.includes('postgres')) return false;
  if (process.platform !== 'linux') return namesFolder(command, cluster);
  try {
    return isSameFolder(`/proc/${pid}/cwd/.`, cluster);
  } catch (error) {
    // Of another user's process only the command line is told.
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') return namesFolder(command, cluster);
    throw error;
  }
};

const isSameFolder = (a: string, b: string): boolean => {
  const [one, other] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
};

const namesFolder = (command: string, cluster: string): boolean => command.includes(` -D ${cluster} `);

/** How a process was started; empty when there is none, or one that has ended and not been asked for its exit code. */
const commandOf = (pid: number): string =>
  process.platform === 'linux'
    ? (readIfThere(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ')
    : spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: psMsMax }).stdout;

const psMsMax = 5_000;

const ageMs = (file: string): number => {
  const modified = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return modified === undefined ? Infinity : Date.now() - modified;
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
