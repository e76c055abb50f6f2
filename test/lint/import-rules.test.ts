/**
 * Proves that the lint rules bite: each fixture is linted as if it stood in the room whose folder it
 * is in, and exactly the lines marked "refused by …" must be reported, by those rules.
 */

import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capture, root } from '../command.ts';

const fixtures = join(root, 'test/lint/fixtures');
const files = globSync('**/*.ts', { cwd: fixtures }).sort();

/** `file:line rule` of every report of a lint run, sorted. */
let reported: string[] = [];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-lint-'));
  cpSync(fixtures, folder, { recursive: true });
  for (const name of ['oxlint.config.ts', 'tsconfig.json', 'package.json'])
    cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { stdout } = capture('oxlint', ['--type-aware', '--deny-warnings', '-f', 'json', ...topFolders(files)], {
    folder,
  });
  // oxlint's own report format; a change of it fails every test below.
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] };
  reported = diagnostics.map(({ filename, code, labels }) => {
    const rule = /\((.*)\)/.exec(code)?.[1] ?? code;
    return `${filename}:${labels[0]?.span.line ?? 0} ${rule}`;
  });
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

const topFolders = (paths: readonly string[]): string[] => [
  ...new Set(paths.map((path) => path.split('/')[0] ?? path)),
];

describe.each(files)('the fixture %s', (file) => {
  test('is refused in the marked lines and nowhere else', () => {
    const lines = readFileSync(join(fixtures, file), 'utf8').split('\n');
    const expected = lines.flatMap((line, index) => {
      const rules = /\/\/ refused by (.*)$/.exec(line)?.[1]?.split(' ') ?? [];
      return rules.map((rule) => `${file}:${index + 1} ${rule}`);
    });
    const found = [...new Set(reported.filter((report) => report.startsWith(`${file}:`)))];
    expect(found.sort()).toEqual(expected.sort());
  });
});

describe('the table of rooms in docs/architecture.md', () => {
  const rooms = tableOfRooms();

  test('has a fixture for each room', () => {
    expect(rooms.length).toBeGreaterThan(10);
    for (const { folder: room } of rooms) expect(existsSync(join(fixtures, room, 'imports.ts')), room).toBe(true);
  });

  test.each(rooms)('says of $folder what its fixture shows', ({ folder: room, mayImport }) => {
    const source = readFileSync(join(fixtures, room, 'imports.ts'), 'utf8');
    const allowed = [...source.matchAll(/^export \* as \w+ from '(#[^']+|xtrading\/strategy)';$/gm)].map(
      ([, door]) => door ?? '',
    );
    expect(allowed.sort()).toEqual([...mayImport].sort());
  });
});

/** Rows of the form "| `room/` | what lives there | `#door`, `#door` |". */
function tableOfRooms(): { readonly folder: string; readonly mayImport: readonly string[] }[] {
  const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const everything = [...readFileSync(join(fixtures, 'domain/imports.ts'), 'utf8').matchAll(/'(#[^']+)'/g)].map(
    ([, door]) => door ?? '',
  );
  return [...text.matchAll(/^\| `([a-z/]+)\/` \|[^|]*\|([^|]*)\|$/gm)].map(([, room = '', may = '']) => ({
    folder: room,
    mayImport:
      may.trim() === 'everything'
        ? [...new Set(everything)]
        : [...may.matchAll(/`([^`]+)`/g)].map(([, door]) => door ?? ''),
  }));
}
