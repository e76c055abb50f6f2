import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { allocateBars, barColumns } from '#domain';
import type { Bars } from '#domain';
import { readSeries, seriesBytes, writeSeries } from './series-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'xtrading-series-file-'));
const path = join(folder, 'one.bars');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rowsMax = 1_000_000;

/** Floats of every kind, also NaN with any bits. */
const someBars = fc.integer({ min: 0, max: 40 }).chain((rows) =>
  fc
    .array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), {
      minLength: rows * barColumns.length,
      maxLength: rows * barColumns.length,
    })
    .map((words): Bars => {
      const floats = new Float64Array(BigUint64Array.from(words).buffer);
      const columns = Object.fromEntries(
        barColumns.map((name, place) => [name, floats.subarray(place * rows, (place + 1) * rows)]),
      );
      return columns as unknown as Bars; // every name of barColumns is there
    }),
);

const bytesOf = (bars: Bars): readonly Buffer[] =>
  barColumns.map((name) => {
    const { buffer, byteOffset, byteLength } = bars[name];
    return Buffer.from(buffer, byteOffset, byteLength);
  });

describe('a file of a series', () => {
  test('gives back every bit of what was written, and is as long as was said', async () => {
    await fc.assert(
      fc.asyncProperty(someBars, fc.string({ unit: 'grapheme', maxLength: 100 }), async (bars, about) => {
        await writeSeries(path, { about, bars, usedAt: 0 });
        const read = await readSeries(path, { about, rowsMax });
        expect(typeof read === 'string' ? read : bytesOf(read)).toEqual(bytesOf(bars));
        expect(readFileSync(path)).toHaveLength(seriesBytes(about, bars.time.length));
      }),
      { numRuns: 50 },
    );
  });

  test('is broken with any byte changed, cut off or added', async () => {
    await fc.assert(
      fc.asyncProperty(someBars, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (bars, where) => {
        await writeSeries(path, { about: 'a', bars, usedAt: 0 });
        const whole = readFileSync(path);
        const at = Math.floor(where * whole.length);
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ 0x40;
        for (const content of [changed, whole.subarray(0, at), Buffer.concat([whole, Buffer.from([0])])]) {
          writeFileSync(path, content);
          // Which of the two a changed name is can't be told before all of it is read; neither is given out.
          expect(['broken', 'other']).toContain(await readSeries(path, { about: 'a', rowsMax }));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('is not given out for something else, nor with more rows than were asked for', async () => {
    await writeSeries(path, { about: 'KO at 1', bars: allocateBars(1_000), usedAt: 0 });
    expect(await readSeries(path, { about: 'KO at 2', rowsMax })).toBe('other');
    expect(await readSeries(path, { about: 'KO at 1', rowsMax: 10 })).toBe('broken');
    expect(await readSeries(join(folder, 'none.bars'), { about: 'KO at 1', rowsMax })).toBe('absent');
    expect(await readSeries(folder, { about: 'KO at 1', rowsMax })).toBe('broken');
  });

  test('of several chunks is checked to its end', async () => {
    const bars = allocateBars(200_000);
    for (const name of barColumns) bars[name].forEach((_, row) => (bars[name][row] = row / 7));
    await writeSeries(path, { about: 'long', bars, usedAt: 0 });
    expect(await readSeries(path, { about: 'long', rowsMax })).toEqual(bars);
    const content = readFileSync(path);
    content[content.length - 1] = 1;
    writeFileSync(path, content);
    expect(await readSeries(path, { about: 'long', rowsMax })).toBe('broken');
    truncateSync(path, 5 * 2 ** 20);
    expect(await readSeries(path, { about: 'long', rowsMax })).toBe('broken');
  });

  test('that could not be written leaves nothing', async () => {
    await expect(
      writeSeries(join(folder, 'no', 'such', 'folder.bars'), { about: 'a', bars: allocateBars(1), usedAt: 0 }),
    ).rejects.toMatchObject({ code: 'ENOENT' });
    // A folder can't be replaced by a file: what was written stays a draft, and is removed.
    await expect(writeSeries(folder, { about: 'a', bars: allocateBars(1), usedAt: 0 })).rejects.toMatchObject({
      code: 'EISDIR',
    });
    expect(readdirSync(folder)).toEqual(['one.bars']);
    expect(readdirSync(join(folder, '..')).filter((name) => name.startsWith(`${folder.split('/').at(-1)}.`))).toEqual(
      [],
    );
  });
});
