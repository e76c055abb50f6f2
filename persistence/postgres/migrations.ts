/** Brings a database up to what this program expects: numbered steps, each applied once and never changed. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { DatabaseError } from './database-error.ts';

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

/** Any number, the same in all versions of the program. */
const lockKey = 7_264_002;

/** A server that takes longer is not there. */
const connectMsMax = 10_000;

/**
 * Applies the migrations that a database lacks; safe when several nodes start at once. Throws a
 * {@link DatabaseError}: `database-newer` when a newer program has been there, `database-changed`
 * when a migration was applied in another form.
 */
export const migrate = async (url: string): Promise<void> => {
  const client = new Client({
    connectionString: url,
    application_name: 'xtrading migrations',
    connectionTimeoutMillis: connectMsMax,
  });
  await client.connect();
  try {
    // Held by the session, so it also ends with it.
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    await client.query(`CREATE TABLE IF NOT EXISTS public.migration (
      number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
    const { rows } = await client.query<Pick<Migration, 'number' | 'name' | 'checksum'>>(
      'SELECT number, name, checksum FROM public.migration ORDER BY number',
    );
    const migrations = readMigrations();
    for (const row of rows) refuseUnknown(row, migrations);
    // Not only those after the last one: of two that were made side by side either may have come first.
    const applied = new Set(rows.map(({ number }) => number));
    for (const migration of migrations.filter(({ number }) => !applied.has(number))) await apply(client, migration);
  } finally {
    await client.end();
  }
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

const apply = async (client: Client, { number, name, sql, checksum }: Migration): Promise<void> => {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO public.migration (number, name, checksum) VALUES ($1, $2, $3)', [
      number,
      name,
      checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
};
