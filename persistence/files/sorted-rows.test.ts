import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SortedRows } from './sorted-rows.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-sorted-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  readonly time: number;
  readonly line: number;
}

/** Writes the rows in portions of these lengths, and reads them in order so many at a time. */
const sortedBy = async (times: readonly number[], portions: readonly number[], rowsMax: number): Promise<Row[]> => {
  const path = join(folder, 'rows');
  const sorted = await SortedRows.open(path, 2);
  try {
    const ends = new Set<number>();
    let end = 0;
    for (const length of portions) ends.add((end += length));
    for (const [line, time] of times.entries()) {
      if (ends.has(line)) await sorted.write({ all: true });
      sorted.add(Float64Array.of(time), line);
    }
    await sorted.write({ all: true });
    const rows: Row[] = [];
    for await (const { values, length } of sorted.inOrder(rowsMax))
      for (let row = 0; row < length; row++)
        rows.push({ time: values[2 * row] ?? NaN, line: values[2 * row + 1] ?? NaN });
    return rows;
  } finally {
    await sorted.close();
    expect(existsSync(path)).toBe(false);
  }
};

describe('rows', () => {
  test('come in order of time, those of one time as they came, however they were cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        async (times, portions, rowsMax) => {
          const expected = times
            .map((time, line) => ({ time, line }))
            .toSorted((a, b) => a.time - b.time || a.line - b.line);
          expect(await sortedBy(times, portions, rowsMax)).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('come in order also when they fill many portions', async () => {
    // Every row is far from its place.
    const count = 200_003;
    const times = Array.from({ length: count }, (_, row) => (row * 7_919) % count);
    const rows = await sortedBy(times, [], 10_000);
    expect(rows).toHaveLength(count);
    expect(rows.every(({ time }, place) => time === place)).toBe(true);
  });
});
