/** What an embedded Postgres has written of itself, and what is made of it when it does not start. */

import { existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseError } from './database-error.ts';

/** Grown beyond this, the log of former runs is put aside once, so that it never fills the disk. */
const logBytesMax = 10 * 1024 * 1024;

const logFile = (dataFolder: string): string => join(dataFolder, 'server.log');

/** For a server to write to; to be closed when it has it. */
export const openServerLog = (dataFolder: string): number => {
  const file = logFile(dataFolder);
  if (existsSync(file) && statSync(file).size > logBytesMax) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
};

/** How long the log is, for {@link failureSince}. */
export const loggedBytes = (dataFolder: string): number =>
  statSync(logFile(dataFolder), { throwIfNoEntry: false })?.size ?? 0;

/** The last failure that was written beyond that length. */
export const failureSince = (dataFolder: string, bytes: number): string =>
  lastLine(readFileSync(logFile(dataFolder)).subarray(bytes).toString());

/** Of what a program has written, the line that says why it failed. */
export const lastLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .findLast((line) => /FATAL|PANIC|ERROR|error:/.test(line)) ??
  text.trim().split('\n').at(-1) ??
  '';

export const cannotStart = (dataFolder: string, reason: string): DatabaseError =>
  new DatabaseError(
    'database-start',
    `The embedded Postgres does not start: ${reason}`,
    `Look at ${logFile(dataFolder)}; the disk may be full or the folder not writable.`,
  );
