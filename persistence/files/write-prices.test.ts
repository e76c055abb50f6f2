import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allocateBars, barColumns, generatePrices, parseTimeframe } from '#domain';
import type { Bars } from '#domain';
import { readPriceFile } from './price-file.ts';
import { csvOfBars, holdsPrices, writePrices } from './write-prices.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-prices-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const sameBits = (bars: Bars, other: Bars): void => {
  for (const column of barColumns) expect([...other[column]]).toEqual([...bars[column]]);
};

test('writes a header and a row per bar, days as dates', () => {
  const bars = allocateBars(2);
  bars.time.set([0, 86_400_000]);
  for (const column of ['open', 'high', 'low', 'close'] as const) bars[column].set([1.5, 2]);
  expect([...csvOfBars(bars)].join('')).toBe(
    'time,open,high,low,close,volume\n1970-01-01,1.5,1.5,1.5,1.5,0\n1970-01-02,2,2,2,2,0\n',
  );
});

test('writes times within the day in ISO 8601', () => {
  const bars = allocateBars(1);
  bars.time[0] = Date.UTC(2024, 1, 29, 14, 30, 0, 250);
  expect([...csvOfBars(bars)].join('')).toContain('2024-02-29T14:30:00.250Z,');
});

test('what is written reads back to the same bits, for any bars', async () => {
  const price = fc.oneof(
    fc.double({ min: 1e-12, max: 1e15, noNaN: true }),
    fc.integer({ min: 1, max: 1e6 }),
    fc.double({ min: 0.01, max: 1000, noNaN: true }).map((x) => Math.max(0.01, Math.round(x * 100) / 100)),
  );
  const anyBars = fc
    .uniqueArray(
      fc.record({
        time: fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2200, 0) }),
        a: price,
        b: price,
        c: price,
        d: price,
        volume: fc.double({ min: 0, max: 1e15, noNaN: true }),
      }),
      { selector: ({ time }) => time, minLength: 1, maxLength: 30 },
    )
    .map((rows) => {
      const bars = allocateBars(rows.length);
      rows
        .toSorted((x, y) => x.time - y.time)
        .forEach(({ time, a, b, c, d, volume }, i) => {
          const [low, open, close, high] = [a, b, c, d].toSorted((x, y) => x - y);
          Object.entries({ time, open, high, low, close, volume }).forEach(([, value], k) => {
            bars[barColumns[k] ?? 'time'][i] = value ?? NaN;
          });
        });
      return bars;
    });
  const path = join(folder, 'any.csv');
  await fc.assert(
    fc.asyncProperty(anyBars, async (bars) => {
      await writePrices(path, bars);
      sameBits(bars, (await readPriceFile(path)).bars);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['stock', '5m'],
  ['crypto', '1h'],
  ['fx', '1d'],
] as const)('so do generated %s prices of %s', async (market, timeframe) => {
  const [made] = generatePrices({
    seed: 3,
    market,
    timeframe: parseTimeframe(timeframe),
    start: Date.UTC(2021, 0),
    bars: 10_000,
    symbols: [{ symbol: 'A' }],
  });
  const bars = made?.bars ?? allocateBars(0);
  const path = join(folder, `${market}.csv`);
  await writePrices(path, bars);
  const file = await readPriceFile(path);
  sameBits(bars, file.bars);
  expect(file.notes).toEqual([]);
  expect(file.description.suggestedTick).toBe(made?.instrument.tick);
});

test('leaves nothing behind when it fails, and says why', async () => {
  const path = join(folder, 'missing', 'x.csv');
  await expect(writePrices(path, allocateBars(1))).rejects.toMatchObject({
    code: 'price-file-unwritable',
    cause: expect.objectContaining({ code: 'ENOENT' }) as Error,
  });
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  await writePrices(join(folder, 'empty.csv'), allocateBars(0));
  expect(await readFile(join(folder, 'empty.csv'), 'utf8')).toBe('time,open,high,low,close,volume\n');
});

test('a file holds the same prices only when it is the same to the last byte', async () => {
  const bars = { ...allocateBars(2), time: Float64Array.of(0, 86_400_000), close: Float64Array.of(1, 2) };
  const path = join(folder, 'same.csv');
  expect(await holdsPrices(path, bars)).toBe(false);
  await writePrices(path, bars);
  expect(await holdsPrices(path, bars)).toBe(true);
  expect(await holdsPrices(path, { ...bars, close: Float64Array.of(1, 3) })).toBe(false);
  expect(await holdsPrices(path, allocateBars(0))).toBe(false);
  await appendFile(path, '\n');
  expect(await holdsPrices(path, bars)).toBe(false);
  expect(await holdsPrices(folder, bars)).toBe(false);
});
