import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barColumns } from '#domain';
import type { Bars, BarColumn } from '#domain';
import { PriceFileError } from './price-file-error.ts';
import { readPriceFile } from './price-file.ts';
import { openSortedPriceFile } from './sorted-price-file.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-sorted-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'prices.csv');

/** All that is told of a file, or why it is refused, by either way of reading it. */
const inMemory = async (skipBad: boolean) => {
  const { bars, description, notes, rejected, rejectedCount } = await readPriceFile(path(), { skipBad });
  return { bars, description, notes, rejected: rejected.toSorted((a, b) => a.line - b.line), rejectedCount };
};

const onDisk = async (skipBad: boolean, rowsMax: number) => {
  const file = await openSortedPriceFile(path(), { skipBad, aside: join(folder, 'aside') });
  try {
    const portions: Bars[] = [];
    for await (const bars of file.bars(rowsMax)) portions.push(bars);
    const joined = Object.fromEntries(
      barColumns.map((name) => [name, Float64Array.from(portions.flatMap((bars) => [...bars[name]]))]),
    ) as Readonly<Record<BarColumn, Float64Array>>;
    const { rejected, rejectedCount, rows } = file;
    expect(rows).toBe(joined.time.length);
    return { bars: joined, ...file.described(), rejected, rejectedCount };
  } finally {
    await file.close();
  }
};

const outcomeOf = async (reading: Promise<unknown>): Promise<unknown> => {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof PriceFileError)) throw error;
    const { code, message, badRows, badRowCount } = error;
    return { code, message, badRows, badRowCount };
  }
};

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);

/** A row of a file: its minute, and what is in it. */
const row = fc.record({
  at: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.integer({ min: 0, max: 20_000 })),
  price: fc.constantFrom('1', '1.25', '100.5', '0.00001234'),
  volume: fc.constantFrom('0', '1', '0.5'),
  fault: fc.oneof({ weight: 12, arbitrary: fc.constant(null) }, fc.constantFrom('text', 'range', 'fields')),
});

const textOf = ({ at, price, volume, fault }: typeof row extends fc.Arbitrary<infer R> ? R : never): string => {
  const time = new Date(start + at * minute).toISOString();
  if (fault === 'text') return `${time},${price},x,${price},${price},${volume}`;
  if (fault === 'range') return `${time},${price},${price},${price},9000,${volume}`;
  if (fault === 'fields') return `${time},${price}`;
  return `${time},${price},${price},${price},${price},${volume}`;
};

const flat = (at: number, volume: '0' | '0.5') => ({ at, price: '1', volume, fault: null }) as const;

describe('a price file that is read portion by portion', () => {
  test('gives the bars, notes and refusals that reading it into memory gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 120 }),
        fc.constantFrom('as they are', 'oldest first', 'newest first'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        async (rows, order, skipBad, rowsMax) => {
          const sign = order === 'oldest first' ? 1 : order === 'newest first' ? -1 : 0;
          const lines = rows.toSorted((a, b) => sign * (a.at - b.at)).map(textOf);
          writeFileSync(path(), ['time,open,high,low,close,volume', ...lines, ''].join('\n'));
          expect(await outcomeOf(onDisk(skipBad, rowsMax))).toEqual(await outcomeOf(inMemory(skipBad)));
          expect(readdirSync(folder)).toEqual(['prices.csv']);
        },
      ),
      {
        numRuns: 300,
        // Two rows of one time side by side, after another one of that time.
        examples: [[[flat(0, '0'), flat(1, '0'), flat(0, '0'), flat(0, '0.5')], 'as they are', false, 1]],
      },
    );
  });

  test('does so with more rows than are sorted at a time, in any order, with repetitions far apart', async () => {
    const count = 150_000;
    const lines = Array.from({ length: count }, (_, place) => {
      const at = (place * 7_919) % (count - 500);
      const price = (100 + (at % 97) / 100).toFixed(2);
      return `${start / 1000 + at * 60},${price},${price},${price},${price},${at % 7}`;
    });
    writeFileSync(path(), ['time,open,high,low,close,volume', ...lines].join('\n'));
    const read = await onDisk(false, 50_000);
    expect(read).toEqual(await inMemory(false));
    expect(read.bars.time).toHaveLength(count - 500);
    expect(read.notes).toContain('500 rows repeat others exactly: left out');
  });

  test('looks at adjusted closes, too, when two rows have the same time', async () => {
    const rows = ['2024-01-01,1,1,1,1,0.9', '2024-01-02,1,1,1,1,0.9', '2024-01-01,1,1,1,1,0.8'];
    writeFileSync(path(), ['Date,Open,High,Low,Close,Adj Close', ...rows].join('\n'));
    expect(await outcomeOf(onDisk(false, 10))).toMatchObject({ code: 'price-file-bad-row', badRows: [{ line: 4 }] });
    expect(await outcomeOf(onDisk(true, 10))).toEqual(await outcomeOf(inMemory(true)));
  });

  test('is given up in time, and leaves nothing aside', async () => {
    writeFileSync(path(), 'time,open,high,low,close,volume\n2024-01-01,1,1,1,1,1\n2024-01-02,1,1,1,1,1\n');
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(openSortedPriceFile(path(), { aside: join(folder, 'aside'), signal })).rejects.toThrow('stopped');
    expect(readdirSync(folder)).toEqual(['prices.csv']);
  });
});
