import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allocateBars, minuteMs } from '#domain';
import type { Bars } from '#domain';
import { VirtualClock } from '#kernel/testing';
import type { BarsQuery } from '#ports';
import { openSeriesCache } from './series-cache.ts';
import type { SeriesCacheEvent, SeriesCacheOptions } from './series-cache.ts';

let folder: string;
let clock: VirtualClock;
let events: SeriesCacheEvent[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-series-'));
  clock = new VirtualClock();
  events = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rows = 1_000;
/** Of one series on the disk, and a little more. */
const entryBytes = 48 * rows + 400;

/** A history in which all closes are one price, its revision too; it notes what is read. */
const historyOf = (price = 100) => {
  const history = {
    price,
    reads: [] as string[],
    /** Runs while bars are being read, after what is read is certain. */
    meanwhile: (): Promise<void> | void => {},
    revision: (_query: BarsQuery): Promise<string | null> => Promise.resolve(`at ${history.price}`),
    bars: async ({ symbol }: BarsQuery): Promise<Bars> => {
      history.reads.push(symbol);
      const bars = allocateBars(rows);
      bars.time.forEach((_, row) => (bars.time[row] = row * minuteMs));
      bars.close.fill(history.price);
      await history.meanwhile();
      return bars;
    },
  };
  return history;
};

type FakeHistory = ReturnType<typeof historyOf>;

const queryOf = (symbol: string): BarsQuery => ({
  symbol,
  interval: '1m',
  from: -Infinity,
  to: Infinity,
  limit: 1_000_000,
});

const open = (history: FakeHistory, options: Partial<SeriesCacheOptions> = {}) =>
  openSeriesCache({
    folder,
    bytesMax: 2 ** 30,
    history,
    version: '1',
    clock,
    report: (event) => events.push(event),
    keptFromMs: 0,
    ...options,
  });

/** Asks for symbols, one after the other, as a process that begins and ends. Gives the closes. */
const ask = async (history: FakeHistory, symbols: readonly string[], options: Partial<SeriesCacheOptions> = {}) => {
  const cache = await open(history, options);
  const closes: (number | undefined)[] = [];
  for (const symbol of symbols) {
    closes.push((await cache.bars(queryOf(symbol))).close[rows - 1]);
    clock.advance(1_000);
  }
  await cache.close();
  return { closes, figures: cache.figures() };
};

const files = (): readonly string[] => readdirSync(folder);
const onlyFile = (): string => join(folder, files()[0] ?? 'none');

describe('series on the disk', () => {
  test('are read from the history once, and by the next process from the disk, the same to the last bit', async () => {
    const history = historyOf();
    const first = await open(history);
    const bars = await first.bars(queryOf('KO'));
    await first.close();
    const second = await open(history);
    expect(await second.bars(queryOf('KO'))).toEqual(bars);
    expect(history.reads).toEqual(['KO']);
    expect(first.figures()).toMatchObject({ hits: 0, misses: 1, entries: 1, bytes: statSync(onlyFile()).size });
    expect(second.figures()).toMatchObject({ hits: 1, misses: 0, entries: 1, bytesMax: 2 ** 30 });
    expect(events).toEqual([]);
  });

  test('are read anew when the history has another revision, or the program another version', async () => {
    const history = historyOf();
    await ask(history, ['KO']);
    history.price = 101;
    expect((await ask(history, ['KO'])).closes).toEqual([101]);
    expect((await ask(history, ['KO'])).figures).toMatchObject({ hits: 1, misses: 0 });
    expect(files()).toHaveLength(1);
    expect((await ask(history, ['KO'], { version: '2' })).figures).toMatchObject({ hits: 0, misses: 1 });
  });

  test('are told apart by all that the answer depends on', async () => {
    const history = historyOf();
    const cache = await open(history);
    const query = queryOf('KO');
    const queries: readonly BarsQuery[] = [
      query,
      { ...query, interval: '1h' },
      { ...query, from: 0 },
      { ...query, to: 0 },
      { ...query, limit: 2_000 },
      { ...query, descending: true },
      { ...query, symbol: 'KO","1m' },
    ];
    for (const one of queries) await cache.bars(one);
    await cache.close();
    expect(cache.figures()).toMatchObject({ hits: 0, misses: queries.length, entries: queries.length });
  });

  test('are not kept when something was written while they were read', async () => {
    const history = historyOf();
    history.meanwhile = () => {
      history.price = 101;
    };
    expect((await ask(history, ['KO'])).closes).toEqual([100]);
    expect(files()).toEqual([]);
  });

  test('are read once for all who ask at the same time, and not for one who asks after a change', async () => {
    const history = historyOf();
    const cache = await open(history);
    const gate = Promise.withResolvers<void>();
    history.meanwhile = () => gate.promise;
    const [one, two] = [cache.bars(queryOf('KO')), cache.bars(queryOf('KO'))];
    await expect.poll(() => history.reads).toEqual(['KO']);
    history.price = 101;
    const late = cache.bars(queryOf('KO'));
    await expect.poll(() => history.reads).toEqual(['KO', 'KO']);
    gate.resolve();
    expect(await two).toBe(await one);
    expect((await one).close[0]).toBe(100);
    expect((await late).close[0]).toBe(101);
    await cache.close();
  });

  test('are not kept where the history gives them as quickly', async () => {
    const history = historyOf();
    history.meanwhile = () => clock.advance(9);
    await ask(history, ['KO'], { keptFromMs: 10 });
    expect(files()).toEqual([]);
    history.meanwhile = () => clock.advance(10);
    await ask(history, ['KO'], { keptFromMs: 10 });
    expect(files()).toHaveLength(1);
  });

  test('never have more bytes than they may: those that were not used for longest go, over restarts too', async () => {
    const history = historyOf();
    const bounds = { bytesMax: 3 * entryBytes };
    await ask(history, ['A', 'B', 'C'], bounds);
    await ask(history, ['A'], bounds);
    const { figures } = await ask(history, ['D'], bounds);
    expect(figures).toMatchObject({ entries: 3 });
    expect(figures.bytes).toBeLessThanOrEqual(bounds.bytesMax);
    history.reads = [];
    await ask(history, ['A', 'C', 'D'], bounds);
    expect(history.reads).toEqual([]);
    await ask(history, ['B'], bounds);
    expect(history.reads).toEqual(['B']);
    expect(files()).toHaveLength(3);
  });

  test('are as many as they may be, shrink with the bound, and leave what is too large alone', async () => {
    const history = historyOf();
    await ask(history, ['A', 'B', 'C'], { entriesMax: 2 });
    expect(files()).toHaveLength(2);
    await ask(history, [], { bytesMax: entryBytes });
    expect(files()).toHaveLength(1);
    await ask(history, ['D'], { bytesMax: 1_000 });
    expect(files()).toEqual([]);
    expect(events).toEqual([]);
  });

  test('are shared by processes that write the same at the same time', async () => {
    const history = historyOf();
    const bounds = { bytesMax: 5 * entryBytes };
    const symbols = Array.from({ length: 12 }, (_, place) => `S${place}`);
    await Promise.all([ask(history, symbols, bounds), ask(history, symbols, bounds), ask(history, symbols, bounds)]);
    const sizes = files().map((file) => statSync(join(folder, file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(bounds.bytesMax);
    expect(files().filter((file) => file.endsWith('.part'))).toEqual([]);
    const kept = files().length;
    expect((await ask(history, symbols)).figures).toMatchObject({ hits: kept });
    expect(kept).toBeGreaterThan(0);
    expect(events).toEqual([]);
  });

  test('that are broken or foreign are removed, told, and read from the history', async () => {
    const history = historyOf();
    await ask(history, ['KO']);
    const file = onlyFile();
    const whole = readFileSync(file);
    const damaged = Buffer.from(whole);
    damaged[whole.length - 100] = 7;
    for (const content of [
      damaged,
      whole.subarray(0, 10_000),
      Buffer.alloc(0),
      Buffer.from('something else, of others'),
    ]) {
      events = [];
      writeFileSync(file, content);
      history.meanwhile = () => expect(existsSync(file)).toBe(false);
      expect((await ask(history, ['KO'])).closes).toEqual([100]);
      expect(events).toEqual([{ type: 'series-broken', file }]);
      expect(readFileSync(file)).toEqual(whole);
    }
  });

  test('leave alone what is not theirs, and remove what a killed process has begun', async () => {
    const history = historyOf();
    await ask(history, ['KO']);
    const draft = `${onlyFile()}.0123456789ab.part`;
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    writeFileSync(draft, 'half');
    clock.advance(statSync(draft).mtimeMs + 60_000 - clock.now());
    await ask(history, []);
    expect(existsSync(draft)).toBe(true);
    clock.advance(10 * 60_000);
    await ask(history, []);
    expect(existsSync(draft)).toBe(false);
    expect(files()).toContain('notes.txt');
  });

  test('may be deleted at any time', async () => {
    const history = historyOf();
    const cache = await open(history);
    await cache.bars(queryOf('KO'));
    await expect.poll(() => files()).toHaveLength(1);
    rmSync(folder, { recursive: true });
    await cache.bars(queryOf('KO'));
    await cache.close();
    expect(history.reads).toEqual(['KO', 'KO']);
    expect(files()).toHaveLength(1);
    expect(events).toEqual([]);
  });

  test('are done without where the folder can not be used, which is told once, until it can be', async () => {
    const history = historyOf();
    const inTheWay = join(folder, 'file');
    writeFileSync(inTheWay, '');
    const cache = await open(history, { folder: inTheWay });
    for (let i = 0; i < 3; i++) {
      expect((await cache.bars(queryOf('KO'))).close[0]).toBe(100);
      clock.advance(60_000);
    }
    rmSync(inTheWay);
    await cache.bars(queryOf('KO'));
    await cache.close();
    expect(events).toMatchObject([
      { type: 'series-cache-away', folder: inTheWay },
      { type: 'series-cache-back', folder: inTheWay },
    ]);
    expect((await ask(history, ['KO'], { folder: inTheWay })).figures).toMatchObject({ hits: 1 });
  });

  test('are not kept where the history can not tell its revision, which is told once', async () => {
    for (const revision of [() => Promise.resolve(null), () => Promise.reject(new Error('no rights'))]) {
      events = [];
      const history = { ...historyOf(), revision };
      expect((await ask(history, ['KO', 'KO'])).closes).toEqual([100, 100]);
      expect(events).toMatchObject([{ type: 'series-revision-unknown' }]);
      expect(files()).toEqual([]);
    }
  });

  test('leave failures of the history as they are', async () => {
    const away = () => Promise.reject(new Error('The server is away.'));
    const history = { ...historyOf(), bars: away };
    await expect(ask(history, ['KO'])).rejects.toThrow('away');
    await expect(ask({ ...history, revision: away }, ['KO'])).rejects.toThrow('away');
    expect(events).toEqual([]);
    expect((await ask(historyOf(), ['KO'])).closes).toEqual([100]);
  });
});
