/** The files of the repository as git sees them: what is committed, and what would be. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, root } from '../command.ts';

/** Paths relative to the root, sorted; deleted ones left out. */
export const trackedFiles = (): string[] => {
  const list = (given: readonly string[]): string[] => {
    const { exitCode, stdout, stderr } = capture('git', ['ls-files', '-z', ...given]);
    if (exitCode !== 0) throw new Error(`git ls-files failed: ${stderr}`);
    return stdout.split('\0').filter((path) => path !== '');
  };
  const deleted = new Set(list(['--deleted']));
  return list(['--cached', '--others', '--exclude-standard'])
    .filter((path) => !deleted.has(path))
    .sort();
};

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** TypeScript and JavaScript sources that are not tests. */
export const sourceFiles = (): string[] =>
  trackedFiles().filter((path) => /\.(tsx?|js)$/.test(path) && !path.startsWith('test/') && !path.endsWith('.test.ts'));
