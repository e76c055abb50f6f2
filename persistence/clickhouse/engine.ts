/** The embedded ClickHouse in this process: statements in SQL, results and rows as bytes in its Native format. */

import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { lockFolder } from '../folder-lock.ts';
import { openSession } from './engine-session.ts';
import { quoteName } from './clickhouse.ts';
import { quoteText } from './literals.ts';

export interface EngineOptions {
  /** Belongs to the engine alone; made when it is not there. A process opens one at a time. */
  readonly dataFolder: string;
  /** For all that the engine does at once; a query that needs more fails. Its own default is nearly the whole machine. */
  readonly memoryBytesMax: number;
  /** Statements that read at a time; one by default. Each keeps one of Node's four threads for files and hashes. */
  readonly readersMax?: number;
}

/** Statements fail with the client's ClickHouseError. */
export interface Engine {
  /** Gives back what a statement without effects says. */
  read(sql: string, database: string): Promise<Buffer>;
  /** Statements that change something, one after the other. */
  write(sql: string, database: string): Promise<Buffer>;
  /** Has rows written into a file, and runs the statement that reads them from it: its path is given as SQL writes it. */
  insert(
    writeRows: (path: string) => Promise<void>,
    statement: (quotedPath: string) => string,
    database: string,
  ): Promise<void>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/**
 * Opens the engine on a data folder. Throws a {@link DatabaseError}: `database-in-use` when another
 * program has the folder, `database-programs` where the engine is not installed, `database-start`.
 */
export const openEngine = async (options: EngineOptions): Promise<Engine> => {
  const lock = await lockFolder(options.dataFolder);
  try {
    const engine = await openLocked(options);
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

const openLocked = async ({ dataFolder, memoryBytesMax, readersMax = 1 }: EngineOptions): Promise<Engine> => {
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
  // Reading does not wait for writing.
  const writing = connect();
  const reading = Array.from({ length: readersMax }, connect);
  let inserts = 0;
  return {
    read: (sql, database) => idlest(reading).run(sql, database),
    write: (sql, database) => writing.run(sql, database),
    async insert(writeRows, statement, database) {
      // The client hands the engine text; a file is how it takes columns as they are.
      const file = join(inbox, `${++inserts}.native`);
      try {
        await writeRows(file);
        await writing.run(statement(quoteText(file)), database);
      } finally {
        rmSync(file, { force: true });
      }
    },
    async close() {
      for (const lane of [writing, ...reading]) await lane.close();
      // Closing amid a query would end the engine for the whole process.
      await drainPending();
      await session.close();
    },
  };
};

/** A connection, and what waits for it: it does one statement at a time. */
interface Lane {
  readonly waiting: number;
  run(sql: string, database: string): Promise<Buffer>;
  close(): Promise<void>;
}

const openLane = (connection: ClientConnection): Lane => {
  const client = createClient({ connection, log: { level: ClickHouseLogLevel.OFF } });
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let used = '';
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    waiting++;
    const done = last.then(work).finally(() => waiting--);
    // Who asked is told of a failure; the next goes on in any case.
    last = done.catch(() => {});
    return done;
  };
  return {
    get waiting() {
      return waiting;
    },
    run: (sql, database) =>
      inTurn(async () => {
        if (used !== database) {
          await client.command({ query: `USE ${quoteName(database)}` });
          used = database;
        }
        const { stream } = await client.exec({ query: sql });
        return buffer(stream);
      }),
    close: () => inTurn(() => client.close()),
  };
};

/** There is at least one. */
const idlest = (lanes: readonly Lane[]): Lane =>
  lanes.reduce((one, other) => (other.waiting < one.waiting ? other : one));

type ClientConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

const engineArguments = (memoryBytesMax: number): string[] => [
  `--max_server_memory_usage=${memoryBytesMax}`,
  // Its default alone is 5 GiB.
  `--mark_cache_size=${Math.floor(memoryBytesMax / markCacheShare)}`,
];

const markCacheShare = 16;
