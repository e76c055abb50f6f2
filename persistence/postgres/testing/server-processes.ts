/** The processes of a test's own Postgres, to be frozen and ended by signals. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { queryOn } from './stored-journal.ts';

export interface ServerProcesses {
  /** All of them stand still, in the middle of whatever they do; connections stay open and nobody answers. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** As `pg_ctl stop -m immediate`: connections are broken off, nothing is finished. Resolves when it is gone. */
  readonly stopImmediately: () => Promise<void>;
}

export const serverProcessesOf = async (url: string): Promise<ServerProcesses> => {
  const [row] = await queryOn(url, 'SHOW data_directory');
  const [line] = readFileSync(join(String(row?.['data_directory']), 'postmaster.pid'), 'utf8').split('\n');
  const postmaster = Number(line);
  let frozen: readonly number[] = [];
  return {
    freeze() {
      // The first one makes the others: what it has not made by then it does not make.
      process.kill(postmaster, 'SIGSTOP');
      frozen = [postmaster, ...childrenOf(postmaster)];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    },
    thaw() {
      for (const pid of frozen.toReversed()) process.kill(pid, 'SIGCONT');
    },
    async stopImmediately() {
      process.kill(postmaster, 'SIGQUIT');
      while (isThere(postmaster)) await delay(pollMs);
    },
  };
};

/** No event tells of the end of a process that is no child of ours. */
const pollMs = 5;

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const childrenOf = (pid: number): readonly number[] =>
  execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);
