import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BacktestResult, BatchResult, Feed } from '#domain';
import { generatePrices, parseTimeframe, prepareRunData, resolveProfile, runBacktest } from '#domain';
import { cacheSize, clearCache, removeOldest } from './cache-size.ts';
import { ResultCache } from './result-cache.ts';
import type { RunIdentity, SearchIdentity } from './result-key.ts';

const slowMs = 500;

let folder: string;
let told: string[];
let cache: ResultCache;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'result-cache-'));
  told = [];
  cache = open();
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (place = folder): ResultCache =>
  new ResultCache({ folder: place, platform: 'engine 1', onUnwritable: (reason) => told.push(reason) });

const timeframe = parseTimeframe('1d');
const feeds: readonly Feed[] = generatePrices({
  seed: 1,
  market: 'stock',
  timeframe,
  start: 0,
  bars: 50,
  symbols: [{ symbol: 'DEMO' }],
}).map((made) => ({ ...made, id: 'main', timeframeMs: timeframe.ms }));

const source = { entry: 'a.ts', files: { 'a.ts': 'one' } };
const job = { profile: 'native', config: {}, seed: '1', span: null };
const search: SearchIdentity = { source, feeds, job: { ...job, keep: 'summary' } };
const run: RunIdentity = { source, feeds, job: { ...job, keep: 'full', params: { fast: 1 } } };

/** A full result with what text formats lose: a nought with a sign, and what is not a number. */
const result: BacktestResult = {
  ...runBacktest({
    trader: { name: 'idle', start: () => ({ advance() {}, isWarm: () => true, act() {}, stop() {} }) },
    data: prepareRunData('all', feeds),
    profile: resolveProfile('native', {}),
  }),
  params: { fast: 1, slow: -0 },
  log: [{ time: NaN, text: 'init' }],
};

const member = (fast: number): BatchResult => ({
  params: { fast },
  statistics: result.statistics,
  tradeHash: result.tradeHash,
  equity: Float64Array.of(fast, -0, 1 / 3),
});

/** The only file that is kept. */
const keptFile = (): string => {
  const [drawer = ''] = readdirSync(folder);
  const [name = ''] = readdirSync(join(folder, drawer));
  return join(folder, drawer, name);
};

describe('a single run', () => {
  test('comes back equal to the last bit', async () => {
    expect(await cache.recallRun(run)).toBeNull();
    await cache.keepRun(run, result, slowMs);
    expect(await open().recallRun(run)).toStrictEqual(result);
  });

  test('is not found for other code, parameters or prices', async () => {
    await cache.keepRun(run, result, slowMs);
    const [main] = feeds as readonly [Feed];
    const moved = { ...main, bars: { ...main.bars, close: main.bars.close.map((close) => close + 0.01) } };
    expect(await cache.recallRun({ ...run, source: { ...source, files: { 'a.ts': 'two' } } })).toBeNull();
    expect(await cache.recallRun({ ...run, job: { ...run.job, params: { fast: 2 } } })).toBeNull();
    expect(await cache.recallRun({ ...run, feeds: [moved] })).toBeNull();
  });

  test('is not kept when running it again takes no longer than reading', async () => {
    await cache.keepRun(run, result, 5);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['emptied', () => Buffer.alloc(0)],
    ['changed in its last byte', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(255)])],
    ['of another form', (bytes: Buffer) => Buffer.concat([Buffer.from('X'), bytes.subarray(1)])],
  ])('is run again when its file was %s, and the file is replaced', async (_how, damage) => {
    await cache.keepRun(run, result, slowMs);
    const path = keptFile();
    writeFileSync(path, damage(readFileSync(path)));
    expect(await cache.recallRun(run)).toBeNull();
    await cache.keepRun(run, result, slowMs);
    expect(await cache.recallRun(run)).toStrictEqual(result);
  });

  test('is not taken from a file that was put in its place', async () => {
    await cache.keepRun(run, result, slowMs);
    const content = readFileSync(keptFile());
    await clearCache(folder);
    const other = { ...run, job: { ...run.job, params: { fast: 2 } } };
    await cache.keepRun(other, result, slowMs);
    writeFileSync(keptFile(), content);
    expect(await cache.recallRun(other)).toBeNull();
  });

  test('is told once not to be kept where nothing can be written, and takes no harm', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const blocked = open(join(file, 'results'));
    await blocked.keepRun(run, result, slowMs);
    await blocked.keepRun(run, result, slowMs);
    await blocked.close();
    expect(told).toEqual([expect.stringContaining('ENOTDIR')]);
    expect(await blocked.recallRun(run)).toBeNull();
  });
});

describe('a search', () => {
  test('finds its members again, and those alone', async () => {
    const first = await cache.openSearch(search);
    for (const fast of [1, 2]) await first.keep({ fast }, member(fast));
    await first.flush();
    const second = await open().openSearch(search);
    expect(second.size).toBe(2);
    expect(second.find({ fast: 2 })).toStrictEqual(member(2));
    expect(JSON.stringify(second.find({ fast: 2 }))).toBe(JSON.stringify(member(2)));
    expect(second.find({ fast: 3 })).toBeNull();
    expect((await cache.openSearch({ ...search, job: { ...search.job, seed: '2' } })).size).toBe(0);
  });

  test('adds what a wider search tries', async () => {
    for (const fast of [1, 2, 3]) {
      const part = await cache.openSearch(search);
      if (part.find({ fast: 1 }) === null) await part.keep({ fast: 1 }, member(1));
      if (part.find({ fast }) === null) await part.keep({ fast }, member(fast));
      await part.flush();
    }
    expect((await cache.openSearch(search)).size).toBe(3);
  });

  test('loses the members of a damaged block, and no others', async () => {
    const first = await cache.openSearch(search);
    await first.keep({ fast: 1 }, member(1));
    await first.flush();
    const path = keptFile();
    await first.keep({ fast: 2 }, member(2));
    await first.flush();
    writeFileSync(path, readFileSync(path).fill(0, 60, 70));
    const second = await cache.openSearch(search);
    expect(second.find({ fast: 1 })).toBeNull();
    expect(second.find({ fast: 2 })).toStrictEqual(member(2));
    expect((await cacheSize(folder)).files).toBe(1);
  });

  test('writes in blocks while it runs, so that a killed one is not lost', async () => {
    const first = await cache.openSearch(search);
    for (let fast = 0; fast < 1_500; fast++) await first.keep({ fast }, member(fast));
    expect((await cache.openSearch(search)).size).toBe(1_024);
  });
});

describe('the size of the cache', () => {
  const kept = async (fast: number): Promise<void> => {
    await cache.keepRun({ ...run, job: { ...run.job, params: { fast } } }, result, slowMs);
  };
  const recalled = async (fast: number): Promise<boolean> =>
    (await cache.recallRun({ ...run, job: { ...run.job, params: { fast } } })) !== null;

  test('is bounded: what was not used for longest goes first', async () => {
    for (const fast of [1, 2, 3, 4]) await kept(fast);
    for (const drawer of readdirSync(folder))
      for (const name of readdirSync(join(folder, drawer))) utimesSync(join(folder, drawer, name), 1_000, 1_000);
    expect(await recalled(1)).toBe(true); // used just now
    const { bytes } = await cacheSize(folder);
    await removeOldest(folder, { bytesMax: bytes - 1, filesMax: 100 });
    expect((await cacheSize(folder)).files).toBe(3);
    await removeOldest(folder, { bytesMax: bytes, filesMax: 2 });
    expect(await cacheSize(folder)).toMatchObject({ files: 1 });
    expect(await recalled(1)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('leaves alone what is within bounds, and what is not its own', async () => {
    await kept(1);
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    await removeOldest(folder);
    expect(await cacheSize(folder)).toMatchObject({ files: 1, bytes: statSync(keptFile()).size });
    await removeOldest(folder, { bytesMax: 0, filesMax: 0 });
    expect(readdirSync(folder)).toEqual(['notes.txt']);
  });

  test('is nothing after clearing, which says what there was', async () => {
    await kept(1);
    await kept(2);
    expect(await clearCache(folder)).toMatchObject({ files: 2 });
    expect(await cacheSize(folder)).toEqual({ files: 0, bytes: 0 });
    expect(await clearCache(join(folder, 'none'))).toEqual({ files: 0, bytes: 0 });
  });
});
