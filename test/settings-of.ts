/** What the program makes of an environment, as it says itself. */

import { expect } from 'vitest';
import { capture } from './command.ts';

type Environment = Readonly<Record<string, string>>;

interface Listed {
  readonly name: string;
  /** Dots for a secret. */
  readonly value: string | null;
  readonly source: 'environment' | 'default';
  readonly help: string;
}

export const settingsOf = (environment: Environment): readonly Listed[] => {
  const { exitCode, stdout, stderr } = capture(process.execPath, ['cli/xtrading.js', 'config', '--json'], {
    environment: { PATH: process.env['PATH'], ...environment },
  });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as readonly Listed[]; // its documented form
};

/** Each variable is a setting with a value that the program takes; an empty one is as good as none. */
export const expectSettings = (environment: Environment): void => {
  const listed = settingsOf(environment);
  const names = listed.map(({ name }) => name);
  expect(Object.keys(environment).filter((name) => !names.includes(name))).toEqual([]);
  const set = Object.entries(environment).filter(([, value]) => value !== '');
  const read = listed.filter(({ source }) => source === 'environment').map(({ name }) => name);
  expect(read.toSorted()).toEqual(set.map(([name]) => name).toSorted());
};
