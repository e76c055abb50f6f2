/** Starts the process of an embedded Postgres, with the settings of a laptop. */

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { programEnvironment } from './embedded-programs.ts';
import type { EmbeddedPrograms, ProgramOutcome } from './embedded-programs.ts';
import { failureSince, loggedBytes, openServerLog } from './server-log.ts';
import { findServer, serverPort } from './server-process.ts';

/** A program that has been loaded writes its number at once; a busy disk may take its time to load it. */
const beginMsMax = 30_000;
const pollMs = 10;

/**
 * Starts a server that outlives this process. Resolves with null when it has written its number, or
 * with what came of it when it has ended before, or says nothing for too long.
 */
export const startServer = async (
  programs: EmbeddedPrograms,
  dataFolder: string,
  cluster: string,
): Promise<ProgramOutcome | null> => {
  const [program, ...given] = programs.command('postgres');
  const socketFolder = socketFolderOf(programs, dataFolder);
  // No server is there; should its number have gone to another program, Postgres would not start.
  rmSync(join(socketFolder, `.s.PGSQL.${serverPort}.lock`), { force: true });
  const settings = { ...serverSettings, unix_socket_directories: socketFolder };
  const logged = loggedBytes(dataFolder);
  const log = openServerLog(dataFolder);
  const child = spawn(
    program,
    [...given, '-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { detached: true, stdio: ['ignore', log, log], env: programEnvironment, cwd: dataFolder },
  );
  closeSync(log);
  child.unref();
  const ended = new Promise<Omit<ProgramOutcome, 'said'> & { readonly said: string | null }>((resolve) => {
    child.once('exit', (code) => resolve({ code, said: null }));
    child.once('error', ({ message }) => resolve({ code: 126, said: message }));
  });
  const started = performance.now();
  while (performance.now() - started < beginMsMax) {
    if (findServer(cluster) !== null) return null;
    const outcome = await Promise.race([ended, delay(pollMs)]);
    if (outcome !== undefined) return { ...outcome, said: outcome.said ?? failureSince(dataFolder, logged) };
  }
  return { code: null, said: `it has not begun in ${beginMsMax / 1_000} s` };
};

/** For a laptop: little memory, few processes, and nothing acknowledged that is not on the disk. */
const serverSettings = {
  listen_addresses: '',
  port: String(serverPort),
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
  if (Buffer.byteLength(join(inside, `.s.PGSQL.${serverPort}`)) <= socketPathBytesMax) {
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
