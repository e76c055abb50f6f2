import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { migrate } from './migrations.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const execute = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

/** A database without tables. */
const emptyDatabase = async (): Promise<string> => {
  const url = await server.database();
  const [{ schemas }] = (await execute(
    url,
    `SELECT string_agg(format('DROP SCHEMA %I CASCADE', nspname), ';') AS schemas FROM pg_namespace
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')`,
  )) as [{ schemas: string }];
  await execute(url, `${schemas}; DROP TABLE public.migration`);
  return url;
};

/** As a program left it that knew no more steps. */
const databaseOfStep = async (number: number): Promise<string> => {
  const url = await emptyDatabase();
  const folder = new URL('migrations/', import.meta.url);
  await execute(
    url,
    `CREATE TABLE public.migration (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  );
  for (const file of readdirSync(folder).sort()) {
    if (Number.parseInt(file, 10) > number) continue;
    const sql = readFileSync(new URL(file, folder), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    await execute(url, sql);
    await execute(
      url,
      `INSERT INTO public.migration (number, name, checksum)
        VALUES (${Number.parseInt(file, 10)}, '${file.slice(5, -4)}', '${checksum}')`,
    );
  }
  return url;
};

test('several nodes that start at once bring a database up to date once', async () => {
  const url = await emptyDatabase();
  await Promise.all([migrate(url), migrate(url), migrate(url)]);
  expect(await execute(url, 'SELECT number FROM public.migration WHERE number = 1')).toEqual([{ number: 1 }]);
  expect(await execute(url, 'SELECT count(*)::int AS shards FROM journal.shard_owner')).toEqual([{ shards: 1_024 }]);
});

test('a step with a lower number than the last one is not passed over', async () => {
  const url = await server.database();
  await execute(
    url,
    `DELETE FROM public.migration WHERE number = 2; DROP SCHEMA users, strategies, backtests CASCADE;
    DROP SCHEMA trading, market_data, notifications CASCADE; DELETE FROM public.migration WHERE number = 3;
    DROP SCHEMA gateway CASCADE`,
  );
  await migrate(url);
  expect(await execute(url, 'SELECT count(*)::int AS users FROM users.users')).toEqual([{ users: 0 }]);
});

test('a database that a newer program has used is refused', async () => {
  const url = await server.database();
  await execute(url, `INSERT INTO public.migration (number, name, checksum) VALUES (9999, 'later', '')`);
  await expect(migrate(url)).rejects.toMatchObject({ code: 'database-newer' });
});

test('a step that was applied in another form is refused', async () => {
  const url = await server.database();
  await execute(url, `UPDATE public.migration SET checksum = 'other' WHERE number = 1`);
  await expect(migrate(url)).rejects.toMatchObject({ code: 'database-changed' });
});

test('lists that a former program has made are read on, and those it was still making are made anew', async () => {
  const url = await databaseOfStep(3);
  await execute(
    url,
    `INSERT INTO journal.projection VALUES ('backtests of backtest', 3, 'c1'), ('backtests of batch', 1, 'c1'),
      ('users of user', 1, 'c1'), ('orders of account', 2, 'c2'), ('batch-members of batch', 1, 'c1'),
      ('fills of account', 1, 'c1'), ('fills of other', 1, 'c2');
    INSERT INTO backtests.backtests (id, projection, owner, at, doc) VALUES ('b1', 'backtests of backtest', 'ann', 1, '{}');
    INSERT INTO backtests.batch_members (id, projection, owner, at, doc) VALUES ('m1', 'batch-members of batch', 'ann', 1, '{}');
    INSERT INTO trading.fills (id, projection, owner, at, doc) VALUES ('f1', 'fills of account', 'ann', 1, '{}')`,
  );
  await migrate(url);
  expect(await execute(url, 'SELECT list, version, state, cursor FROM journal.list_build ORDER BY list')).toEqual([
    { list: 'backtests', version: 'backtest 3, batch 1', state: 'served', cursor: 'c1' },
    { list: 'batch-members', version: 'batch 1', state: 'served', cursor: 'c1' },
    { list: 'orders', version: 'account 2', state: 'served', cursor: 'c2' },
    { list: 'users', version: 'user 1', state: 'served', cursor: 'c1' },
  ]);
  const listOfRow = (table: string) =>
    execute(url, `SELECT id, list FROM ${table} JOIN journal.list_build USING (build)`);
  expect(await listOfRow('backtests.backtests')).toEqual([{ id: 'b1', list: 'backtests' }]);
  expect(await listOfRow('backtests.batch_members')).toEqual([{ id: 'm1', list: 'batch-members' }]);
  expect(await execute(url, 'SELECT FROM trading.fills')).toEqual([]);
});

test('a new journal has shards for each role, and one with events keeps all of them for all', async () => {
  const fresh = await server.database();
  const ranges = await execute(fresh, 'SELECT role, first, count FROM journal.role_shards ORDER BY first');
  expect(ranges).toEqual([
    { role: 'users', first: 0, count: 128 },
    { role: 'strategies', first: 128, count: 128 },
    { role: 'market-data', first: 256, count: 128 },
    { role: 'notifications', first: 384, count: 128 },
    { role: 'backtests', first: 512, count: 256 },
    { role: 'trading', first: 768, count: 256 },
  ]);

  const used = await databaseOfStep(34);
  await execute(
    used,
    `INSERT INTO journal.event (persistence_id, seq, shard, shard_seq, type, version, payload, at, epoch)
      VALUES ('user/ann', 1, 7, 1, 'UserRegistered', 1, '{}', 1, 1)`,
  );
  await migrate(used);
  expect(await execute(used, 'SELECT FROM journal.role_shards')).toEqual([]);
});

test('a database that others do not let go of is refused in time, and they are named', async () => {
  const url = await server.database();
  const other = new Client({ connectionString: url, application_name: 'somebody' });
  await other.connect();
  await other.query('BEGIN; LOCK TABLE public.migration IN ACCESS EXCLUSIVE MODE');
  await expect(migrate(url, { lockMsMax: 100 })).rejects.toMatchObject({
    code: 'database-busy',
    message: expect.stringContaining('somebody'),
  });
  await other.end();
});
