/** ClickHouse on a server of its own: the same statements as the embedded engine, over HTTP. */

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { insertStatement, quoteName } from './clickhouse.ts';
import type { ClickHouse } from './clickhouse.ts';
import { migrateClickHouse } from './migrations.ts';
import { decodeNative, encodeNative } from './native-format.ts';

/**
 * Opens `http://user:password@host:8123/database`, made when it is not there, with all tables.
 * Throws a DatabaseError as the embedded engine does, and the client's errors for a server that
 * does not answer.
 */
export const openClickHouse = async (url: string): Promise<ClickHouse> => {
  const address = new URL(url);
  const database = decodeURIComponent(address.pathname.slice(1)) || 'xtrading';
  address.pathname = '';
  const first = createClient({ url: address, ...clientOptions });
  try {
    await first.command({ query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}', query_params: { database } });
  } finally {
    await first.close();
  }
  const clickHouse = onServer(
    createClient({ url: address, database, clickhouse_settings: serverSettings, ...clientOptions }),
  );
  try {
    await migrateClickHouse(clickHouse);
  } catch (error) {
    await clickHouse.close();
    throw error;
  }
  return clickHouse;
};

const clientOptions = {
  // What fails is thrown, and told by whoever asked.
  log: { level: ClickHouseLogLevel.OFF },
  // A million bars over a slow line, made from many more.
  request_timeout: 120_000,
};

const serverSettings = {
  // A server that is set to gather inserts would acknowledge before it has written them.
  async_insert: 0,
  // A replicated table else drops an import of what it had some imports ago.
  insert_deduplicate: 0,
} as const;

const onServer = (client: ReturnType<typeof createClient>): ClickHouse => ({
  async select(sql, parameters = {}) {
    const { stream } = await client.exec({ query: `${sql} FORMAT Native`, query_params: { ...parameters } });
    return decodeNative(await buffer(stream));
  },
  async command(sql, parameters = {}) {
    await client.command({ query: sql, query_params: { ...parameters } });
  },
  async insert(request) {
    const structure = Object.entries(request.columns)
      .map(([name, { type }]) => `${quoteName(name)} ${type}`)
      .join(', ');
    const { stream } = await client.exec({
      query: `${insertStatement(request)}input('${structure}') FORMAT Native`,
      query_params: { ...request.constants },
      values: Readable.from(encodeNative(request.columns), { objectMode: false }),
    });
    await buffer(stream);
  },
  close: () => client.close(),
});
