/** The databases of the platform: those of this machine, or servers that the settings name. */

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ensureSharedEngine,
  openClickHouse,
  openEmbeddedClickHouse,
  openEmbeddedPostgres,
  migrate,
} from '#persistence';
import type { ClickHouse } from '#persistence';
import { startMsUsual, untilAborted } from '#kernel';
import type { Service } from '#kernel';
import { UsageError } from '../usage-error.ts';
import type { DataFolder } from './data-folder.ts';
import type { PlatformSettings } from './platform-settings.ts';

export interface PostgresServer {
  readonly url: string;
  /** The server belongs to this program alone: whatever a former one held is free. */
  readonly isOwn: boolean;
  /** Watches the server and starts it again when it ends; null for servers of others. */
  readonly service: Service | null;
  readonly stop: () => Promise<void>;
}

/** Told what is waited for whenever that changes. */
type OnWait = (what: string) => void;

/** Opens Postgres and brings its tables up to date. */
export const openPostgres = async (
  settings: PlatformSettings,
  folder: DataFolder,
  onWait: OnWait = () => {},
): Promise<PostgresServer> => {
  const { databaseUrl } = settings;
  if (databaseUrl !== null) {
    onWait('its tables to be brought up to date');
    await reached('DATABASE_URL', 'PostgreSQL', () => migrate(databaseUrl));
    return { url: databaseUrl, isOwn: false, service: null, stop: () => Promise.resolve() };
  }
  let server = await openEmbeddedPostgres({ dataFolder: folder.postgres, onWait });
  const { url } = server;
  try {
    onWait('its tables to be brought up to date');
    await migrate(url);
  } catch (error) {
    await server.stop();
    throw error;
  }
  let isRunning = true;
  const service: Service = {
    name: 'postgres',
    // One that is being started is not left to itself: it has bounds of its own.
    stopMs: startMsUsual,
    async run({ signal, started }) {
      if (!isRunning) {
        server = await openEmbeddedPostgres({ dataFolder: folder.postgres, isKnown: true });
        isRunning = true;
        if (server.url !== url) throw new Error('The database came back under another address.');
      }
      started();
      const reason = await Promise.race([server.lost, untilAborted(signal)]);
      if (reason === null || reason === undefined) return;
      isRunning = false;
      throw reason;
    },
  };
  return {
    url,
    isOwn: true,
    service,
    stop: async () => {
      if (isRunning) await server.stop();
    },
  };
};

/** Of the machine's memory, for the embedded engine: strategies and the operating system need the rest. */
const clickHouseMemoryShare = 0.25;
const clickHouseBytesMin = 512 * 2 ** 20;

/** What the embedded engine may take of this machine. */
export const clickHouseMemoryBytes = (): number =>
  Math.max(clickHouseBytesMin, Math.floor(totalmem() * clickHouseMemoryShare));

/** Nodes ask every ten seconds: when none has for a minute, none is there. */
const sharedEngineIdleSeconds = 60;

/** The embedded ClickHouse for all nodes of this machine; starts it again when it has ended. */
export const ensureEngine = (databaseUrl: string, folder: DataFolder): Promise<string> =>
  ensureSharedEngine({
    databaseUrl,
    dataFolder: folder.clickHouse,
    spawn: ({ dataFolder, port, password }) => {
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
      const log = openSync(join(dataFolder, 'server.log'), 'a', 0o600);
      const given = ['--plain', '--port', String(port), '--data', dataFolder];
      const server = spawn(
        process.execPath,
        [launcher, 'clickhouse', ...given, '--idle-seconds', String(sharedEngineIdleSeconds)],
        // It is no child of this node: whatever becomes of the node, the others use it.
        { detached: true, stdio: ['ignore', log, log], env: { ...process.env, CLICKHOUSE_PASSWORD: password } },
      );
      server.on('error', () => {}); // that it does not answer is told by whoever waits for it
      server.unref();
      closeSync(log);
    },
  });

const launcher = fileURLToPath(new URL('../xtrading.js', import.meta.url));

/** Whether the nodes of this machine share an embedded engine, since they are several and have no server. */
export const sharesEngine = ({ natsUrl, clickHouseUrl }: PlatformSettings): boolean =>
  natsUrl !== null && clickHouseUrl === null;

/** Opens ClickHouse with its tables. */
export const openHistoryStore = async (
  settings: PlatformSettings,
  folder: DataFolder,
  postgres: Promise<PostgresServer>,
): Promise<ClickHouse> => {
  const { clickHouseUrl } = settings;
  if (sharesEngine(settings)) return await openClickHouse(await ensureEngine((await postgres).url, folder));
  return clickHouseUrl === null
    ? openEmbeddedClickHouse({ dataFolder: folder.clickHouse, memoryBytesMax: clickHouseMemoryBytes() })
    : reached('CLICKHOUSE_URL', 'ClickHouse', () => openClickHouse(clickHouseUrl));
};

/** A server that is not there is the operator's to mend; its address is not repeated, for it may hold a password. */
const reached = async <T>(setting: string, server: string, open: () => Promise<T>): Promise<T> => {
  try {
    return await open();
  } catch (error) {
    const code = connectionCode(error);
    if (code === null) throw error;
    throw new UsageError(
      'server-unreachable',
      `The ${server} server of ${setting} can't be reached (${code}).`,
      `Start it, correct ${setting}, or leave it out to use the embedded one.`,
      { cause: error },
    );
  }
};

const connectionCodes = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
  'EAI_AGAIN',
  '28P01',
  '3D000',
];

const connectionCode = (error: unknown): string | null => {
  for (let at = error; at instanceof Error; at = at.cause) {
    // What `pg` says when nobody answers; it has no code of its own.
    if (at.message === 'timeout expired') return 'ETIMEDOUT';
    const { code } = at as { readonly code?: unknown }; // Node's and the servers' errors have one
    if (typeof code === 'string' && connectionCodes.includes(code)) return code;
    if (at instanceof AggregateError) return connectionCode(at.errors[0]);
  }
  return null;
};
