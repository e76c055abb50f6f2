/** Runs the project's tools as npm scripts do: the installed Node and binaries first in the path. */

import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of an npm script, in this checkout or in another. */
const scriptEnvironment = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${join(folder, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
});

/** Runs a command to its end and shows its output as it comes; returns the exit code. */
export const show = (command: string, given: readonly string[]): number => {
  const { status, error } = spawnSync(command, given, { cwd: root, stdio: 'inherit', env: scriptEnvironment(root) });
  if (error !== undefined) throw error;
  return status ?? 1;
};

/** Runs a command to its end and returns what it wrote. */
export const capture = (
  command: string,
  given: readonly string[],
  options: { readonly folder?: string; readonly environment?: NodeJS.ProcessEnv } = {},
): CommandResult => {
  const folder = options.folder ?? root;
  const { status, stdout, stderr, error } = spawnSync(command, given, {
    cwd: folder,
    encoding: 'utf8',
    env: options.environment ?? scriptEnvironment(folder),
    // A search's full table is the largest output that tests read.
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  return { exitCode: status ?? 1, stdout, stderr };
};
