/**
 * The same suites over HTTP. No server of today is to be had everywhere, so a small one stands in
 * front of the embedded engine: it takes requests as ClickHouse does (address, user, database,
 * parameters, settings, the statement in the body or before it) and runs them there.
 */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createChdbConnection } from 'chdb/connection';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClickHouse } from './clickhouse.ts';
import { historyContract } from './history-contract.ts';
import { openHistory } from './history.ts';
import { resultsContract } from './results-contract.ts';
import { openResults } from './results.ts';
import { openClickHouse } from './server.ts';

interface Server {
  /** With a password that is right. */
  readonly url: string;
  readonly settings: Set<string>;
  stop(): Promise<void>;
}

const password = 'p@ss/word';

/** A parameter as ClickHouse reads it: a text with escapes, or a list of quoted ones. */
const parameterOf = (text: string): string | string[] => {
  if (!text.startsWith('[')) return withoutEscapes(text);
  return [...text.matchAll(/'((?:\\.|[^'])*)'/gs)].map(([, quoted = '']) => withoutEscapes(quoted));
};

const withoutEscapes = (text: string): string =>
  text.replaceAll(/\\(.)/gs, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter);

const startServer = async (): Promise<Server> => {
  const folder = mkdtempSync(join(tmpdir(), 'xtrading-http-'));
  const engine = createChdbConnection({ path: join(folder, 'engine') });
  const settings = new Set<string>();
  let bodies = 0;
  const answer = async (request: IncomingMessage): Promise<Buffer> => {
    const { searchParams } = new URL(request.url ?? '', 'http://host');
    const wanted = `Basic ${Buffer.from(`writer:${password}`).toString('base64')}`;
    if (request.headers.authorization !== wanted)
      throw new Error('Code: 516. DB::Exception: wrong. (AUTHENTICATION_FAILED)');
    const body = await buffer(request);
    let statement = searchParams.get('query') ?? body.toString();
    if (searchParams.has('query')) {
      const file = join(folder, `${++bodies}.native`);
      writeFileSync(file, body);
      statement = statement.replace(/input\('(.*?)'\) FORMAT Native$/, `file('${file}', 'Native', '$1')`);
    }
    const parameters: Record<string, string | string[]> = {};
    for (const [name, value] of searchParams) {
      if (name.startsWith('param_')) parameters[name.slice('param_'.length)] = parameterOf(value);
      else settings.add(`${name}=${value}`);
    }
    const database = searchParams.get('database') ?? 'default';
    const { stream } = await engine.exec({ query: `USE ${database}; ${statement}`, query_params: parameters });
    return buffer(stream);
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (bytes) => response.end(bytes),
      (error: Error) => response.writeHead(500, { 'x-clickhouse-exception-code': '1' }).end(error.message),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://writer:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    settings,
    async stop() {
      server.close();
      server.closeAllConnections();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

describe('over http', () => {
  let server: Server;
  let clickHouse: ClickHouse;
  beforeAll(async () => {
    server = await startServer();
    clickHouse = await openClickHouse(`${server.url}/prices`);
  });
  afterAll(async () => {
    await clickHouse.close();
    await server.stop();
  });

  const close = async (): Promise<void> => {};
  describe('history', () => {
    historyContract(async () => ({ history: openHistory(clickHouse), close }));
  });
  describe('results', () => {
    resultsContract(async () => ({ results: openResults(clickHouse), close }));
  });

  test('acknowledges no insert before it is written, and has no database but its own', () => {
    expect([...server.settings]).toEqual(
      expect.arrayContaining(['async_insert=0', 'insert_deduplicate=0', 'database=prices']),
    );
  });

  test('opens the same database again', async () => {
    const again = await openClickHouse(`${server.url}/prices`);
    expect((await openHistory(again).coverage('EXACT')).map(({ bars }) => bars)).toEqual([3]);
    await again.close();
  });

  test('says what the server refuses', async () => {
    await expect(clickHouse.select('SELECT nothing')).rejects.toThrow(/nothing/);
    await expect(openClickHouse(server.url.replace('writer', 'reader'))).rejects.toMatchObject({ code: '516' });
  });
});
