/** Connections to Postgres that come back by themselves, and what it means when a statement fails. */

import { Outage } from '#kernel';
import { DatabaseError as ServerError, Pool, Query, types as standardTypes } from 'pg';
import type { Connection as DriverConnection, PoolClient, QueryConfig } from 'pg';

export interface Statement {
  /** Prepared once on each connection under this name. */
  readonly name: string;
  readonly text: string;
}

export interface Database {
  /**
   * For what may be done twice: tried once more on a new connection when one breaks. Rejects with an
   * `Outage` when there is none, or the server is not able to.
   */
  query<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Runs statements on one connection. Rejects with `storage-away` when there is none: then nothing was done. */
  withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Rejects with `outcome-unknown` when it breaks, with `storage-away` when the server is not able to (then nothing
 * was done), and with the server's own error when that refuses.
 */
export interface Connection {
  query<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /** Runs statements of which one is a `COPY … FROM STDIN (FORMAT binary)`: all or nothing, in one round trip. */
  copyIn(text: string, rows: Buffer): Promise<void>;
  /** All or nothing. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** A part of a transaction that is all or nothing by itself: where it fails, the rest can go on. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
}

/** A statement that takes longer has met a server that hangs: the program must not hang with it. */
const statementMsMax = 15_000;
const connectMsMax = 5_000;

export const openDatabase = (url: string, connectionsMax: number, name: string): Database => {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    application_name: `xtrading ${name} ${process.pid}`,
    connectionTimeoutMillis: connectMsMax,
    query_timeout: statementMsMax,
    // The server gives up first, so that what it gave up on is known not to have happened.
    statement_timeout: statementMsMax - 3_000,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A connection that breaks while nobody uses it is replaced when it is needed.
  pool.on('error', () => {});

  const withConnection = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    let client: PoolClient;
    try {
      client = await pool.connect();
    } catch (cause) {
      throw new Outage('storage-away', 'Postgres can’t be reached.', { cause });
    }
    // What breaks it also rejects the statement that runs; without a listener it would end the process.
    const ignore = (): void => {};
    client.on('error', ignore);
    let broken: Error | undefined;
    try {
      return await work(connectionOn(client));
    } catch (error) {
      if (error instanceof Outage) broken = error;
      throw error;
    } finally {
      client.off('error', ignore);
      // A connection of which nobody knows what it does is closed.
      client.release(broken);
    }
  };

  const query = async <Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]> => {
    const attempt = (): Promise<Row[]> => withConnection((connection) => connection.query<Row>(statement, values));
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Outage) || error.code === 'storage-away') throw error;
    }
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      throw new Outage('storage-away', 'Postgres does not answer.', { cause: error });
    }
  };

  return { query, withConnection, close: () => pool.end() };
};

const connectionOn = (client: PoolClient): Connection => {
  const run = async <Row extends object>(given: QueryConfig): Promise<Row[]> => {
    try {
      return (await client.query<Row>(given)).rows;
    } catch (error) {
      throw refusalOrOutage(error);
    }
  };
  return {
    query: ({ name, text }, values) => run({ name, text, values: [...values] }),
    copyIn: (text, rows) =>
      new Promise((resolve, reject) => {
        client.query(
          copyQuery(text, rows, (error) => {
            // the driver gives null where its types have undefined
            if (error == null) resolve();
            else reject(refusalOrOutage(error));
          }),
        );
      }),
    async transaction(work) {
      await run({ text: 'BEGIN' });
      try {
        const result = await work();
        await run({ text: 'COMMIT' });
        return result;
      } catch (error) {
        if (!(error instanceof Outage)) await run({ text: 'ROLLBACK' });
        throw error;
      }
    },
    async attempt(work) {
      await run({ text: 'SAVEPOINT attempt' });
      try {
        const result = await work();
        await run({ text: 'RELEASE SAVEPOINT attempt' });
        return result;
      } catch (error) {
        if (!(error instanceof Outage)) {
          await run({ text: 'ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt' });
        }
        throw error;
      }
    },
  };
};

/** What the driver's connection has for copies, and its types leave out. */
interface CopyConnection extends DriverConnection {
  sendCopyFromChunk(rows: Buffer): void;
  endCopyFrom(): void;
}

/**
 * The rows go right after the statements, without waiting until the server asks for them: should it
 * refuse before it comes to the copy, it ignores them, as the protocol says.
 */
const copyQuery = (text: string, rows: Buffer, done: (error: Error | undefined) => void): Query => {
  const query = new Query({ text }, done);
  const { submit } = query;
  query.submit = (connection) => {
    const copying = connection as CopyConnection; // every connection of this driver has these
    connection.stream.cork();
    submit.call(query, connection);
    copying.sendCopyFromChunk(rows);
    copying.endCopyFrom();
    connection.stream.uncork();
  };
  return Object.assign(query, { handleCopyInResponse: () => {} });
};

const refusalOrOutage = (error: unknown): unknown => {
  const state = sqlState(error);
  if (state === null || isInterruption(state)) {
    return new Outage('outcome-unknown', 'The connection to Postgres broke.', { cause: error });
  }
  if (isIncapacity(state)) return new Outage('storage-away', 'Postgres can’t do it at the moment.', { cause: error });
  return error;
};

/** The server was ending, or the connection was: it may have been done. 08: connection, 57P: by the operator. */
const isInterruption = (state: string): boolean => /^(08|57P)/.test(state);

/** Nothing was done, and nobody's statement is to blame. 53: disk, memory; 57: took too long; 25: read-only. */
const isIncapacity = (state: string): boolean => /^(53|57|25)/.test(state);

/** The five characters by which Postgres names an error; null where the error is not the server's. */
export const sqlState = (error: unknown): string | null => (error instanceof ServerError ? (error.code ?? null) : null);

const int8 = 20;

/** `bigint` as a number: sequences, epochs and times stay far below 2^53. */
const getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  // overloads of one function, which an arrow function can't say
  oid === int8 ? Number : standardTypes.getTypeParser(oid, format)) as typeof standardTypes.getTypeParser;
