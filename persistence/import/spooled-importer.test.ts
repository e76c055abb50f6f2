import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bars } from '#domain';
import type { History, ImportOutcome, ImportRequest } from '#ports';
import { openSpool } from './spool.ts';
import { spooledImporter } from './spooled-importer.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xtrading-import-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Insert {
  readonly symbol: string;
  readonly interval: string;
  readonly bars: Bars;
}

const historyOf = (inserts: Insert[], insert: () => Promise<void> = () => Promise.resolve()): History => ({
  insert: async (symbol, interval, bars) => {
    await insert();
    inserts.push({ symbol, interval, bars });
  },
  bars: () => Promise.reject(new Error('Imports read nothing.')),
  coverage: () => Promise.resolve([]),
});

const days = (count: number, price = (k: number) => `${100 + k}.25`): string =>
  [
    'Date,Open,High,Low,Close,Volume',
    ...Array.from({ length: count }, (_, k) => {
      const date = new Date(Date.UTC(2024, 0, 1 + k)).toISOString().slice(0, 10);
      return `${date},${price(k)},${price(k)},${price(k)},${price(k)},1000`;
    }),
    '',
  ].join('\n');

interface Trial {
  readonly outcome: ImportOutcome;
  readonly inserts: readonly Insert[];
  readonly percents: readonly number[];
  readonly importId: string;
}

const importOf = async (content: string | Uint8Array, part: Partial<ImportRequest> = {}): Promise<Trial> => {
  const inserts: Insert[] = [];
  const percents: number[] = [];
  const { symbol = 'GOOG', interval = null } = part;
  // oxlint-disable-next-line typescript/require-await -- a body arrives in its own time
  const body = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(content);
  };
  const received = await (await openSpool({ folder })).receive({ owner: 'u1', symbol, interval }, body());
  if (received.type !== 'spooled') throw new Error('It is not too large.');
  const { importId } = received;
  const outcome = await spooledImporter({ folder, history: historyOf(inserts) }).run({
    importId,
    symbol,
    interval,
    fileName: 'prices.csv',
    skipBad: false,
    signal: new AbortController().signal,
    onProgress: ({ percent }) => percents.push(percent),
    ...part,
  });
  return { outcome, inserts, percents, importId };
};

describe('an import from the spool', () => {
  test('brings the bars into the history and guesses the instrument', async () => {
    const { outcome, inserts, percents } = await importOf(days(30));
    expect(outcome).toEqual({
      ok: true,
      interval: '1d',
      rows: 30,
      rejected: 0,
      rejectedRows: [],
      notes: [],
      tick: '0.01',
      lot: '1',
      currency: 'USD',
    });
    expect(inserts).toHaveLength(1);
    expect(inserts[0]).toMatchObject({ symbol: 'GOOG', interval: '1d' });
    expect(inserts[0]?.bars.close.at(-1)).toBe(129.25);
    expect(percents.at(-1)).toBe(100);
  });

  test('guesses fine steps as decimals, not in powers of ten', async () => {
    const { outcome } = await importOf(
      days(30, (k) => `0.0000${1000 + k}`),
      { symbol: 'SHIB-USDT' },
    );
    expect(outcome).toMatchObject({ tick: '0.00000001', lot: '0.1', currency: 'USDT' });
  });

  test('takes gzip, and inserts long files in portions', async () => {
    const minutes = [
      'time,open,high,low,close,volume',
      ...Array.from({ length: 120_000 }, (_, k) => `${1_700_000_000 + k * 60 - (1_700_000_000 % 60)},1,1,1,1,1`),
    ].join('\n');
    const { outcome, inserts } = await importOf(gzipSync(minutes));
    expect(outcome).toMatchObject({ ok: true, interval: '1m', rows: 120_000 });
    expect(inserts.map(({ bars }) => bars.time.length)).toEqual([50_000, 50_000, 20_000]);
  });

  test('names bad rows with their lines, and leaves them out when asked to', async () => {
    const bad = days(30).replace('105.25,105.25', '105.25,x');
    const { outcome, inserts } = await importOf(bad);
    expect(outcome).toMatchObject({
      ok: false,
      reason: 'prices.csv has a row that is no price bar. Correct them, or import again with skipBad=true.',
      rejectedRows: [{ line: 7 }],
    });
    expect(inserts).toEqual([]);
    expect((await importOf(bad, { skipBad: true })).outcome).toMatchObject({
      ok: true,
      rows: 29,
      rejected: 1,
      rejectedRows: [{ line: 7, reason: expect.stringContaining('High:') }],
    });
  });

  test('tells what is wrong with a file by the name that its owner knows', async () => {
    const { outcome } = await importOf('');
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringMatching(/^prices\.csv is empty/) });
    expect(JSON.stringify(outcome)).not.toContain(folder);
  });

  test('takes the rows of its symbol from a file with several', async () => {
    const rows = ['Date,Symbol,Open,High,Low,Close,Volume'];
    for (let k = 1; k <= 9; k++) rows.push(`2024-01-0${k},GOOG,1,1,1,1,1`, `2024-01-0${k},MSFT,2,2,2,2,1`);
    const { outcome, inserts } = await importOf(rows.join('\n'), { symbol: 'MSFT' });
    expect(outcome).toMatchObject({ ok: true, rows: 9 });
    expect(inserts[0]?.bars.close[0]).toBe(2);
  });

  test('stores only bars of a minute and of a day, and those as what they are', async () => {
    const hourly = ['time,close', ...Array.from({ length: 50 }, (_, k) => `${1_704_067_200 + k * 3_600},1`)].join('\n');
    expect((await importOf(hourly)).outcome).toMatchObject({
      ok: false,
      reason: expect.stringContaining('bars of 1h'),
    });
    expect((await importOf(days(30), { interval: '1m' })).outcome).toMatchObject({
      ok: false,
      reason: expect.stringContaining('bars of 1d, not of 1m'),
    });
    expect((await importOf(days(1))).outcome).toMatchObject({ ok: false });
    expect((await importOf(days(1), { interval: '1d' })).outcome).toMatchObject({ ok: true, interval: '1d', rows: 1 });
  });

  test('rejects when the history is away, and can be run again', async () => {
    const { importId } = await importOf(days(30));
    const request: ImportRequest = {
      importId,
      symbol: 'GOOG',
      interval: null,
      fileName: 'prices.csv',
      skipBad: false,
      signal: new AbortController().signal,
      onProgress: () => {},
    };
    const inserts: Insert[] = [];
    let isAway = true;
    const importer = spooledImporter({
      folder,
      history: historyOf(inserts, () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve())),
    });
    await expect(importer.run(request)).rejects.toThrow('away');
    isAway = false;
    expect(await importer.run(request)).toMatchObject({ ok: true, rows: 30 });
  });

  test('stops when it is told to', async () => {
    await expect(importOf(days(30), { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
  });

  test('discards the content, also when it is gone', async () => {
    const { importId } = await importOf(days(30));
    const importer = spooledImporter({ folder, history: historyOf([]) });
    await importer.discard(importId);
    await importer.discard(importId);
    expect(await readdir(folder)).toEqual([]);
  });
});
