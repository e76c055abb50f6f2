import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allocateBars } from '#domain';
import type { KeptMarket } from '#ports';
import type { ClickHouse } from './clickhouse.ts';
import { openEmbeddedClickHouse } from './embedded-engine.ts';
import { openHistory } from './history.ts';
import { openLiveMarkets } from './live-markets.ts';

let folder: string;
let clickHouse: ClickHouse;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-live-markets-'));
  clickHouse = await openEmbeddedClickHouse({ dataFolder: folder, memoryBytesMax: 512 * 2 ** 20 });
});
afterAll(async () => {
  await clickHouse.close();
  rmSync(folder, { recursive: true, force: true });
});

const minute = 60_000;
const marketOf = (symbol: string, at: number): KeptMarket => ({
  symbol,
  at,
  last: '0.30000001',
  day: { date: 0, open: '0.1', high: '123456789.00000001', low: '0.1', volume: '0.00000001' },
  bar: {
    time: Math.floor(at / minute) * minute,
    open: '1',
    high: '2',
    low: '1',
    close: '2',
    volume: "it's as it was",
  },
});

test('keeps of each symbol the newest, exactly', async () => {
  const live = openLiveMarkets(clickHouse);
  expect(await live.kept()).toEqual([]);
  await live.keep([]);
  await live.keep([marketOf('A', 2 * minute), marketOf('B', 3 * minute)]);
  await live.keep([marketOf('A', 5 * minute)]);
  expect(await live.kept()).toEqual([marketOf('A', 5 * minute), marketOf('B', 3 * minute)]);
});

test('leaves out a minute that the history has, and with it more of it', async () => {
  const live = openLiveMarkets(clickHouse);
  await live.keep([marketOf('A', 7 * minute), marketOf('B', 7 * minute)]);
  const bars = allocateBars(1);
  bars.time[0] = 6 * minute;
  await openHistory(clickHouse).insert('A', '1m', bars);
  bars.time[0] = 7 * minute;
  await openHistory(clickHouse).insert('B', '1m', bars);
  expect(await live.kept()).toEqual([marketOf('A', 7 * minute), { ...marketOf('B', 7 * minute), bar: null }]);
});
