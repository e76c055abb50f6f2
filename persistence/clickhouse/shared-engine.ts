/**
 * The embedded ClickHouse for the nodes of a cluster on one machine that have been given no server: a process of
 * its own, started by whichever node needs it first, which outlives that node and ends when nobody uses it.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { advisoryLocks } from '../postgres/advisory-locks.ts';
import { DatabaseError } from '../postgres/database-error.ts';
import { connectSingle } from '../postgres/single-connection.ts';
import type { SingleConnection } from '../postgres/single-connection.ts';

export interface SharedEngineOptions {
  /** Of the Postgres that the nodes share, brought up to date by `migrate`. */
  readonly databaseUrl: string;
  /** Of the engine, where this node is the first one. */
  readonly dataFolder: string;
  /** Starts the server, and leaves it to itself. */
  readonly spawn: (server: EngineServer) => void;
}

export interface EngineServer {
  readonly dataFolder: string;
  readonly port: number;
  readonly password: string;
}

interface Row {
  readonly machine: string;
  readonly folder: string;
  readonly port: number;
  readonly password: string;
}

const connectMsMax = 10_000;
/** Longer than another node takes to start it. */
const waitMsMax = 150_000;
/** A large history is read after a crash. */
const startMsMax = 120_000;
const lookEveryMs = 100;
const pingMsMax = 2_000;

/** Sees to it that the server runs, and gives back where: for `openClickHouse`. Throws a {@link DatabaseError}. */
export const ensureSharedEngine = async (options: SharedEngineOptions): Promise<string> => {
  const connection = await connectSingle({
    url: options.databaseUrl,
    name: 'shared engine',
    connectMsMax,
    statementMsMax: waitMsMax,
  });
  try {
    // One node at a time; held by the session, so it also ends with it.
    await connection.query('SELECT pg_advisory_lock($1)', [advisoryLocks.sharedEngine]);
    const known = (await connection.query<Row>('SELECT machine, folder, port, password FROM data.shared_engine'))[0];
    if (known !== undefined && known.machine !== hostname()) throw elsewhere(known);
    const server = known ?? (await register(connection, options.dataFolder));
    const url = `http://default:${server.password}@127.0.0.1:${server.port}/xtrading`;
    if (await answers(server.port)) return url;
    options.spawn({ dataFolder: server.folder, port: server.port, password: server.password });
    const until = performance.now() + startMsMax;
    while (!(await answers(server.port))) {
      if (performance.now() > until) throw notStarted(server);
      await delay(lookEveryMs);
    }
    return url;
  } finally {
    await connection.close();
  }
};

const register = async (connection: SingleConnection, folder: string): Promise<Row> => {
  const row: Row = {
    machine: hostname(),
    folder,
    port: await freePort(),
    password: randomBytes(24).toString('hex'),
  };
  await connection.query('INSERT INTO data.shared_engine (machine, folder, port, password) VALUES ($1, $2, $3, $4)', [
    row.machine,
    row.folder,
    row.port,
    row.password,
  ]);
  return row;
};

const answers = async (port: number): Promise<boolean> => {
  try {
    const { ok } = await fetch(`http://127.0.0.1:${port}/ping`, { signal: AbortSignal.timeout(pingMsMax) });
    return ok;
  } catch {
    // Not there, or not yet: that is what is asked.
    return false;
  }
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // of a TCP server
  server.close();
  await once(server, 'close');
  return port;
};

const elsewhere = ({ machine, folder }: Row): DatabaseError =>
  new DatabaseError(
    'database-elsewhere',
    `The embedded ClickHouse of this cluster is on the machine ${machine}, in ${folder}.`,
    'Nodes on several machines need a server of their own: set CLICKHOUSE_URL on all of them.',
  );

const notStarted = ({ folder }: Row): DatabaseError =>
  new DatabaseError(
    'database-start',
    `The embedded ClickHouse on ${folder} does not answer.`,
    'Look at server.log in that folder; the disk may be full, or another program have its port.',
  );
