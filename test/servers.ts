/** Private servers for tests: real ones, on folders of their own, that a test may kill. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
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

export interface NatsServer {
  /** `nats://127.0.0.1:4222`; the same over kills and starts. */
  readonly url: string;
  /** `http://127.0.0.1:8222`: what it counts. */
  readonly monitorUrl: string;
  readonly pid: number;
  /** Clients are told nothing. Resolves when it is gone. */
  kill(): Promise<void>;
  /** After a kill, on the same port; `wipe`: without anything of what it had stored. */
  start(options?: { readonly wipe?: boolean }): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** A NATS server with JetStream, of the system's own package (`test/provision.sh` installs it). */
export const startNats = async (): Promise<NatsServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'xtrading-nats-'));
  const [port, monitorPort] = [await freePort(), await freePort()];
  let server = await spawnNats({ port, monitorPort, folder });
  const kill = (): Promise<void> => killed(server);
  return {
    url: `nats://127.0.0.1:${port}`,
    monitorUrl: `http://127.0.0.1:${monitorPort}`,
    get pid() {
      return server.pid ?? NaN;
    },
    kill,
    async start({ wipe = false } = {}) {
      if (wipe) rmSync(folder, { recursive: true, force: true });
      server = await spawnNats({ port, monitorPort, folder });
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

interface NatsPlace {
  readonly port: number;
  readonly monitorPort: number;
  readonly folder: string;
}

/** Resolves when it takes connections. */
const spawnNats = async ({ port, monitorPort, folder }: NatsPlace): Promise<ChildProcess> => {
  const given = ['-a', '127.0.0.1', '-p', String(port), '-m', String(monitorPort), '-js', '-sd', folder];
  const server = spawn('nats-server', given, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Debian puts it where only root looks by default.
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
  });
  await untilItSays(server, server.stderr, 'Server is ready');
  return server;
};

export interface RedisServer {
  /** `redis://127.0.0.1:6379`; the same over kills and starts. */
  readonly url: string;
  /** Clients are told nothing, and what it held is gone. Resolves when it is gone. */
  kill(): Promise<void>;
  /** After a kill, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis server that keeps nothing on disk, of the system's own package (`test/provision.sh` installs it). */
export const startRedis = async (): Promise<RedisServer> => {
  const port = await freePort();
  let server = await spawnRedis(port);
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    async start() {
      server = await spawnRedis(port);
    },
    stop: kill,
  };
};

/** Resolves when it takes connections. */
const spawnRedis = async (port: number): Promise<ChildProcess> => {
  const given = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', given, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'ignore'] });
  await untilItSays(server, server.stdout, 'Ready to accept connections');
  return server;
};

/** Resolves when a server has written that; its log is read to the end, so that it never waits for a reader. */
const untilItSays = async (server: ChildProcess, log: Readable, words: string): Promise<void> => {
  const [name = ''] = server.spawnargs;
  const failed = new Promise<never>((_resolve, reject) => {
    server.once('error', (cause) => {
      reject(new Error(`${name} does not start; bash test/provision.sh installs it.`, { cause }));
    });
    server.once('exit', (code) => {
      reject(new Error(`${name} ended with ${code}`));
    });
  });
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: log }).on('line', (line) => {
      if (line.includes(words)) resolve();
    });
  });
  failed.catch(() => {}); // it ends some day
  await Promise.race([ready, failed]);
};

export interface ClickHouseProcess {
  /** `http://127.0.0.1:8123`; the same over kills and starts. */
  readonly url: string;
  readonly pid: number;
  /** Nothing is finished, no client is told. Resolves when it is gone. */
  kill(): Promise<void>;
  /** After a kill, on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** The embedded ClickHouse as a server: `xtrading clickhouse`, for tests of several processes. */
export const startClickHouse = async (): Promise<ClickHouseProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'xtrading-clickhouse-'));
  const port = await freePort();
  let server = await spawnClickHouse(port, folder);
  const kill = (): Promise<void> => killed(server);
  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return server.pid ?? NaN;
    },
    kill,
    async start() {
      server = await spawnClickHouse(port, folder);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const launcher = fileURLToPath(new URL('../cli/xtrading.js', import.meta.url));

/** Resolves when it answers. */
const spawnClickHouse = async (port: number, folder: string): Promise<ChildProcess> => {
  const given = ['clickhouse', '--plain', '--port', String(port), '--data', folder];
  const server = spawn(process.execPath, [launcher, ...given], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(server, 'exit').then(([code]) => {
    throw new Error(`xtrading clickhouse ended with ${code}.`);
  });
  failed.catch(() => {}); // it ends some day
  await Promise.race([once(server.stdout, 'data'), failed]);
  return server;
};

/** Resolves when it is gone. */
const killed = async (server: ChildProcess): Promise<void> => {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill('SIGKILL');
  await gone;
};

/** One that nobody listens on now. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // of a TCP server
  server.close();
  await once(server, 'close');
  return port;
};
