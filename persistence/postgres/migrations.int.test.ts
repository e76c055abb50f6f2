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

test('several nodes that start at once bring a database up to date once', async () => {
  const url = await server.database();
  const [{ schemas }] = (await execute(
    url,
    `SELECT string_agg(format('DROP SCHEMA %I CASCADE', nspname), ';') AS schemas FROM pg_namespace
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')`,
  )) as [{ schemas: string }];
  await execute(url, `${schemas}; DROP TABLE public.migration`);
  await Promise.all([migrate(url), migrate(url), migrate(url)]);
  expect(await execute(url, 'SELECT number FROM public.migration WHERE number = 1')).toEqual([{ number: 1 }]);
  expect(await execute(url, 'SELECT count(*)::int AS shards FROM journal.shard_owner')).toEqual([{ shards: 1_024 }]);
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
