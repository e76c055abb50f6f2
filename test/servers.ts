/** Private servers for tests: real ones, on folders of their own, that a test may kill. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { migrate, openEmbeddedPostgres } from '#persistence';

export interface PostgresServer {
  /** A database for one test, with all tables; its URL. */
  database(): Promise<string>;
  /** As a crash of the machine would: nothing is finished, no client is told. Resolves when it is gone. */
  kill(): Promise<void>;
  /** After a kill, on the same data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** One is enough for a test file: each test has a database of its own in it. */
export const startPostgres = async (): Promise<PostgresServer> => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-postgres-'));
  let server = await openEmbeddedPostgres({ dataFolder });
  const template = 'migrated';
  await execute(server.url, `CREATE DATABASE ${template}`);
  await migrate(inDatabase(server.url, template));
  let databases = 0;
  return {
    async database() {
      databases++;
      const name = `test_${databases}`;
      await execute(server.url, `CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE ${template}`);
      return inDatabase(server.url, name);
    },
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.lost;
    },
    async start() {
      server = await openEmbeddedPostgres({ dataFolder });
    },
    async stop() {
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
};

const execute = async (url: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

const inDatabase = (url: string, name: string): string => {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
};
