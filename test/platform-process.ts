/** The whole platform as a process of its own, on a data folder of its own, for tests and benchmarks that start and kill it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PlatformProcess {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  readonly pid: number;
  /** Its exit code, when it has ended; null: by a signal. */
  readonly ended: Promise<number | null>;
  /** What it logged, for the message of a test that fails. */
  readonly log: () => string;
  /** `kill -9`: nothing is finished, nobody is told. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** As Ctrl-C does. Resolves when everything has ended in order. */
  readonly stop: () => Promise<void>;
}

export interface PlatformProcessOptions {
  readonly dataFolder: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Settings beside those of the folder and the port. */
  readonly settings?: Readonly<Record<string, string>>;
}

const launcher = fileURLToPath(new URL('../cli/xtrading.js', import.meta.url));

/** Resolves when the program says that it is running; rejects with what it wrote when it ends before. */
export const startPlatformProcess = async ({
  dataFolder,
  port = 0,
  settings = {},
}: PlatformProcessOptions): Promise<PlatformProcess> => {
  const child = spawn(process.execPath, [launcher, 'start', '--plain'], {
    env: { PATH: process.env['PATH'], ...settings, XTRADING_DATA: dataFolder, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  let log = '';
  const ended = once(child, 'close').then(([code]) => code as number | null); // as Node tells it
  const address = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      const found = /running at (http:\S+)/.exec(written)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`The platform ended before it ran.\n${written}${log}`)));
  });
  const running = await address;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    address: running,
    pid: child.pid ?? 0, // it has said that it runs, so it has one
    ended,
    log: () => log,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
  };
};

interface EmbeddedServer {
  readonly pid: number;
  /** For `pg`. */
  readonly url: string;
}

/** The Postgres of a data folder, as its own pid file tells of it. */
export const embeddedServerOf = (dataFolder: string): EmbeddedServer => {
  // Postgres writes: pid, data folder, start time, port, socket folder, …
  const lines = readFileSync(join(dataFolder, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n');
  return {
    pid: Number(lines[0]),
    url: `postgres://xtrading@localhost/xtrading?host=${encodeURIComponent(lines[4] ?? '')}`,
  };
};
