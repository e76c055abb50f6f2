/** The launcher `cli/xtrading.js`, in a checkout of its own whose command does what each test needs. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellEnvironment } from './clean-clone.ts';
import { root } from './command.ts';

const command = `/** Echoes what it is asked to. */
export const main = async (given: readonly string[]): Promise<number> => {
  if (given[0] === 'version') console.log(process.version);
  if (given[0] === 'given') console.log(JSON.stringify(given.slice(1)));
  if (given[0] === 'read') for await (const part of process.stdin) process.stdout.write(part);
  if (given[0] === 'exit') return Number(given[1]);
  if (given[0] === 'wait') {
    const { promise, resolve } = Promise.withResolvers<string>();
    const alive = setInterval(() => {}, 1000);
    for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => resolve(signal));
    console.log('waiting');
    console.log('got', await promise);
    clearInterval(alive);
    return 7;
  }
  return 0;
};
`;

let folder = '';
let launcher = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-launcher-'));
  launcher = join(folder, 'cli', 'xtrading.js');
  mkdirSync(join(folder, 'cli'));
  mkdirSync(join(folder, 'node_modules'));
  cpSync(join(root, 'cli', 'xtrading.js'), launcher);
  writeFileSync(join(folder, 'cli', 'main.ts'), command);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(root, 'node_modules', 'node'), join(folder, 'node_modules', 'node'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const projectNode = join(root, 'node_modules', 'node', 'bin', 'node');

/** The first `node` of the machine's own path: the one that npx would use. */
const machineNode = (): string => {
  const { stdout } = spawnSync('node', ['-p', 'process.execPath'], { encoding: 'utf8', env: shellEnvironment() });
  return stdout.trim();
};

describe.each([
  { whose: "the machine's own Node", node: machineNode() },
  { whose: "the project's Node", node: projectNode },
])('the launcher on $whose', ({ node }) => {
  const launch = (given: readonly string[], input = '') =>
    spawnSync(node, [launcher, ...given], { encoding: 'utf8', input });

  test('runs the command on Node 26', () => {
    expect(launch(['version']).stdout).toMatch(/^v26\./);
  });

  test('passes arguments, input and output through', () => {
    expect(launch(['given', '--a', 'b c', '', '*']).stdout).toBe('["--a","b c","","*"]\n');
    expect(launch(['read'], 'one\ntwo\n').stdout).toBe('one\ntwo\n');
    expect(launch(['version']).stderr).toBe('');
  });

  test('ends with the exit code of the command', () => {
    expect(launch(['exit', '3']).status).toBe(3);
    expect(launch(['exit', '0']).status).toBe(0);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('passes %s on and waits for the command to end', async (signal) => {
    const child = spawn(node, [launcher, 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.push(text);
      if (text.includes('waiting')) child.kill(signal);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(output.join('')).toBe(`waiting\ngot ${signal}\n`);
    expect(code).toBe(7);
  });
});

describe('the launcher', () => {
  test('adds less than 60 ms to the start of Node', () => {
    const fastestMs = (given: readonly string[]): number =>
      Math.min(
        ...Array.from({ length: 7 }, () => {
          const before = performance.now();
          spawnSync(projectNode, given);
          return performance.now() - before;
        }),
      );
    expect(fastestMs([launcher, 'exit', '0']) - fastestMs(['-e', '0'])).toBeLessThan(60);
  });

  test('says in one line what to do where nothing is installed', () => {
    const bare = mkdtempSync(join(tmpdir(), 'xtrading-bare-'));
    try {
      cpSync(join(folder, 'cli'), join(bare, 'cli'), { recursive: true });
      const { status, stderr } = spawnSync(machineNode(), [join(bare, 'cli', 'xtrading.js'), 'version'], {
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stderr).toMatch(/^xtrading is not installed yet: run npm ci in .*\n$/);
    } finally {
      rmSync(bare, { recursive: true, force: true });
    }
  });

  test('is what npx runs in the checkout', () => {
    const environment = shellEnvironment();
    // npx prefers what the path holds; the checkout's own command must win without it.
    const path = (environment['PATH'] ?? '').split(delimiter).filter((part) => !part.startsWith(root));
    const { stdout, stderr } = spawnSync('npx', ['xtrading', '--version'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...environment, PATH: path.join(delimiter) },
    });
    expect(stdout, stderr).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
