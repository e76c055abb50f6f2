import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import type { Exporter, Results } from '#ports';
import { openExporter } from './exporter.ts';

type Row = Readonly<Record<string, unknown>>;
type Request = Parameters<Exporter['resultTable']>[0];

/** Results that count how many rows are asked for at a time. */
const resultsOf = (all: readonly Row[], asked: number[] = []): Pick<Results, 'rows'> => ({
  async rows(_attemptId, _table, { offset, limit }) {
    asked.push(limit);
    return { rows: all.slice(offset, offset + limit), total: all.length };
  },
});

const exported = async (rows: readonly Row[], request: Partial<Request>): Promise<Buffer> => {
  const whole = { attemptId: 'a', table: 'log', format: 'csv', offset: 0, limit: null, ...request } as const;
  return Buffer.concat(await Array.fromAsync(openExporter(resultsOf(rows)).resultTable(whole)));
};

const time = Date.UTC(2024, 1, 29, 14, 30, 0, 250);
const trade = {
  id: 7,
  feed: 0,
  side: 'long',
  quantity: 0.1 + 0.2,
  entryBar: 1,
  entryTime: time,
  entryPrice: 5e-324,
  exitBar: null,
  exitTime: null,
  exitPrice: null,
  stopLoss: 1.7976931348623157e308,
  takeProfit: null,
  pnl: -0,
  returnFraction: NaN,
  commission: 1 / 3,
  tag: 'a "b",\r\nc',
};

describe('csv', () => {
  test('quotes what needs it, leaves null empty and writes numbers so that they are read back', async () => {
    const text = (await exported([trade, { ...trade, tag: '' }], { table: 'trades' })).toString();
    const [first] = parse<Record<string, string>>(text, { columns: true, record_delimiter: '\r\n' });
    expect(first).toMatchObject({
      id: '7',
      entryTime: '2024-02-29T14:30:00.250Z',
      exitTime: '',
      pnl: '-0',
      returnFraction: 'NaN',
      tag: 'a "b",\r\nc',
    });
    for (const name of ['quantity', 'entryPrice', 'stopLoss', 'commission'] as const) {
      expect(Number(first?.[name])).toBe(trade[name]);
    }
    expect(text.endsWith(',""\r\n')).toBe(true);
    expect(text.split('\r\n')[0]).toBe(Object.keys(trade).join(','));
  });

  test('has a line of names even without rows', async () => {
    expect((await exported([], { table: 'equity' })).toString()).toBe('time,equity\r\n');
  });
});

describe('json', () => {
  test('is a list of objects with the label of orders, and null for numbers that JSON has not', async () => {
    const order = { id: 1, request: { tag: 'entry' }, side: 'buy', limit: Infinity, createdTime: time, reason: null };
    const read: unknown = JSON.parse((await exported([order], { table: 'orders', format: 'json' })).toString());
    expect(read).toEqual([
      { id: 1, side: 'buy', limit: null, createdTime: '2024-02-29T14:30:00.250Z', reason: null, tag: 'entry' },
    ]);
    expect(JSON.parse((await exported([], { format: 'json' })).toString())).toEqual([]);
  });
});

describe('parquet', () => {
  const read = async (file: Buffer) => parquetReadObjects({ file: Uint8Array.from(file).buffer });

  test('gives values back with their types', async () => {
    const file = await exported([trade, { ...trade, exitTime: time, exitBar: 9, tag: null }], {
      table: 'trades',
      format: 'parquet',
    });
    const wanted = { ...trade, entryTime: new Date(time) };
    expect(await read(file)).toEqual([wanted, { ...wanted, exitTime: new Date(time), exitBar: 9, tag: null }]);
  });

  test('is a file even without rows', async () => {
    expect(await read(await exported([], { format: 'parquet' }))).toEqual([]);
  });
});

describe.each(['csv', 'json', 'parquet'] as const)('a long table as %s', (format) => {
  const rows = Array.from({ length: 45_000 }, (_, i) => ({ time: time + i * 60_000, equity: 1e5 + i / 3 }));
  const readAll = async (file: Buffer): Promise<readonly number[]> => {
    if (format === 'parquet') {
      const found = await parquetReadObjects({ file: Uint8Array.from(file).buffer });
      return found.map((row) => Number(row['equity']));
    }
    if (format === 'json') return (JSON.parse(file.toString()) as { equity: number }[]).map(({ equity }) => equity);
    return parse<{ equity: string }>(file, { columns: true }).map(({ equity }) => Number(equity));
  };

  test('is read and written in pages, and whole', async () => {
    const asked: number[] = [];
    const pieces = await Array.fromAsync(
      openExporter(resultsOf(rows, asked)).resultTable({
        attemptId: 'a',
        table: 'equity',
        format,
        offset: 0,
        limit: null,
      }),
    );
    expect(await readAll(Buffer.concat(pieces))).toEqual(rows.map(({ equity }) => equity));
    expect(asked).toEqual([20_000, 20_000, 20_000]);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2_500_000);
  });

  test('begins and ends where it is asked to', async () => {
    const part = await readAll(await exported(rows, { table: 'equity', format, offset: 19_999, limit: 20_002 }));
    expect(part).toEqual(rows.slice(19_999, 40_001).map(({ equity }) => equity));
  });
});
