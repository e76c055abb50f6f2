/** Brings a database up to what this program expects: numbered steps, each applied once and never changed. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { advisoryLocks } from './advisory-locks.ts';
import { DatabaseError } from './database-error.ts';
import { sqlState } from './database.ts';
import { connectSingle } from './single-connection.ts';
import type { SingleConnection } from './single-connection.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

const folder = new URL('migrations/', import.meta.url);

/** `0001-journal.sql`: applied in the order of their numbers. */
const readMigrations = (): readonly Migration[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const sql = readFileSync(new URL(file, folder), 'utf8');
      return {
        number: Number.parseInt(file, 10),
        name: file.replace(/^\d+-|\.sql$/g, ''),
        sql,
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    });

/** A server that takes longer is not there. */
const connectMsMax = 10_000;
/** A step may rewrite a table of some size. */
const statementMsMax = 600_000;
/** For another node's steps, or its last transactions in what a step changes. */
const lockMsDefault = 60_000;

/**
 * Applies the migrations that a database lacks; safe when several nodes start at once. Throws a
 * {@link DatabaseError}: `database-newer` when a newer program has been there, `database-changed`
 * when a migration was applied in another form, `database-busy` when others do not let go of it.
 */
export const migrate = async (
  url: string,
  { lockMsMax = lockMsDefault }: { readonly lockMsMax?: number } = {},
): Promise<void> => {
  const connection = await connectSingle({ url, name: 'migrations', connectMsMax, statementMsMax });
  try {
    await connection.query(`SET lock_timeout = ${lockMsMax}`);
    // Held by the session, so it also ends with it.
    await connection.query('SELECT pg_advisory_lock($1)', [advisoryLocks.migrations]);
    await connection.query(`CREATE TABLE IF NOT EXISTS public.migration (
      number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    const rows = await connection.query<Pick<Migration, 'number' | 'name' | 'checksum'>>(
      'SELECT number, name, checksum FROM public.migration ORDER BY number',
    );
    const migrations = readMigrations();
    for (const row of rows) refuseUnknown(row, migrations);
    // Not only those after the last one: of two that were made side by side either may have come first.
    const applied = new Set(rows.map(({ number }) => number));
    for (const migration of migrations.filter(({ number }) => !applied.has(number))) await apply(connection, migration);
  } catch (error) {
    throw sqlState(error) === lockNotAvailable ? await busy(connection, lockMsMax, error) : error;
  } finally {
    await connection.close();
  }
};

const lockNotAvailable = '55P03';

/** Names whoever works on the database, for they can be asked to end. */
const busy = async (connection: SingleConnection, lockMsMax: number, cause: unknown): Promise<DatabaseError> => {
  const others = await connection.query<{ name: string }>(
    `SELECT DISTINCT application_name AS name FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY 1 LIMIT 10`,
  );
  return new DatabaseError(
    'database-busy',
    `The tables could not be brought up to date: for ${lockMsMax / 1_000} s others held what that needs (${others.map(({ name }) => name).join(', ')}).`,
    'Stop the other program, or wait until it has brought the tables up to date, and start again.',
    { cause },
  );
};

const refuseUnknown = (
  applied: Pick<Migration, 'number' | 'name' | 'checksum'>,
  migrations: readonly Migration[],
): void => {
  const known = migrations.find(({ number }) => number === applied.number);
  if (known === undefined) {
    throw new DatabaseError(
      'database-newer',
      `The database has step ${applied.number} (${applied.name}), which this program does not know.`,
      'A newer version of the program has used it: start that one.',
    );
  }
  if (known.checksum !== applied.checksum) {
    throw new DatabaseError(
      'database-changed',
      `Step ${applied.number} (${applied.name}) was applied to the database in another form than this program has it.`,
      'Use the version of the program that made the database, or a new database.',
    );
  }
};

const apply = async (connection: SingleConnection, { number, name, sql, checksum }: Migration): Promise<void> => {
  await connection.query('BEGIN');
  try {
    await connection.query(sql);
    await connection.query('INSERT INTO public.migration (number, name, checksum) VALUES ($1, $2, $3)', [
      number,
      name,
      checksum,
    ]);
    await connection.query('COMMIT');
  } catch (error) {
    // Where the connection has gone, the server does it by itself.
    await connection.query('ROLLBACK').catch(() => {});
    throw error;
  }
};
