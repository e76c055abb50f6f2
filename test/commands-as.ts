/** Runs the command line against a server as several users, each with a configuration folder of their own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './command.ts';

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly user?: 'admin' | 'eve' | 'nobody';
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

interface Place {
  /** Where commands run, and what they remember is kept. */
  readonly folder: () => string;
  /** What the server has logged, for the message of a command that fails. */
  readonly log: () => string;
}

export const commandsAs = ({ folder, log }: Place) => {
  const begin = (words: readonly string[], { user = 'admin', environment }: Omit<RunOptions, 'input'> = {}) =>
    spawn(process.execPath, [join(root, 'cli', 'xtrading.js'), ...words], {
      cwd: folder(),
      env: {
        PATH: process.env['PATH'],
        XDG_CONFIG_HOME: join(folder(), user),
        XTRADING_CACHE: join(folder(), 'cache'),
        ...environment,
      },
    });

  /** The first line that is wanted of a command that watches, as JSON; then it is interrupted. */
  const firstLine = async <T>(words: readonly string[], isWanted: (line: T) => boolean): Promise<T> => {
    const child = begin(words);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let written = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      const lines = written.split('\n').slice(0, -1);
      const found = lines.map((line) => JSON.parse(line) as T).find(isWanted); // as the command documents it
      if (found !== undefined) resolve(found);
    });
    const closed = once(child, 'close').then(() => reject(new Error(`It ended before it said anything.\n${written}`)));
    try {
      return await promise;
    } finally {
      child.kill('SIGINT');
      await closed;
    }
  };

  /** To its end. */
  const run = async (words: readonly string[], { input = '', ...options }: RunOptions = {}): Promise<Ended> => {
    const child = begin(words, options);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin.end(input);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, stdout, stderr };
  };

  /** What it prints, of a command that succeeds. */
  const xtrading = async (words: readonly string[], options?: RunOptions): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(words, options);
    if (exitCode !== 0) throw new Error(`xtrading ${words.join(' ')}: ${exitCode}\n${stdout}${stderr}${log()}`);
    return stdout;
  };

  const json = async <T = Record<string, unknown>>(words: readonly string[], options?: RunOptions): Promise<T> =>
    JSON.parse(await xtrading([...words, '--json'], options)) as T; // as the command documents it

  return { run, firstLine, xtrading, json };
};
