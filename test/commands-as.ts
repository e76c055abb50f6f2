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
  /** To its end. */
  const run = async (
    words: readonly string[],
    { user = 'admin', input = '', environment }: RunOptions = {},
  ): Promise<Ended> => {
    const child = spawn(process.execPath, ['--no-node-snapshot', join(root, 'cli', 'xtrading.js'), ...words], {
      cwd: folder(),
      env: {
        PATH: process.env['PATH'],
        XDG_CONFIG_HOME: join(folder(), user),
        XTRADING_CACHE: join(folder(), 'cache'),
        ...environment,
      },
    });
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

  return { run, xtrading, json };
};
