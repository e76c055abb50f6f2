/** `xtrading clickhouse`: one engine for several processes. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClickHouse, openHistory } from '#persistence';
import { capture } from './command.ts';
import { startClickHouse } from './servers.ts';
import type { ClickHouseProcess } from './servers.ts';

let server: ClickHouseProcess;
beforeAll(async () => {
  server = await startClickHouse();
});
afterAll(() => server.stop());

const one = (value: number): Float64Array => Float64Array.of(value);
const bar = { time: one(0), open: one(1), high: one(1), low: one(1), close: one(1), volume: one(1) };

test('serves several clients, and keeps over a kill what it has acknowledged', async () => {
  const [first, second] = [await openClickHouse(server.url), await openClickHouse(server.url)];
  await openHistory(first).insert('SHARED', '1d', bar);
  const expected = [{ symbol: 'SHARED', interval: '1d', bars: 1, first: 0, last: 0 }];
  expect(await openHistory(second).coverage('SHARED')).toEqual(expected);
  await server.kill();
  await expect(openHistory(second).coverage('SHARED')).rejects.toThrow('ECONNREFUSED');
  await server.start();
  // The same client: it connects again by itself.
  expect(await openHistory(second).coverage('SHARED')).toEqual(expected);
  await first.close();
  await second.close();
});

test('says what is wrong with where it is to listen', () => {
  const refused = (...given: readonly string[]): string =>
    capture(process.execPath, ['cli/xtrading.js', 'clickhouse', '--plain', ...given]).stderr;
  expect(refused('--port', new URL(server.url).port)).toContain('port-taken');
  expect(refused('--host', '0.0.0.0', '--port', '0')).toContain('CLICKHOUSE_PASSWORD');
});
