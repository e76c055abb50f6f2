/** The ClickHouse of a single machine: the engine in this process, on a data folder of the program. */

import { mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { DatabaseError } from '../postgres/database-error.ts';
import { insertStatement } from './clickhouse.ts';
import type { ClickHouse } from './clickhouse.ts';
import { lockFolder } from './folder-lock.ts';
import { migrateClickHouse } from './migrations.ts';
import { decodeNative, encodeNative } from './native-format.ts';

export interface EmbeddedClickHouseOptions {
  /** Belongs to the engine alone; made when it is not there. A process opens one at a time. */
  readonly dataFolder: string;
  /** For all that the engine does at once; a query that needs more fails. Its own default is nearly the whole machine. */
  readonly memoryBytesMax: number;
}

/**
 * Opens the engine on a data folder, with all tables. Throws a {@link DatabaseError}:
 * `database-in-use` when another program has the folder, `database-programs` where the engine is
 * not installed, `database-start`, `database-newer`, `database-changed`.
 */
export const openEmbeddedClickHouse = async (options: EmbeddedClickHouseOptions): Promise<ClickHouse> => {
  const lock = lockFolder(options.dataFolder);
  try {
    const engine = await openEngine(options);
    try {
      await engine.command(`CREATE DATABASE IF NOT EXISTS ${databaseName}`);
      // Of the connection, so for every statement that follows.
      await engine.command(`USE ${databaseName}`);
      await migrateClickHouse(engine);
    } catch (error) {
      await engine.close();
      throw error;
    }
    return {
      ...engine,
      async close() {
        await engine.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
};

const databaseName = 'xtrading';

const openEngine = async ({ dataFolder, memoryBytesMax }: EmbeddedClickHouseOptions): Promise<ClickHouse> => {
  const { Session, createChdbConnection, drainPending } = await loadEngine();
  const path = join(resolve(dataFolder), 'engine');
  const inbox = join(resolve(dataFolder), 'inbox');
  // What a killed program was about to insert, and did not acknowledge.
  rmSync(inbox, { recursive: true, force: true });
  mkdirSync(inbox, { recursive: true, mode: 0o700 });
  // The first session of a process makes the engine; only a session takes the engine's settings.
  const session = startSession(
    () => new Session(path, { connectionArgs: engineArguments(memoryBytesMax) }),
    dataFolder,
  );
  // The engine's package has the client's interface from another package of the same client, type by type the same.
  const connection = createChdbConnection({ path }) as unknown as ClientConnection;
  const client = createClient({ connection, log: { level: ClickHouseLogLevel.OFF } });
  let inserts = 0;
  return {
    async select(sql, parameters = {}) {
      const { stream } = await client.exec({ query: `${sql} FORMAT Native`, query_params: { ...parameters } });
      return decodeNative(await buffer(stream));
    },
    async command(sql, parameters = {}) {
      await client.command({ query: sql, query_params: { ...parameters } });
    },
    async insert(request) {
      // The client hands the engine text; a file is how it takes columns as they are.
      const file = join(inbox, `${++inserts}.native`);
      const source = `file('${file.replaceAll(/[\\']/g, String.raw`\$&`)}', 'Native')`;
      try {
        await writeFile(file, encodeNative(request.columns), { mode: 0o600 });
        await client.command({ query: insertStatement(request, source), query_params: { ...request.constants } });
      } finally {
        rmSync(file, { force: true });
      }
    },
    async close() {
      // Closing amid a query would end the engine for the whole process.
      await drainPending();
      await client.close();
      session.close();
    },
  };
};

type ClientConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** An optional dependency: machines that work on a server do without it. */
const loadEngine = async () => {
  try {
    const [{ Session, drainPending }, { createChdbConnection }] = await Promise.all([
      import('chdb'),
      import('chdb/connection'),
    ]);
    return { Session, createChdbConnection, drainPending };
  } catch (cause) {
    throw new DatabaseError(
      'database-programs',
      'The embedded ClickHouse is not installed, or does not run on this machine.',
      'Run npm ci again, or give a server of your own with CLICKHOUSE_URL.',
      { cause },
    );
  }
};

const startSession = <T>(start: () => T, dataFolder: string): T => {
  try {
    return start();
  } catch (cause) {
    throw new DatabaseError(
      'database-start',
      `The embedded ClickHouse does not start on ${dataFolder}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'The disk may be full or the folder not writable; a process has one such engine at a time.',
      { cause },
    );
  }
};

const engineArguments = (memoryBytesMax: number): string[] => [
  `--max_server_memory_usage=${memoryBytesMax}`,
  // Its default alone is 5 GiB.
  `--mark_cache_size=${Math.floor(memoryBytesMax / markCacheShare)}`,
];

const markCacheShare = 16;
