/** One program at a time on an embedded server: a lock that the server holds for as long as the program lives. */

import { setTimeout as delay } from 'node:timers/promises';
import { Client, escapeIdentifier } from 'pg';
import { DatabaseError } from './database-error.ts';

export interface ServerLock {
  /** Resolves when the lock is gone: with the reason, or with null when it was released. */
  readonly lost: Promise<Error | null>;
  makeDatabase(name: string): Promise<void>;
  /** The release alone, or what ends the server and with it the lock. */
  release(end?: () => Promise<void>): Promise<void>;
}

/** Any number, the same in all versions of the program. */
const lockKey = 7_264_001;

/** A server takes a moment to notice that the program that held the lock was killed. */
const takeOverMsMax = 1_500;
const pollMs = 50;
/** The server has just answered, so it is there. */
const connectMsMax = 10_000;

/** Throws `database-in-use` when another program holds the lock, and says which. */
export const lockServer = async (url: string, dataFolder: string): Promise<ServerLock> => {
  const client = new Client({
    connectionString: url,
    application_name: `xtrading ${process.pid}`,
    keepAlive: true,
    connectionTimeoutMillis: connectMsMax,
  });
  let isReleased = false;
  const lost = new Promise<Error | null>((resolve) => {
    // A server that goes may say so more than once; the first is the reason.
    client.on('error', (error) => resolve(isReleased ? null : error));
    client.on('end', () =>
      resolve(isReleased ? null : new Error('The connection to the embedded Postgres has ended.')),
    );
  });
  await client.connect();
  const started = performance.now();
  while (!(await tryLock(client))) {
    if (performance.now() - started < takeOverMsMax) {
      await delay(pollMs);
      continue;
    }
    const holder = await holderOf(client);
    await client.end();
    throw new DatabaseError(
      'database-in-use',
      `Another program (process ${holder}) works on ${dataFolder}.`,
      'Stop that one first, or choose another data folder.',
    );
  }
  return {
    lost,
    async makeDatabase(name) {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
    },
    async release(end) {
      isReleased = true;
      if (end === undefined) return client.end();
      await end();
      // Ended by the server: to end it here as well could wait for an end that has already been.
      await lost;
    },
  };
};

const tryLock = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [lockKey]);
  return rows[0]?.locked === true;
};

/** The process id of the program that has the lock, as it told the server. */
const holderOf = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.objid = $1 AND l.granted`,
    [lockKey],
  );
  return rows[0]?.name.replace(/^xtrading /, '') ?? 'that has just ended';
};
