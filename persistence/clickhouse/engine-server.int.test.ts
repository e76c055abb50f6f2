/** The suites over HTTP, as nodes reach a server: here the embedded engine behind ClickHouse's interface. */

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as requestOf } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { minuteMs } from '#domain';
import type { ClickHouse } from './clickhouse.ts';
import { startClickHouseServer } from './engine-server.ts';
import type { ClickHouseServer } from './engine-server.ts';
import { historyContract } from './history-contract.ts';
import { openHistory } from './history.ts';
import { resultsContract } from './results-contract.ts';
import { openResults } from './results.ts';
import { openClickHouse } from './server.ts';

const login = { user: 'writer', password: 'p@ss/word' };
const memoryBytesMax = 1024 ** 3;

let folder: string;
let server: ClickHouseServer;
let clickHouse: ClickHouse;
const address = (port = server.port, { user, password } = login): string =>
  `http://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}`;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xtrading-http-'));
  server = await startClickHouseServer({ dataFolder: folder, memoryBytesMax, port: 0, login });
  clickHouse = await openClickHouse(`${address()}/prices`);
});
afterAll(async () => {
  await clickHouse.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const close = async (): Promise<void> => {};
describe('history', () => {
  historyContract(async () => ({ history: openHistory(clickHouse), close }));
});
describe('results', () => {
  resultsContract(async () => ({ results: openResults(clickHouse), close }));
});

/** The plain interface, as a stock client sees it. */
const ask = (path: string, given: RequestInit = {}, key = login.password): Promise<Response> =>
  fetch(`http://127.0.0.1:${server.port}${path}`, {
    ...given,
    headers: { 'X-ClickHouse-User': login.user, 'X-ClickHouse-Key': key },
  });

describe('the client of a server', () => {
  test('wants no insert acknowledged before it is written, and no database but its own', async () => {
    const asked = new Set<string>();
    const between = createServer((request, response) => {
      for (const [name, value] of new URL(request.url ?? '', 'http://host').searchParams) asked.add(`${name}=${value}`);
      const { method, headers, url: path } = request;
      const onward = requestOf({ port: server.port, host: '127.0.0.1', path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    between.listen(0, '127.0.0.1');
    await once(between, 'listening');
    const { port } = between.address() as AddressInfo; // of a TCP server
    await (await openClickHouse(`${address(port)}/prices`)).close();
    between.close();
    between.closeAllConnections();
    expect([...asked]).toEqual(expect.arrayContaining(['async_insert=0', 'insert_deduplicate=0', 'database=prices']));
  });

  test('opens the same database again', async () => {
    const again = await openClickHouse(`${address()}/prices`);
    expect((await openHistory(again).coverage('EXACT')).map(({ bars }) => bars)).toEqual([3]);
    await again.close();
  });

  test('says what the server refuses', async () => {
    await expect(clickHouse.select('SELECT nothing')).rejects.toThrow(/nothing/);
    await expect(openClickHouse(address(server.port, { ...login, user: 'reader' }))).rejects.toMatchObject({
      code: '516',
    });
  });
});

describe('a server of the embedded engine', () => {
  test('answers that it is there without a password, and nothing else', async () => {
    const anonymous = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${server.port}${path}`);
    expect(await (await anonymous('/ping')).text()).toBe('Ok.\n');
    const refused = await anonymous('/?query=SELECT%201');
    expect(refused.status).toBe(403);
    expect(refused.headers.get('x-clickhouse-exception-code')).toBe('516');
    expect((await ask('/?query=SELECT%201', {}, 'wrong')).status).toBe(403);
  });

  test('takes a statement and its parameters from the address or the body, in any format', async () => {
    const query = encodeURIComponent('SELECT {text:String}, {list:Array(String)}, {number:UInt64} FORMAT TSV');
    const parameters = `param_text=${encodeURIComponent(String.raw`it\'s\ta \\`)}&param_list=${encodeURIComponent(String.raw`['a\'b','c']`)}&param_number=5`;
    const found = await ask(`/?query=${query}&${parameters}`);
    expect(await found.text()).toBe(String.raw`it\'s\ta \\` + '\t' + String.raw`['a\'b','c']` + '\t5\n');
    const posted = await ask('/?database=prices', { method: 'POST', body: 'SELECT currentDatabase() FORMAT TSV' });
    expect(await posted.text()).toBe('prices\n');
  });

  test('tells with number and name what it refuses', async () => {
    const refused = async (path: string, body?: string): Promise<string> => {
      const answer = await ask(path, body === undefined ? {} : { method: 'POST', body });
      expect(answer.ok).toBe(false);
      return `${answer.headers.get('x-clickhouse-exception-code')} ${await answer.text()}`;
    };
    expect(await refused('/', 'SELECT * FROM nowhere.nothing')).toMatch(
      /^81 Code: 81\. DB::Exception: .*\(UNKNOWN_DATABASE\)/s,
    );
    expect(await refused('/?database=nowhere', 'SELECT 1')).toMatch(/^81 /);
    expect(await refused('/?async_insert=1', 'SELECT 1')).toMatch(/^115 .*async_insert=1/);
    expect(await refused('/', 'SELECT {a:String}')).toMatch(/^456 /);
    expect(await refused(`/?query=${encodeURIComponent('DROP DATABASE prices')}`)).toMatch(/^164 /);
    expect(await refused('/', `SELECT '${'x'.repeat(1024 * 1024)}'`)).toMatch(/^396 /);
    expect(await (await ask('/', { method: 'POST', body: 'SELECT 1 FORMAT TSV' })).text()).toBe('1\n');
  });

  test('keeps nothing of rows that break off', async () => {
    const columns = "input('time Int64') FORMAT Native";
    const query = encodeURIComponent(`INSERT INTO bar (symbol, time) SELECT 'BROKEN', time FROM ${columns}`);
    const breaking = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(100));
        controller.error(new Error('broken off'));
      },
    });
    const init = { method: 'POST', body: breaking, duplex: 'half' } as const;
    await expect(ask(`/?database=prices&query=${query}`, init)).rejects.toThrow('fetch failed');
    expect(await openHistory(clickHouse).coverage('BROKEN')).toEqual([]);
  });

  test('gives out a series of 100,000 bars in some tens of milliseconds, to several at a time', async () => {
    const count = 100_000;
    const time = Float64Array.from({ length: count }, (_, i) => i * minuteMs);
    const price = time.map((_, i) => 100 + Math.sin(i));
    const history = openHistory(clickHouse);
    await history.insert('SERIES', '1m', { time, open: price, high: price, low: price, close: price, volume: price });
    const read = () => history.bars({ symbol: 'SERIES', interval: '1m', from: 0, to: Infinity, limit: 1_000_000 });
    const durations: number[] = [];
    for (let i = 0; i < 10; i++) {
      const began = performance.now();
      expect((await read()).time).toHaveLength(count);
      durations.push(performance.now() - began);
    }
    // The best, and with room: other tests work on the machine too.
    expect(Math.min(...durations)).toBeLessThan(200);
    const all = await Promise.all([read(), read(), read(), read()]);
    for (const bars of all) expect(bars.close).toEqual(price);
  });

  test('has one data folder for itself, and gives a port back that it could not use', async () => {
    await expect(startClickHouseServer({ dataFolder: folder, memoryBytesMax, port: 0 })).rejects.toMatchObject({
      code: 'database-in-use',
    });
    await expect(
      startClickHouseServer({ dataFolder: folder, memoryBytesMax, port: server.port }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
