/** The folder of an embedded Postgres: made whole or not at all, and by the version that reads it. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseError } from './database-error.ts';
import { notRun, programEnvironment } from './embedded-programs.ts';
import type { EmbeddedPrograms, ProgramOutcome } from './embedded-programs.ts';
import type { EmbeddedPostgresOptions } from './embedded-server.ts';
import { cannotStart, lastLine } from './server-log.ts';

/** The one user of an embedded server. */
export const userName = 'xtrading';

/** A busy machine with a slow disk takes a minute for the thousand files. */
const makeMsMax = 300_000;

/** The cluster's folder in a data folder. Throws a {@link DatabaseError} when it can't be made or was made by another Postgres. */
export const openCluster = async (
  programs: EmbeddedPrograms,
  { dataFolder, isKnown, onWait }: Required<Pick<EmbeddedPostgresOptions, 'dataFolder' | 'isKnown' | 'onWait'>>,
): Promise<string> => {
  const cluster = join(dataFolder, 'cluster');
  if (!existsSync(cluster)) {
    if (isKnown) throw cannotStart(dataFolder, `${cluster} is gone.`);
    onWait('the files of a new one to be made');
    await makeCluster(programs, dataFolder, cluster);
  }
  refuseOtherVersion(programs, cluster);
  return cluster;
};

/** Into a folder of its own, renamed when complete: a kill in between leaves nothing half made. */
const makeCluster = async (programs: EmbeddedPrograms, dataFolder: string, cluster: string): Promise<void> => {
  const making = mkdtempSync(join(dataFolder, 'making-'));
  try {
    programs.hand(making);
    const { code, said } = await runInitdb(programs, dataFolder, making);
    if (code !== 0) throw notRun({ code, said }) ?? cannotStart(dataFolder, said);
    renameSync(making, cluster);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  }
};

const runInitdb = (programs: EmbeddedPrograms, dataFolder: string, making: string): Promise<ProgramOutcome> => {
  const [program, ...given] = programs.command('initdb');
  const options = [
    `--pgdata=${making}`,
    `--username=${userName}`,
    // Whoever may enter the socket's folder is ourselves.
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ];
  return new Promise((resolve) => {
    execFile(
      program,
      [...given, ...options],
      { env: programEnvironment, cwd: dataFolder, timeout: makeMsMax, killSignal: 'SIGKILL' },
      (error, _said, complaint) => {
        if (error === null) resolve({ code: 0, said: '' });
        else if (error.killed === true) resolve({ code: null, said: `initdb has not ended in ${makeMsMax / 1_000} s` });
        // Not a number where it could not be started at all.
        else if (typeof error.code === 'number') resolve({ code: error.code, said: lastLine(complaint) });
        else resolve({ code: 126, said: error.message });
      },
    );
  });
};

const refuseOtherVersion = ({ majorVersion }: EmbeddedPrograms, cluster: string): void => {
  const made = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (made === String(majorVersion)) return;
  throw new DatabaseError(
    'database-version',
    `The data in ${cluster} were made by Postgres ${made}; this program brings Postgres ${majorVersion}.`,
    `Export them with the program that made them, or move the folder away to begin anew.`,
  );
};
