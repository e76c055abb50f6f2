/** One connection to Postgres outside of any pool, for starts and for listening: everything that is waited for has a bound. */

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

export interface SingleConnection {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Resolves when the connection is gone: with the reason, or with null after {@link close}. */
  readonly lost: Promise<Error | null>;
  close(): Promise<void>;
}

export interface SingleConnectionOptions {
  readonly url: string;
  /** What it is for, as the server's list of connections shows it. */
  readonly name: string;
  readonly connectMsMax: number;
  /** A statement that takes longer rejects, and the connection is good for nothing but to be closed. */
  readonly statementMsMax: number;
  /** What is told on channels that this connection listens to, by others and by itself. */
  readonly onNotification?: (notification: Told) => void;
}

interface Told {
  readonly channel: string;
  readonly payload: string;
  /** The process of the server that works for whoever told it. */
  readonly processId: number;
}

/** A server that is frozen never ends the connection from its side. */
const closeMsMax = 2_000;

/** Rejects with the driver's or the server's error when there is no connection in time. */
export const connectSingle = async ({
  url,
  name,
  connectMsMax,
  statementMsMax,
  onNotification,
}: SingleConnectionOptions): Promise<SingleConnection> => {
  const client = new Client({
    connectionString: url,
    application_name: `xtrading ${name} ${process.pid}`,
    keepAlive: true,
    connectionTimeoutMillis: connectMsMax,
    query_timeout: statementMsMax,
  });
  const ended = Promise.withResolvers<Error | null>();
  let isClosing = false;
  const end = (error: Error): void => ended.resolve(isClosing ? null : error);
  // A server that goes may say so more than once; the first is the reason. Without a listener it would end the process.
  client.on('error', end);
  client.on('end', () => end(new Error('The connection to Postgres has ended.')));
  if (onNotification !== undefined) {
    client.on('notification', ({ channel, payload = '', processId }) =>
      onNotification({ channel, payload, processId }),
    );
  }
  await client.connect();
  return {
    lost: ended.promise,
    async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      return (await client.query<Row>(text, [...values])).rows;
    },
    async close() {
      isClosing = true;
      const closing = new AbortController();
      // Whether it has ended is heard by `lost`: an end that has already been would be waited for by the driver.
      client.end().catch(() => {});
      const isLate = delay(closeMsMax, true, { signal: closing.signal }).catch(() => false);
      if (await Promise.race([ended.promise.then(() => false), isLate])) client.connection.stream.destroy();
      closing.abort();
    },
  };
};
