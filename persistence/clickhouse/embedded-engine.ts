/** The ClickHouse of a single machine: the engine in this process, on a data folder of the program. */

import { mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { insertStatement } from './clickhouse.ts';
import type { ClickHouse } from './clickhouse.ts';
import { lockFolder } from '../folder-lock.ts';
import { openSession } from './engine-session.ts';
import { withLiterals } from './literals.ts';
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
  const lock = await lockFolder(options.dataFolder);
  try {
    const engine = await openEngine(options);
    try {
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
  const path = join(resolve(dataFolder), 'engine');
  const inbox = join(resolve(dataFolder), 'inbox');
  // What a killed program was about to insert, and did not acknowledge.
  rmSync(inbox, { recursive: true, force: true });
  mkdirSync(inbox, { recursive: true, mode: 0o700 });
  // The first session of a process makes the engine; only a session takes the engine's settings.
  const session = await openSession({ path, engineArguments: engineArguments(memoryBytesMax) });
  // Only now: loading it would have blocked this thread; it is in the process by now.
  const [{ drainPending }, { createChdbConnection }] = await Promise.all([import('chdb'), import('chdb/connection')]);
  // The engine's package has the client's interface from another package of the same client, type by type the same.
  const connect = () => openLane(createChdbConnection({ path }) as unknown as ClientConnection);
  // Reading does not wait for writing. Each lane holds one of Node's four threads for files and hashes while it works.
  const [writing, reading] = [connect(), connect()];
  const execute = (lane: Lane, sql: string): Promise<void> =>
    lane.run(async (client) => {
      await client.command({ query: sql });
    });
  await execute(writing, `CREATE DATABASE IF NOT EXISTS ${databaseName}`);
  for (const lane of [writing, reading]) await execute(lane, `USE ${databaseName}`);
  let inserts = 0;
  return {
    select: (sql, parameters = {}) =>
      reading.run(async (client) => {
        const { stream } = await client.exec({ query: `${withLiterals(sql, parameters)} FORMAT Native` });
        return decodeNative(await buffer(stream));
      }),
    command: (sql, parameters = {}) => execute(writing, withLiterals(sql, parameters)),
    async insert(request) {
      // The client hands the engine text; a file is how it takes columns as they are.
      const file = join(inbox, `${++inserts}.native`);
      const source = `file('${file.replaceAll(/[\\']/g, String.raw`\$&`)}', 'Native')`;
      try {
        await writeFile(file, encodeNative(request.columns), { mode: 0o600 });
        await execute(writing, withLiterals(insertStatement(request), request.constants) + source);
      } finally {
        rmSync(file, { force: true });
      }
    },
    async close() {
      for (const lane of [writing, reading]) await lane.run((client) => client.close());
      // Closing amid a query would end the engine for the whole process.
      await drainPending();
      await session.close();
    },
  };
};

type Client = ReturnType<typeof createClient>;

/** A connection, and what waits for it: it does one statement at a time. */
interface Lane {
  run<T>(work: (client: Client) => Promise<T>): Promise<T>;
}

const openLane = (connection: ClientConnection): Lane => {
  const client = createClient({ connection, log: { level: ClickHouseLogLevel.OFF } });
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const done = last.then(() => work(client));
      // Who asked is told of a failure; the next goes on in any case.
      last = done.catch(() => {});
      return done;
    },
  };
};

type ClientConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

const engineArguments = (memoryBytesMax: number): string[] => [
  `--max_server_memory_usage=${memoryBytesMax}`,
  // Its default alone is 5 GiB.
  `--mark_cache_size=${Math.floor(memoryBytesMax / markCacheShare)}`,
];

const markCacheShare = 16;
