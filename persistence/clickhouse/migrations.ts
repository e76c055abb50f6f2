/** Brings a ClickHouse up to what this program expects: numbered steps, each applied once and never changed. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseError } from '../postgres/database-error.ts';
import type { ClickHouse } from './clickhouse.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
  readonly checksum: string;
}

const folder = new URL('migrations/', import.meta.url);

/** `0001-history.sql`: applied in the order of their numbers. Statements end with `;` at the end of a line. */
const readMigrations = (): readonly Migration[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const sql = readFileSync(new URL(file, folder), 'utf8');
      return {
        number: Number.parseInt(file, 10),
        name: file.replace(/^\d+-|\.sql$/g, ''),
        statements: sql.split(/;\n/).filter((statement) => statement.trim() !== ''),
        checksum: createHash('sha256').update(sql).digest('hex'),
      };
    });

/**
 * Applies the migrations that a database lacks. ClickHouse has no transactions over tables: every
 * statement is one that may run twice (`IF NOT EXISTS`), so that a step cut short, or begun by two
 * nodes at once, is done again. Throws a {@link DatabaseError}: `database-newer`, `database-changed`.
 */
export const migrateClickHouse = async (clickHouse: ClickHouse): Promise<void> => {
  await clickHouse.command(`CREATE TABLE IF NOT EXISTS migration (
    number UInt32, name String, checksum String, applied_at DateTime DEFAULT now()
  ) ENGINE = ReplacingMergeTree ORDER BY number`);
  const applied = await clickHouse.select(
    'SELECT toFloat64(number) AS n, name, checksum FROM migration FINAL ORDER BY number',
  );
  const migrations = readMigrations();
  applied.numbers('n').forEach((number, i) => {
    refuseUnknown(
      { number, name: applied.texts('name')[i] ?? '', checksum: applied.texts('checksum')[i] ?? '' },
      migrations,
    );
  });
  const last = applied.numbers('n').at(-1) ?? 0;
  for (const migration of migrations.filter(({ number }) => number > last)) await apply(clickHouse, migration);
};

const refuseUnknown = (
  applied: Pick<Migration, 'number' | 'name' | 'checksum'>,
  migrations: readonly Migration[],
): void => {
  const known = migrations.find(({ number }) => number === applied.number);
  if (known === undefined) {
    throw new DatabaseError(
      'database-newer',
      `ClickHouse has step ${applied.number} (${applied.name}), which this program does not know.`,
      'A newer version of the program has used it: start that one.',
    );
  }
  if (known.checksum !== applied.checksum) {
    throw new DatabaseError(
      'database-changed',
      `Step ${applied.number} (${applied.name}) was applied to ClickHouse in another form than this program has it.`,
      'Use the version of the program that made the database, or a new database.',
    );
  }
};

const apply = async (clickHouse: ClickHouse, { number, name, statements, checksum }: Migration): Promise<void> => {
  for (const statement of statements) await clickHouse.command(statement);
  await clickHouse.command(
    'INSERT INTO migration (number, name, checksum) SELECT {number:UInt32}, {name:String}, {checksum:String}',
    { number, name, checksum },
  );
};
