/** One program at a time in a data folder: a lock that the system takes back from a killed program. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DatabaseError } from '../postgres/database-error.ts';

export interface FolderLock {
  release(): void;
}

/**
 * Locks an empty SQLite file: the one lock of the system that Node reaches on every platform. Throws
 * a {@link DatabaseError} `database-in-use` that names the process which has it.
 */
export const lockFolder = (folder: string): FolderLock => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holderFile = join(folder, 'holder');
  const file = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    file.close();
    if (!isBusy(cause)) throw cause;
    throw new DatabaseError(
      'database-in-use',
      `Another program (process ${holderOf(holderFile)}) works on ${folder}.`,
      'Stop that one first, or choose another data folder.',
      { cause },
    );
  }
  writeFileSync(holderFile, String(process.pid));
  return { release: () => file.close() };
};

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
