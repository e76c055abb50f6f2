/** The one program that moves the lists on: it is who holds a lock, on the connection on which it writes them. */

import { advisoryLocks } from './advisory-locks.ts';
import type { Connection, Statement } from './database.ts';

/** A session of the server; numbers of processes come again. */
export interface LeaderSession {
  readonly pid: number;
  readonly since: string;
}

const take: Statement = { name: 'take-turn', text: 'SELECT pg_try_advisory_lock($1) AS taken' };

/** Of this very lock in this database; the number stands there in two halves. */
const holders = `FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid <> pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid::bigint = $1::bigint >> 32 AND l.objid::bigint = $1::bigint & 4294967295`;
const find: Statement = {
  name: 'find-leader',
  text: `SELECT l.pid, a.backend_start::text AS since ${holders}`,
};
const end: Statement = {
  name: 'end-leader',
  text: `SELECT pg_terminate_backend(l.pid) AS ended ${holders} AND l.pid = $2 AND a.backend_start = $3::timestamptz`,
};

/** Whether the connection holds the lock from now on, until it ends: who has lost it writes nothing. */
export const takeLead = async (connection: Connection): Promise<boolean> => {
  const [row] = await connection.query<{ taken: boolean }>(take, [advisoryLocks.lists]);
  return row?.taken === true;
};

export const findLeader = async (connection: Connection): Promise<LeaderSession | null> => {
  const [row] = await connection.query<LeaderSession>(find, [advisoryLocks.lists]);
  return row ?? null;
};

/** Ends that session and none that has come after it. What it was writing is undone, and the lock is free. */
export const endLeader = async (connection: Connection, { pid, since }: LeaderSession): Promise<boolean> => {
  const [row] = await connection.query<{ ended: boolean }>(end, [advisoryLocks.lists, pid, since]);
  return row?.ended === true;
};
