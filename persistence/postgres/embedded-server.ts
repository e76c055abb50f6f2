/** The Postgres of a single machine: made, started, found again and stopped in a data folder of the program. */

import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError as ServerRefusal } from 'pg';
import { DatabaseError } from './database-error.ts';
import { findEmbeddedPrograms, programEnvironment } from './embedded-programs.ts';
import type { EmbeddedPrograms } from './embedded-programs.ts';
import { lockServer } from './embedded-lock.ts';
import { endServer, findServer } from './server-process.ts';

export interface EmbeddedPostgres {
  /** For `pg`: `postgres://…`. */
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server has gone: with the reason, after which opening again starts it again; null after `stop`. */
  readonly lost: Promise<Error | null>;
  /** Ends the server in order and waits until it has gone. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Belongs to the embedded server alone; made when it is not there. */
  readonly dataFolder: string;
}

/**
 * Opens the server of a data folder for this program alone. A server that a killed program has left
 * running is used again. Throws a {@link DatabaseError}: `database-in-use` when another program
 * has it, `database-version` when another Postgres made it, `database-start`, `database-programs`.
 */
export const openEmbeddedPostgres = async ({ dataFolder }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const programs = findEmbeddedPrograms();
  const cluster = join(dataFolder, 'cluster');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  programs.hand(dataFolder);
  makeCluster(programs, dataFolder, cluster);
  refuseOtherVersion(programs, cluster);
  const { pid, socketFolder } = await runningServer(programs, dataFolder, cluster);
  const lock = await lockServer(urlOf(socketFolder, 'postgres'), dataFolder);
  try {
    await lock.makeDatabase(databaseName);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    url: urlOf(socketFolder, databaseName),
    pid,
    lost: lock.lost,
    async stop() {
      await lock.release(() => endServer(cluster, pid));
      // A folder aside is made for each start.
      if (!socketFolder.startsWith(dataFolder)) rmSync(socketFolder, { recursive: true, force: true });
    },
  };
};

const userName = 'xtrading';
const databaseName = 'xtrading';

const urlOf = (socketFolder: string, database: string): string =>
  `postgres://${userName}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;

/** Into a folder of its own, renamed when complete: a kill in between leaves nothing half made. */
const makeCluster = (programs: EmbeddedPrograms, dataFolder: string, cluster: string): void => {
  if (existsSync(cluster)) return;
  const making = mkdtempSync(join(dataFolder, 'making-'));
  programs.hand(making);
  const [program, ...given] = programs.command('initdb');
  const { status, stderr, error } = spawnSync(
    program,
    [
      ...given,
      `--pgdata=${making}`,
      `--username=${userName}`,
      // Whoever may enter the socket's folder is ourselves.
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    { encoding: 'utf8', env: programEnvironment, cwd: dataFolder },
  );
  if (error !== undefined || status !== 0) {
    rmSync(making, { recursive: true, force: true });
    throw cannotStart(dataFolder, error?.message ?? lastLine(stderr));
  }
  try {
    renameSync(making, cluster);
  } catch (cause) {
    rmSync(making, { recursive: true, force: true });
    // Another program was first; which of the two goes on, the lock decides.
    if (!existsSync(cluster)) throw cause;
  }
};

const refuseOtherVersion = ({ majorVersion }: EmbeddedPrograms, cluster: string): void => {
  const made = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (made === String(majorVersion)) return;
  throw new DatabaseError(
    'database-version',
    `The data in ${cluster} were made by Postgres ${made}; this program brings Postgres ${majorVersion}.`,
    `Export them with the program that made them, or move the folder away to begin anew.`,
  );
};

/** A server that answers: the one that runs, or one that is started. */
const runningServer = async (
  programs: EmbeddedPrograms,
  dataFolder: string,
  cluster: string,
): Promise<{ readonly pid: number; readonly socketFolder: string }> => {
  const started = performance.now();
  while (performance.now() - started < startMsMax) {
    const server = findServer(cluster);
    if (server === null) {
      const logged = statSync(logFile(dataFolder), { throwIfNoEntry: false })?.size ?? 0;
      await startServer(programs, dataFolder, cluster);
      if (findServer(cluster) === null) {
        const failure = lastLine(readFileSync(logFile(dataFolder)).subarray(logged).toString());
        // Started by another program just now, or not wholly gone after a kill; all else lasts.
        if (!/already exists|still in use/.test(failure)) throw cannotStart(dataFolder, failure);
      }
    } else if (server.isReady && (await answers(server.socketFolder))) return server;
    await delay(pollMs);
  }
  throw cannotStart(dataFolder, 'it does not answer');
};

/** After a crash the log is read first, which on a slow disk takes its time. */
const startMsMax = 120_000;
const pollMs = 10;

/** Starts a server that outlives this process, and resolves when it has written its number or has ended. */
const startServer = async (programs: EmbeddedPrograms, dataFolder: string, cluster: string): Promise<void> => {
  const [program, ...given] = programs.command('postgres');
  const settings = { ...serverSettings, unix_socket_directories: socketFolderOf(programs, dataFolder) };
  const log = openLog(dataFolder);
  const child = spawn(
    program,
    [...given, '-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { detached: true, stdio: ['ignore', log, log], env: programEnvironment, cwd: dataFolder },
  );
  closeSync(log);
  child.unref();
  const ended = new Promise<'ended'>((resolve, reject) => {
    child.once('exit', () => resolve('ended'));
    child.once('error', reject);
  });
  while (findServer(cluster) === null) {
    // Ended early: why, it has written into its log.
    if ((await Promise.race([ended, delay(pollMs)])) === 'ended') return;
  }
};

/** For a laptop: little memory, few processes, and nothing acknowledged that is not on the disk. */
const serverSettings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '128MB',
  // A batch of appends fits in.
  wal_buffers: '16MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  log_min_messages: 'warning',
  // Refusals by unique indexes are part of the protocol of the journal and not worth a line each.
  log_min_error_statement: 'panic',
} as const;

/** The system's limit for a socket's path, its closing zero left out; macOS has the smallest. */
const socketPathBytesMax = 103;

/** In the data folder, or where that is too deep, in a short folder whose name the data folder keeps. */
const socketFolderOf = (programs: EmbeddedPrograms, dataFolder: string): string => {
  const inside = join(dataFolder, 'socket');
  if (Buffer.byteLength(join(inside, '.s.PGSQL.5432')) <= socketPathBytesMax) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    programs.hand(inside);
    return inside;
  }
  const record = join(dataFolder, 'socket-folder');
  if (existsSync(record)) {
    const recorded = readFileSync(record, 'utf8');
    // Somebody else could have made a folder of that name since a cleaner of temporary files removed ours.
    if (existsSync(recorded) && statSync(recorded).uid === statSync(dataFolder).uid) return recorded;
  }
  const short = mkdtempSync(join(tmpdir(), 'xtrading-'));
  programs.hand(short);
  writeFileSync(record, short);
  return short;
};

/** Grown beyond this, the log of former runs is put aside once, so that it never fills the disk. */
const logBytesMax = 10 * 1024 * 1024;

const logFile = (dataFolder: string): string => join(dataFolder, 'server.log');

const openLog = (dataFolder: string): number => {
  const file = logFile(dataFolder);
  if (existsSync(file) && statSync(file).size > logBytesMax) renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
};

/** Whether a server takes connections; false while it starts or stops. */
const answers = async (socketFolder: string): Promise<boolean> => {
  const client = new Client({
    connectionString: urlOf(socketFolder, 'postgres'),
    connectionTimeoutMillis: connectMsMax,
  });
  // Of a server that goes while we ask; the failure to connect says the same.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    const cannotConnectNow = '57P03';
    if (error instanceof ServerRefusal && error.code !== cannotConnectNow) throw error;
    // Not ended: there is no connection, and an end that has already been would be waited for.
    return false;
  }
  await client.end();
  return true;
};

/** A killed server's orphans may hold its socket open for a moment: they take connections and never answer. */
const connectMsMax = 5_000;

const cannotStart = (dataFolder: string, reason: string): DatabaseError =>
  new DatabaseError(
    'database-start',
    `The embedded Postgres does not start: ${reason}`,
    `Look at ${logFile(dataFolder)}; the disk may be full or the folder not writable.`,
  );

const lastLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .findLast((line) => /FATAL|PANIC|ERROR|error:/.test(line)) ??
  text.trim().split('\n').at(-1) ??
  '';
