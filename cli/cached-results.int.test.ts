/** Results that are kept between commands, as people meet them: quicker, the same, and never out of date. */

import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const launcher = join(import.meta.dirname, 'xtrading.js');
/** A run starts a process or two; a machine under load takes its time. */
const patienceMs = 60_000;

let folder: string;
let cacheHome: string;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const xtrading = async (...words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], NO_COLOR: '1', XDG_CACHE_HOME: cacheHome };
    execFile(process.execPath, [launcher, ...words], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });

/** Imports its rule, and fails for one value. */
const strategy = `import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';
import { share } from './share.ts';
export default defineStrategy({
  name: 'cross',
  params: { fast: int(10, { min: 2, max: 100 }), slow: int(20, { min: 3, max: 300 }) },
  constraint: (p) => p.fast < p.slow,
  init: ({ bars, ta }, p) => {
    if (p.fast === 13) throw new Error('thirteen');
    return { fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, p.slow) };
  },
  onBar(ctx, { fast, slow }) {
    if (crossOver(fast, slow)) ctx.targetPercent('main', share);
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});
`;

/** Far longer than looking it up takes, on any machine. */
const slow = strategy
  .replace("name: 'cross'", "name: 'slow'")
  .replace(
    'if (p.fast === 13)',
    'let work = 1;\n    for (let i = 0; i < 4e8; i++) work = (work * 3 + i) | 0;\n    if (work === 0.5)',
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cached-results-'));
  cacheHome = join(folder, 'cache');
  writeFileSync(join(folder, 'cross.ts'), strategy);
  writeFileSync(join(folder, 'slow.ts'), slow);
  writeFileSync(join(folder, 'share.ts'), 'export const share = 0.9;\n');
  for (const [name, seed] of [
    ['prices.csv', '1'],
    ['other.csv', '2'],
  ] as const)
    expect(await xtrading('data', 'generate', '--out', name, '--bars', '400', '--seed', seed)).toMatchObject({
      code: 0,
    });
}, patienceMs);
afterAll(() => rmSync(folder, { recursive: true }));

interface Search {
  readonly cached: number;
  readonly seconds: number;
  readonly finished: number;
  readonly ranking: readonly object[];
}

const search = async (...words: readonly string[]): Promise<Search> => {
  const { stdout, stderr } = await xtrading('backtest', 'cross.ts', '-d', 'prices.csv', '--json', '-q', ...words);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Search; // by our own command
};

const grid = ['--grid', 'fast=5..9:1', '--grid', 'slow=20..40:10'];
const members = 15;

/** What a search says beside where its results came from. */
const plain = (result: Search): object => ({ ...result, cached: 0, seconds: 0 });

describe('a search that was run before', { timeout: patienceMs }, () => {
  let first: Search;
  beforeEach(async () => {
    cacheHome = mkdtempSync(join(folder, 'cache-'));
    first = await search(...grid);
  }, patienceMs);

  it('is known, every member of it, and the same', async () => {
    expect(first).toMatchObject({ cached: 0, finished: members });
    const again = await search(...grid);
    expect(again.cached).toBe(members);
    expect(plain(again)).toEqual(plain(first));
    const { stdout } = await xtrading('backtest', 'cross.ts', '-d', 'prices.csv', ...grid);
    expect(stdout).toContain(`${members} known from before`);
  });

  it('is run with --no-cache, which keeps nothing either', async () => {
    cacheHome = mkdtempSync(join(folder, 'cache-'));
    expect((await search(...grid, '--no-cache')).cached).toBe(0);
    expect((await search(...grid)).cached).toBe(0);
  });

  it('lends its members to a wider grid, a random search and defaults spelled out', async () => {
    expect(await search('--grid', 'fast=5..10:1', '--grid', 'slow=20..40:10')).toMatchObject({
      cached: members,
      finished: members + 3,
    });
    expect(await search(...grid, '--random', '6')).toMatchObject({ cached: 6, finished: 6 });
    expect((await search('--grid', 'fast=5..9:1', '--set', 'slow=20')).cached).toBe(5);
    expect((await search('--grid', 'fast=5..9:1')).cached).toBe(5); // slow is 20 by default
  });

  it('is not known after a change of prices, period, rules, seed, or a file that the strategy imports', async () => {
    expect((await search(...grid, '--from', '2015-06-01')).cached).toBe(0);
    expect((await search(...grid, '--commission', '0.001')).cached).toBe(0);
    expect((await search(...grid, '--fill', 'same-close')).cached).toBe(0);
    expect((await search(...grid, '--seed', '2')).cached).toBe(0);
    expect((await search(...grid, '--tick', '0.05')).cached).toBe(0);
    const share = join(folder, 'share.ts');
    const before = readFileSync(share);
    writeFileSync(share, 'export const share = 0.8;\n');
    const changed = await search(...grid);
    writeFileSync(share, before);
    expect(changed.cached).toBe(0);
    expect(changed.ranking).not.toEqual(first.ranking);
    const prices = join(folder, 'prices.csv');
    const rows = readFileSync(prices);
    writeFileSync(prices, readFileSync(join(folder, 'other.csv')));
    const moved = await search(...grid);
    writeFileSync(prices, rows);
    expect(moved.cached).toBe(0);
    expect(moved.ranking).not.toEqual(first.ranking);
    expect((await search(...grid)).cached).toBe(members);
  });

  it('is run again where what was kept is damaged, with the same result, and known after that', async () => {
    const [block = ''] = globSync('**/*.members', { cwd: cacheHome });
    const path = join(cacheHome, block);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const mended = await search(...grid);
    expect(mended.cached).toBe(0);
    expect(plain(mended)).toEqual(plain(first));
    expect((await search(...grid)).cached).toBe(members);
  });

  it('runs its failures again', async () => {
    const failing = ['--grid', 'fast=12..14:1'];
    expect(await search(...failing)).toMatchObject({ cached: 0, finished: 2, failed: 1 });
    expect(await search(...failing)).toMatchObject({ cached: 2, finished: 2, failed: 1 });
  });

  it('is known to walk-forward, window by window', async () => {
    const words = [
      'backtest',
      'cross.ts',
      '-d',
      'prices.csv',
      '--json',
      '-q',
      '--grid',
      'fast=5..9:1',
      '--walk-forward',
      '2',
    ];
    const [one, two] = [await xtrading(...words), await xtrading(...words)];
    expect(JSON.parse(one.stdout)).toMatchObject({ cached: 0 });
    expect(JSON.parse(two.stdout)).toEqual({ ...(JSON.parse(one.stdout) as object), cached: 10 });
  });

  it('is known symbol by symbol and period by period', async () => {
    const words = ['backtest', 'cross.ts', '-d', 'prices.csv', '-d', 'other.csv', '--json', '--each', '--periods'];
    const one = JSON.parse((await xtrading(...words, '2')).stdout) as object;
    const two = JSON.parse((await xtrading(...words, '2')).stdout) as object;
    expect(one).toMatchObject({ cached: 0 });
    expect(two).toEqual({ ...one, cached: 4 });
  });

  it('is shown and forgotten by xtrading cache', async () => {
    const shown = await xtrading('cache', 'show');
    expect(shown.stdout).toContain(cacheHome);
    expect(shown.stdout).toContain('1 file');
    expect(await xtrading('cache', 'clear')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 file') });
    expect(await xtrading('cache', 'show')).toMatchObject({ code: 0, stdout: expect.stringContaining('0 files') });
    expect((await search(...grid)).cached).toBe(0);
    expect((await xtrading('cache', 'clear', 'all')).code).toBe(2);
  });
});

describe('a single run', { timeout: patienceMs }, () => {
  const words = ['backtest', 'slow.ts', '-d', 'prices.csv', '--set', 'fast=5'];

  beforeEach(() => {
    cacheHome = mkdtempSync(join(folder, 'cache-'));
  });

  it('that took its time is known the next time, and its JSON the same to the last character', async () => {
    const first = await xtrading(...words, '--json');
    const again = await xtrading(...words, '--json');
    expect(first.stdout).toContain('\n  "cached": false,\n');
    expect(again.stdout).toContain('\n  "cached": true,\n');
    expect(again.stdout.replace('"cached": true', '"cached": false')).toBe(first.stdout);
    const table = await xtrading(...words);
    expect(table.stdout).toContain('known from before');
    expect((await xtrading(...words, '--no-cache')).stdout).not.toContain('known from before');
  });

  it('is run, and says so once, where nothing can be kept', async () => {
    cacheHome = join(folder, 'prices.csv'); // no folder
    const { code, stdout, stderr } = await xtrading(...words);
    expect(code).toBe(0);
    expect(stdout).toContain('trade hash');
    expect(stderr.match(/can't be kept/g)).toHaveLength(1);
  });
});
