/** What we write is Git: its own program checks and reads the repository. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GitObject } from '#ports';
import { commitObjects } from './git.ts';
import { cleanMessage } from './strategy-source.ts';

const run = promisify(execFile);
let folder = '';

/** What it prints; anything it complains of fails the test. */
const git = async (...options: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await run('git', ['-C', folder, ...options]);
  expect(stderr).toBe('');
  return stdout;
};

const writeLoose = async ({ id, type, content }: GitObject): Promise<void> => {
  const path = join(folder, 'objects', id.slice(0, 2), id.slice(2));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, deflateSync(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])));
};

const at = Date.UTC(2026, 0, 2, 3, 4, 5);
const files: Readonly<Record<string, string>> = {
  'strategy.ts': "import { a } from './lib/deep/a.ts';\nexport default a;\n",
  // Names whose order differs between bytes, folders and letters.
  'lib/deep/a.ts': 'export const a = 1;\n',
  'lib.ts': '// ünïcödé 数据 🚀\n',
  'lib-x.ts': '',
  'Lib/b.ts': 'no line feed at the end',
  'a/z.ts': 'z',
  'a0.ts': '0',
};

describe('a repository made of the objects of versions', () => {
  const versions = ['Begin', cleanMessage(' \u0000Two\r\n\r\nwith a body\u0007 ', ''), cleanMessage('\n', 'Version 3')];
  const commits: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xtrading-git-'));
    await git('init', '--quiet', '--bare', '--initial-branch=main');
    for (const [index, message] of versions.entries()) {
      const { commit, objects } = commitObjects({
        source: {
          files: { ...files, 'strategy.ts': `${files['strategy.ts']}// ${index}\n` },
          entry: index === 2 ? 'lib.ts' : 'strategy.ts',
        },
        parent: commits.at(-1) ?? null,
        message,
        by: index === 1 ? '<odd\n user>' : 'u1',
        at: at + index * 1_000,
      });
      for (const object of objects) await writeLoose(object);
      commits.push(commit);
    }
    await git('update-ref', 'refs/heads/main', commits.at(-1) ?? '');
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('passes Git’s own check, strictly', async () => {
    expect(await git('fsck', '--strict', '--full', '--no-progress')).toBe('');
  });

  test('shows each version in its log', async () => {
    expect(await git('log', '--format=%H|%s|%an|%ae|%at', 'main')).toBe(
      [
        `${commits[2]}|Version 3|u1|u1@users.invalid|${at / 1_000 + 2}`,
        `${commits[1]}|Two|_odd__user_|_odd__user_@users.invalid|${at / 1_000 + 1}`,
        `${commits[0]}|Begin|u1|u1@users.invalid|${at / 1_000}`,
        '',
      ].join('\n'),
    );
  });

  test('has every file with its bytes', async () => {
    const listed = await git('ls-tree', '-r', '--name-only', 'main');
    expect(listed.trim().split('\n').sort()).toEqual(Object.keys(files).sort());
    for (const [path, text] of Object.entries(files))
      expect(await git('show', `main:${path}`)).toBe(path === 'strategy.ts' ? `${text}// 2\n` : text);
  });

  test('tells what changed between versions', async () => {
    expect(await git('diff', '--stat', `${commits[0]}`, `${commits[1]}`)).toContain('strategy.ts | 2 +-');
  });

  test('can be cloned', async () => {
    await git('clone', '--quiet', '--no-local', folder, join(folder, 'clone'));
    expect(await git('-C', join(folder, 'clone'), 'rev-parse', 'HEAD')).toBe(`${commits[2]}\n`);
  });
});
