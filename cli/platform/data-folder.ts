/** The folder in which a single machine keeps everything. */

import { constants } from 'node:fs';
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../usage-error.ts';

export interface DataFolder {
  readonly path: string;
  readonly postgres: string;
  readonly clickHouse: string;
  /** Files that are being imported. */
  readonly spool: string;
  /** In a cluster: copies of what is being imported here; nothing in it outlives the process. */
  readonly importCopies: string;
  /** Series of bars that backtests have read; may be deleted at any time. */
  readonly series: string;
  /** Mail, where no mail server takes it. */
  readonly mail: string;
  /** The built terminal. */
  readonly terminal: string;
  /** Holds the first administrator's password until it has been shown. */
  readonly firstPassword: string;
}

/** Makes the folder where it is not there. Throws a {@link UsageError} when it can't be used. */
export const openDataFolder = async (path: string): Promise<DataFolder> => {
  const folder: DataFolder = {
    path,
    postgres: join(path, 'postgres'),
    clickHouse: join(path, 'clickhouse'),
    spool: join(path, 'imports'),
    importCopies: join(path, 'import-copies'),
    series: join(path, 'series'),
    mail: join(path, 'mail'),
    terminal: join(path, 'terminal'),
    firstPassword: join(path, 'first-password'),
  };
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    await mkdir(folder.spool, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError(
      'data-folder',
      `The data folder ${path} can't be used: ${(error as Error).message}.`, // node:fs rejects with errors
      'Set XTRADING_DATA to a folder that may be written.',
      { cause: error },
    );
  }
  return folder;
};

/** To be called when the first administrator's password has been shown. */
export const forgetPassword = async (folder: DataFolder): Promise<void> => rm(folder.firstPassword, { force: true });
