/** Rules of the repository that no other tool looks after. */

import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../command.ts';
import { completed, missingEntries, registryAddresses } from '../lock-file.ts';
import type { LockFile } from '../lock-file.ts';
import { sourceFiles, textOf, trackedFiles } from './tracked-files.ts';

const files = trackedFiles();
const texts = files.filter((path) =>
  /\.(tsx?|js|json|md|sh|yml|html|css)$|^\.ci\/run$|^\.npmrc$|^\.gitignore$/.test(path),
);

const linesWith = (paths: readonly string[], pattern: RegExp): string[] =>
  paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 100)}`] : [])),
  );

describe('tracked files', () => {
  test('name no folder of a particular machine and no registry', () => {
    // Put together, so that this file does not name them itself.
    const words = [
      ['/wo', 'rk/'],
      ['/ro', 'ot/'],
      ['/home/', '[a-z]'],
      ['/Us', 'ers/'],
      ['registry', String.raw`\.npmjs`],
      ['deb\\.', 'debian'],
    ];
    expect(linesWith(texts, new RegExp(words.map((parts) => parts.join('')).join('|')))).toEqual([]);
  });

  test('are named after what they hold, not utils, helpers, types, manager or common', () => {
    const vague = /^(utils?|helpers?|types|managers?|common|misc|shared)(\.|$)/;
    expect(files.filter((path) => path.split('/').some((part) => vague.test(part)))).toEqual([]);
  });

  test('stand in a room of docs/architecture.md when they are sources', () => {
    const rooms = [...textOf('docs/architecture.md').matchAll(/^\| `([a-z]+)\/` \|[^|]*\|[^|]*\|$/gm)].map(
      ([, room]) => room,
    );
    const roomless = sourceFiles().filter((path) => path.includes('/') && !rooms.includes(path.split('/')[0]));
    expect(roomless).toEqual([]);
  });

  test('do not leave work for later unsaid', () => {
    expect(linesWith(sourceFiles(), new RegExp(String.raw`\b(TO${'DO'}|FIX${'ME'}|XX${'X'})\b`))).toEqual([]);
  });
});

describe('documents', () => {
  test('link to files that are there', () => {
    const broken = files
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...textOf(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
          .map(([, target = '']) => join(dirname(path), target))
          .filter((target) => !existsSync(join(root, target)))
          .map((target) => `${path} → ${target}`),
      );
    expect(broken).toEqual([]);
  });
});

describe('sources', () => {
  test('start with a comment that says what the file is', () => {
    const silent = sourceFiles().filter((path) => !/^(#!.*\n)?\/\*\*/.test(textOf(path)));
    expect(silent).toEqual([]);
  });

  test('skip and focus no test', () => {
    const tests = files.filter((path) => path.endsWith('.test.ts') && !path.startsWith('test/lint/fixtures/'));
    expect(linesWith(tests, /^\s*(it|test|describe|suite)\.(skip|only|todo|fails)\b/)).toEqual([]);
  });
});

describe('package.json', () => {
  const manifest = JSON.parse(textOf('package.json')) as {
    readonly imports: Readonly<Record<string, string>>;
    readonly exports: Readonly<Record<string, string>>;
    readonly bin: Readonly<Record<string, string>>;
    readonly scripts: Readonly<Record<string, string>>;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
    readonly optionalDependencies: Readonly<Record<string, string>>;
    readonly allowScripts: Readonly<Record<string, boolean>>;
  };

  test('has a file behind each door', () => {
    const doors = [
      ...Object.values(manifest.imports),
      ...Object.values(manifest.exports),
      ...Object.values(manifest.bin),
    ];
    expect(doors.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
  });

  test('pins every dependency to one version', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('allows the install scripts that are needed, for npm 12 runs no others', () => {
    const lock = JSON.parse(textOf('package-lock.json')) as LockFile & {
      packages: Record<string, { hasInstallScript?: boolean; optional?: boolean }>;
    };
    const scripted = Object.entries(lock.packages).filter(
      ([path, entry]) =>
        entry.hasInstallScript === true &&
        // Of what others may leave out we need nothing; the embedded engines are our own to leave out.
        (entry.optional !== true || Object.hasOwn(manifest.optionalDependencies, nameOf(path))),
    );
    expect(scripted.map(([path]) => nameOf(path)).sort()).toEqual(Object.keys(manifest.allowScripts).sort());
  });
});

const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');

describe('package-lock.json', () => {
  const lock = JSON.parse(textOf('package-lock.json')) as LockFile;

  test('has an entry for every platform, so that npm ci accepts it (npm run lock)', () => {
    expect(missingEntries(lock)).toEqual([]);
  });

  test('names no registry (npm run lock)', () => {
    expect(registryAddresses(lock)).toEqual([]);
  });

  test('is completed from the names and versions that its entries ask for', () => {
    const optionalDependencies = { '@x/native-linux-arm-musleabihf': '1.2.3', '@x/native-win32-x64-msvc': '1.2.3' };
    const given: LockFile = {
      packages: {
        'node_modules/x': { version: '1.2.3', resolved: 'https://example.org/x.tgz', dev: true, optionalDependencies },
        'node_modules/@x/native-win32-x64-msvc': { version: '1.2.3' },
      },
    };
    expect(missingEntries(given)).toEqual(['@x/native-linux-arm-musleabihf@1.2.3']);
    const done = completed(given);
    expect(missingEntries(done)).toEqual([]);
    expect(registryAddresses(done)).toEqual([]);
    expect(done.packages['node_modules/@x/native-linux-arm-musleabihf']).toEqual({
      version: '1.2.3',
      cpu: ['arm'],
      os: ['linux'],
      dev: true,
      optional: true,
    });
  });
});
