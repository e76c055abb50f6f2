/** Who is signed in at which server, kept between commands in a file that nobody else can read. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { AccessToken, TokenStore } from '#sdk';
import { ServerError } from './server-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface KeptSession {
  readonly refreshToken: string;
  readonly access: AccessToken | null;
}

interface Kept {
  /** Where the last login was: commands that name no server mean this one. */
  readonly server: string | null;
  readonly sessions: Readonly<Record<string, KeptSession>>;
}

const nothing: Kept = { server: null, sessions: {} };

/** `$XDG_CONFIG_HOME/xtrading/sessions.json`, by default in `~/.config`. */
const pathOf = (environment: Environment): string => {
  const folder = environment['XDG_CONFIG_HOME'];
  return join(folder === undefined || folder === '' ? join(homedir(), '.config') : folder, 'xtrading', 'sessions.json');
};

/** The server of the last login; null: there was none. */
export const lastServer = (environment: Environment): string | null => read(pathOf(environment)).server;

/** The tokens for one server. Writing some makes it the server that is meant from now on. */
export const sessionStore = (environment: Environment, server: string): TokenStore => {
  const path = pathOf(environment);
  const change = (session: KeptSession | null): void => {
    const { [server]: _before, ...others } = read(path).sessions;
    write(path, { server, sessions: session === null ? others : { ...others, [server]: session } });
  };
  const session = (): KeptSession | null => read(path).sessions[server] ?? null;
  return {
    read: () => session()?.refreshToken ?? null,
    write: (refreshToken) => change(refreshToken === null ? null : { refreshToken, access: null }),
    access: {
      read: () => session()?.access ?? null,
      write(access) {
        const before = session();
        if (before !== null) change({ ...before, access });
      },
    },
    exclusively: async (action) => await alone(`${path}.lock`, action),
  };
};

const read = (path: string): Kept => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing; // fs throws these
    throw unusable(path, error);
  }
  try {
    return { ...nothing, ...(JSON.parse(text) as Partial<Kept>) }; // written below
  } catch (error) {
    throw unusable(path, error);
  }
};

/** Whole or not at all: another command may read it meanwhile. */
const write = (path: string, kept: Kept): void => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    throw unusable(path, error);
  }
};

const unusable = (path: string, error: unknown): ServerError =>
  new ServerError(
    'session-file',
    `${path} can't be used: ${(error as Error).message}.`, // fs and JSON throw errors
    'Delete it and sign in again, or set XDG_CONFIG_HOME to a folder that may be written.',
    { cause: error },
  );

const lookAgainMs = 50;
/** A refresh takes milliseconds; who has held the lock for longer has been killed. */
const lockStaleMs = 15_000;

/** One command at a time: a refresh token is good for one use. */
const alone = async <T>(lock: string, action: () => Promise<T>): Promise<T> => {
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 });
  while (!(await taken(lock))) await pause(lookAgainMs);
  try {
    return await action();
  } finally {
    await rm(lock, { force: true });
  }
};

const taken = async (lock: string): Promise<boolean> => {
  try {
    await (await open(lock, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(lock, error); // fs rejects with these
    const age = await stat(lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0, // given back meanwhile
    );
    if (age > lockStaleMs) await rm(lock, { force: true });
    return false;
  }
};
