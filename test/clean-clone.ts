/** A clone of the checkout's last commit, as a newcomer has it: no installed packages, the machine's own Node. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, sep } from 'node:path';
import { capture, root } from './command.ts';

export interface CleanClone {
  readonly folder: string;
  remove(): void;
}

export const cleanClone = (): CleanClone => {
  const parent = mkdtempSync(join(tmpdir(), 'xtrading-clone-'));
  const folder = join(parent, 'xtrading');
  const { exitCode, stderr } = capture('git', ['clone', '--quiet', root, folder]);
  if (exitCode !== 0) throw new Error(`git clone failed: ${stderr}`);
  return { folder, remove: () => rmSync(parent, { recursive: true, force: true }) };
};

/** What npm tells its scripts about the checkout that they run in, and would mislead them in another. */
const scriptVariables =
  /^(npm_(package|lifecycle|command|execpath|node_execpath|config_(local_prefix|prefix|global_prefix|user_agent))|INIT_CWD$|NODE$|NODE_OPTIONS$|VITEST|TEST$|NODE_ENV$)/;

/** The environment of a shell, out of that of a test which npm has started. */
export const shellEnvironment = (): NodeJS.ProcessEnv => {
  const variables = Object.entries(process.env).filter(([name]) => !scriptVariables.test(name));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.split(sep).some(isNpmFolder));
  return { ...Object.fromEntries(variables), PATH: path.join(delimiter) };
};

const isNpmFolder = (name: string): boolean => name === 'node_modules' || name === 'node-gyp-bin';
