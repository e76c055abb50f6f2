import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barColumns, dayMs, generatePrices, minuteMs, parseTimeframe, sliceBars } from '#domain';
import type { Bars } from '#domain';
import { systemClock } from '#kernel';
import type { BarsQuery, RevisedHistory } from '#ports';
import type { ClickHouse } from '../clickhouse/clickhouse.ts';
import { openEmbeddedClickHouse } from '../clickhouse/embedded-engine.ts';
import { openHistory } from '../clickhouse/history.ts';
import { openSeriesCache } from './series-cache.ts';
import type { SeriesCacheEvent } from './series-cache.ts';

const start = Date.UTC(2024, 0, 1);
const minutes = 40_000;

let root: string;
let clickHouse: ClickHouse;
let history: RevisedHistory;
const events: SeriesCacheEvent[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'xtrading-series-'));
  clickHouse = await openEmbeddedClickHouse({ dataFolder: join(root, 'clickhouse'), memoryBytesMax: 1024 ** 3 });
  history = openHistory(clickHouse);
  // They come whenever the engine likes, and make a miss of what is a hit here.
  await clickHouse.command('SYSTEM STOP MERGES bar');
  for (const symbol of ['KO', 'PEP']) await history.insert(symbol, '1m', minutesOf(symbol));
});
afterAll(async () => {
  await clickHouse.close();
  rmSync(root, { recursive: true, force: true });
});

const minutesOf = (symbol: string): Bars => {
  const timeframe = parseTimeframe('1m');
  const [made] = generatePrices({ seed: 7, market: 'crypto', timeframe, start, bars: minutes, symbols: [{ symbol }] });
  if (made === undefined) throw new Error('One symbol was asked for.');
  return made.bars;
};

const queryOf = (symbol: string, more: Partial<BarsQuery> = {}): BarsQuery => ({
  symbol,
  interval: '1m',
  from: start,
  to: start + minutes * minuteMs,
  limit: 1_000_000,
  ...more,
});

const folder = (): string => join(root, 'series');

/** Asks as a process that begins and ends: what it gives, and whether it came from the disk. */
const ask = async (query: BarsQuery) => {
  const cache = await openSeriesCache({
    folder: folder(),
    bytesMax: 2 ** 30,
    history,
    version: '1',
    clock: systemClock,
    report: (event) => events.push(event),
    keptFromMs: 0,
  });
  const bars = await cache.bars(query);
  await cache.close();
  return { bars, isHit: cache.figures().hits === 1 };
};

const bitsOf = (bars: Bars): string =>
  barColumns
    .map((name) => Buffer.from(bars[name].buffer, bars[name].byteOffset, bars[name].byteLength).toString('base64'))
    .join();

/** That the answer is what the history gives, and where it came from. */
const expectCurrent = async (query: BarsQuery, isHit: boolean): Promise<void> => {
  const asked = await ask(query);
  expect(bitsOf(asked.bars)).toBe(bitsOf(await history.bars(query)));
  expect(asked.isHit).toBe(isHit);
};

/** The last bar of a span, with another close. */
const changed = (bars: Bars, row: number, close: number): Bars => {
  const one = sliceBars(bars, row, row + 1);
  return { ...one, close: Float64Array.of(close) };
};

describe('series of ClickHouse on the disk', () => {
  test.each(['1m', '1h', '1d', '1w'])(
    'of %s are the same to the last bit, and current after a change',
    async (interval) => {
      const query = queryOf('KO', { interval });
      await expectCurrent(query, false);
      await expectCurrent(query, true);
      // One bar anew, in the middle.
      await history.insert('KO', '1m', changed(minutesOf('KO'), 20_000, 1_000 + interval.length));
      await expectCurrent(query, false);
      await expectCurrent(query, true);
    },
  );

  test('stay when other symbols, or other times, are written', async () => {
    const query = queryOf('PEP', { to: start + 20_000 * minuteMs });
    await expectCurrent(query, false);
    await history.insert('KO', '1m', changed(minutesOf('KO'), 10, 77));
    await history.insert('PEP', '1m', changed(minutesOf('PEP'), 30_000, 77));
    await expectCurrent(query, true);
  });

  test('are current after days are imported beside the minutes of which days were made', async () => {
    const query = queryOf('PEP', { interval: '1d' });
    await expectCurrent(query, false);
    const days = sliceBars(minutesOf('PEP'), 0, 1);
    // Not within what is asked for: days count from now on all the same, and there are none.
    await history.insert('PEP', '1d', { ...days, time: Float64Array.of(start - 10 * dayMs) });
    await expectCurrent(query, false);
    expect((await ask(query)).bars.time).toHaveLength(0);
  });

  test('are current after bars were removed, and after parts were merged', async () => {
    const query = queryOf('KO');
    await ask(query);
    await clickHouse.command('SYSTEM START MERGES bar'); // a removal is one
    await clickHouse.command(
      `ALTER TABLE bar DELETE WHERE symbol = 'KO' AND time = {time:Int64} SETTINGS mutations_sync = 2`,
      {
        time: start + 5 * minuteMs,
      },
    );
    await expectCurrent(query, false);
    expect((await ask(query)).bars.time).toHaveLength(minutes - 1);
    await clickHouse.command('OPTIMIZE TABLE bar FINAL');
    await clickHouse.command('SYSTEM STOP MERGES bar');
    const merged = await ask(query);
    expect(bitsOf(merged.bars)).toBe(bitsOf(await history.bars(query)));
    await expectCurrent(query, true);
  });

  test('are current after everything was removed and came again in another order', async () => {
    const query = queryOf('ORDER');
    const [low, high] = [changed(minutesOf('ORDER'), 0, 1), changed(minutesOf('ORDER'), 0, 2)];
    for (const bars of [low, high]) await history.insert('ORDER', '1m', bars);
    expect((await ask(query)).bars.close).toEqual(Float64Array.of(2));
    await clickHouse.command('TRUNCATE TABLE bar');
    expect((await ask(query)).bars.time).toHaveLength(0);
    for (const bars of [high, low]) await history.insert('ORDER', '1m', bars);
    expect((await ask(query)).bars.close).toEqual(Float64Array.of(1));
    for (const symbol of ['KO', 'PEP']) await history.insert(symbol, '1m', minutesOf(symbol));
  });

  test('are read from ClickHouse where a file is broken', async () => {
    rmSync(folder(), { recursive: true });
    const query = queryOf('KO', { interval: '1h' });
    await ask(query);
    const [file = ''] = readdirSync(folder());
    truncateSync(join(folder(), file), 10_000);
    events.length = 0;
    await expectCurrent(query, false);
    expect(events).toEqual([{ type: 'series-broken', file: join(folder(), file) }]);
    await expectCurrent(query, true);
  });
});
