import { gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importKind, symbolKind } from '#actors';
import type { ImportSpool } from '#ports';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

const bytesMax = 1_000;

/** A spool in memory; what is larger than a thousand bytes is too large. */
class MemorySpool implements ImportSpool {
  readonly contents = new Map<string, string>();
  /** `begin` with the first bytes of an upload, `end` when it is done with, either way. */
  readonly uploads = new EventEmitter();

  async receive(
    key: Parameters<ImportSpool['receive']>[0],
    body: AsyncIterable<Uint8Array>,
  ): ReturnType<ImportSpool['receive']> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const part of body) {
        if (parts.length === 0) this.uploads.emit('begin');
        parts.push(part);
        bytes += part.length;
        if (bytes > bytesMax) return { type: 'too-large', bytesMax };
      }
    } finally {
      this.uploads.emit('end');
    }
    const content = Buffer.concat(parts);
    const importId = createHash('sha256').update(JSON.stringify(key)).update(content).digest('hex').slice(0, 32);
    this.contents.set(importId, content.toString());
    return { type: 'spooled', importId, bytes: content.length };
  }
}

const csv = 'Date,Open,High,Low,Close,Volume\n2026-01-05,1,2,0.5,1.5,10\n';
const spool = new MemorySpool();
let gateway: TestGateway;
let ada: LoggedInUser;

beforeAll(async () => {
  // Its task does not run here: the tests say what came of it.
  const kinds = [{ ...importKind, tasks: { import: async () => null, discard: async () => null } }];
  gateway = await startTestGateway({ kinds, parts: { importSpool: spool } });
  ada = await gateway.userWith('quant');
});
afterAll(async () => await gateway.stop());

const upload = async (symbol: string, payload: string | Buffer, headers: Record<string, string> = {}, user = ada) =>
  await gateway.call('POST', `/data/batch-import?symbol=${symbol}`, {
    headers: { ...user.headers, 'content-type': 'text/csv', ...headers },
    payload,
  });

interface Import {
  readonly id: string;
  readonly status: string;
}

const finish = async (id: string): Promise<void> => {
  const outcome = { interval: '1d', rows: 1, rejected: 0, rejectedRows: [], notes: [] } as const;
  await gateway.system.ask(importKind, id, {
    type: 'ImportFinished',
    ...outcome,
    tick: '0.01',
    lot: '1',
    currency: 'USD',
  });
};

describe('an upload', () => {
  test('is taken in, recorded, shown and listed', async () => {
    const answer = await upload('AAA', csv);
    expect(answer.statusCode, answer.body).toBe(202);
    const view = answer.json<Import>();
    expect(view).toMatchObject({ owner: ada.id, symbol: 'AAA', bytes: csv.length, status: 'running', interval: null });
    expect(answer.headers.location).toBe(`/api/v1/data/imports/${view.id}`);
    expect(spool.contents.get(view.id)).toBe(csv);
    await finish(view.id);
    const one = await gateway.call('GET', `/data/imports/${view.id}`, { headers: ada.headers });
    expect(one.json()).toMatchObject({ id: view.id, status: 'completed', interval: '1d', rows: 1, rejectedRows: [] });
    const list = await gateway.call('GET', '/data/imports?symbol=AAA&status=completed', { headers: ada.headers });
    expect(list.json()).toMatchObject({ data: [{ id: view.id, fileName: 'AAA.csv' }] });
  });

  test('of the same content is the same import', async () => {
    const { id } = (await upload('BBB', csv)).json<Import>();
    const again = await upload('BBB', csv);
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ id });
    expect((await upload('CCC', csv)).json<Import>().id).not.toBe(id);
  });

  test.each(['text/csv', 'application/gzip', 'application/octet-stream'])('is unpacked, as %s', async (type) => {
    const answer = await upload('DDD', gzipSync(csv), { 'content-type': type });
    const { id } = answer.json<Import>();
    expect(spool.contents.get(id)).toBe(csv);
  });

  test('is waited for by who prefers that', async () => {
    const begun = new Promise<string>((resolve) => {
      const end = gateway.bus.subscribeFamily('import', ({ channel }) => {
        end();
        resolve(channel.slice('import:'.length));
      });
    });
    const answer = upload('EEE', csv, { prefer: 'wait=5' });
    await finish(await begun);
    expect((await answer).json()).toMatchObject({ status: 'completed' });
  });

  test('is answered as it is when the wait is over', async () => {
    const answer = upload('FFF', csv, { prefer: 'wait=5' });
    await gateway.clock.armed(5_000);
    gateway.clock.advance(5_000);
    expect((await answer).json()).toMatchObject({ status: 'running' });
  });

  test.each([
    ['too large', 'x'.repeat(bytesMax + 1), 413, 'body-too-large'],
    ['too large once unpacked', gzipSync('x'.repeat(bytesMax + 1)), 413, 'body-too-large'],
    ['empty', '', 400, 'request-invalid'],
    ['damaged', gzipSync(csv).subarray(0, 30), 400, 'request-invalid'],
  ])('that is %s is refused', async (_, payload, status, code) => {
    const answer = await upload('GGG', payload);
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.json()).toMatchObject({ code });
  });

  test('needs a symbol and a type that it can be', async () => {
    expect((await upload('ggg', csv)).statusCode).toBe(400);
    expect((await upload('GGG', csv, { 'content-type': 'application/json' })).statusCode).toBe(400);
    expect((await upload('GGG', csv, { 'content-type': 'text/html' })).statusCode).toBe(415);
  });
});

test("a stranger's import is not there, and who may not import may not", async () => {
  const { id } = (await upload('HHH', csv)).json<Import>();
  const eve = await gateway.userWith('trader', 'eve');
  expect((await gateway.call('GET', `/data/imports/${id}`, { headers: eve.headers })).statusCode).toBe(404);
  expect((await gateway.call('GET', '/data/imports', { headers: eve.headers })).json()).toMatchObject({ data: [] });
  expect((await upload('HHH', csv, {}, eve)).statusCode).toBe(403);
});

test("nobody imports over a stranger's history but administrators, and nothing of it is taken in", async () => {
  expect((await upload('MINE', csv)).statusCode).toBe(202);
  const bob = await gateway.userWith('quant', 'bob');
  const spooled = spool.contents.size;
  const refused = await upload('MINE', csv, {}, bob);
  expect(refused.json()).toMatchObject({ status: 403, code: 'symbol-owned' });
  expect(spool.contents.size).toBe(spooled);
  await gateway.system.ask(symbolKind, 'SHARED', { type: 'ListSymbol' });
  expect((await upload('SHARED', csv)).json()).toMatchObject({ code: 'symbol-owned' });
  const admin = await gateway.userWith('admin', 'operator');
  for (const symbol of ['MINE', 'SHARED']) expect((await upload(symbol, csv, {}, admin)).statusCode).toBe(202);
  expect((await upload('MINE', `${csv}2026-01-06,1,2,0.5,1.5,10\n`)).statusCode).toBe(202);
});

test('a body that is no JSON is taken nowhere else', async () => {
  const headers = { ...ada.headers, 'content-type': 'text/csv' };
  expect((await gateway.call('POST', '/trading/accounts', { headers, payload: csv })).statusCode).toBe(415);
});

describe('over a socket', () => {
  let url: URL;
  beforeAll(async () => {
    url = new URL(`${await gateway.app.listen({ port: 0 })}/api/v1/data/batch-import?symbol=GGG`);
  });

  /** What is answered while the body is still coming. */
  const answerTo = async (begun: Buffer, headers: Record<string, string>): Promise<IncomingMessage> => {
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'text/csv', ...headers } });
    sent.write(begun);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]; // as Node tells it
    answer.resume();
    await once(answer, 'end');
    sent.destroy();
    return answer;
  };

  test('an upload that is refused is not read to its end', async () => {
    const answer = await answerTo(Buffer.from('Date,'), { 'content-length': '1000000' });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers.connection).toBe('close');
  });

  test.each([
    ['too large', Buffer.alloc(bytesMax + 1, 'x'), 413],
    ['too large once unpacked', gzipSync(Buffer.alloc(100_000, 'x')), 413],
    ['damaged', Buffer.concat([gzipSync(csv).subarray(0, 20), Buffer.alloc(100, 'x')]), 400],
  ])('an upload that is %s is answered while it comes', async (_, begun, status) => {
    const answer = await answerTo(begun, ada.headers);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers.connection).toBe('close');
  });

  test('an upload that breaks off leaves nothing', async () => {
    const before = spool.contents.size;
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'text/csv', ...ada.headers } });
    sent.on('error', () => undefined);
    const ended = once(spool.uploads, 'end');
    sent.write(csv);
    await once(spool.uploads, 'begin');
    sent.destroy();
    await ended;
    expect(spool.contents.size).toBe(before);
  });
});

test('a slow upload has its time', () => {
  expect(gateway.app.server.requestTimeout).toBe(3_600_000);
});
