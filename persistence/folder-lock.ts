/** One program at a time in a data folder: a lock that the system takes back from a killed program. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from './postgres/database-error.ts';

export interface FolderLock {
  /** Doing it again does nothing. */
  release(): void;
}

/** A program that was killed a moment ago may still be on its way out. */
const leavingMsMax = 1_500;
const pollMs = 50;

/**
 * Locks an empty SQLite file: the one lock of the system that Node reaches on every platform. Throws
 * a {@link DatabaseError} `database-in-use` that names the process which has it.
 */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holderFile = join(folder, 'holder');
  const started = performance.now();
  for (;;) {
    const file = tryLock(folder);
    if (file !== null) {
      writeFileSync(holderFile, String(process.pid));
      return releasing(file);
    }
    if (performance.now() - started > leavingMsMax) break;
    await delay(pollMs);
  }
  throw new DatabaseError(
    'database-in-use',
    `Another program (process ${holderOf(holderFile)}) works on ${folder}.`,
    'Stop that one first, or choose another data folder.',
  );
};

/** The locked file; null when another one has it. */
const tryLock = (folder: string): DatabaseSync | null => {
  const file = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (error) {
    file.close();
    if (isBusy(error)) return null;
    throw error;
  }
};

const releasing = (file: DatabaseSync): FolderLock => ({
  release() {
    if (file.isOpen) file.close();
  },
});

const sqliteBusy = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy;

const holderOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has the lock and has not written its number yet.
    return 'that has just begun';
  }
};
