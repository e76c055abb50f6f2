/** The checks that need no running program (`npm run check`): types, lint, format, dead code. */

import { globSync } from 'node:fs';
import { root, show } from './command.ts';

interface Check {
  readonly name: string;
  readonly command: string;
  readonly given: readonly string[];
}

/** A newcomer's `my-strategies` has a tsconfig.json too, and is theirs. */
const projects = globSync('**/tsconfig.json', {
  cwd: root,
  exclude: (name) => name === 'node_modules' || name.startsWith('my-'),
}).sort();

const checks: readonly Check[] = [
  ...projects.map((project) => ({ name: `types of ${project}`, command: 'tsc', given: ['--noEmit', '-p', project] })),
  { name: 'lint', command: 'oxlint', given: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: 'oxfmt', given: ['--check'] },
  { name: 'dead code', command: 'knip', given: ['--no-progress', '--no-config-hints'] },
];

/** Runs every check, also after one has failed, and says which failed. */
export const runChecks = (): { readonly passed: number; readonly failed: number } => {
  let failed = 0;
  for (const { name, command, given } of checks) {
    const isGood = show(command, given) === 0;
    console.log(`${isGood ? '✓' : '✗'} ${name}`);
    if (!isGood) failed += 1;
  }
  return { passed: checks.length - failed, failed };
};

if (import.meta.main && runChecks().failed > 0) process.exitCode = 1;
