import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobRunner } from '#ports';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

/** Compiles whatever does not say `enum`, and trades once for each bar it is given. */
const runner: JobRunner = {
  compile: (_userId, { files, entry }) =>
    Promise.resolve(
      files[entry]?.includes('enum') === true
        ? {
            ok: false,
            diagnostic: {
              code: 'compile-error',
              message: 'No enum.',
              remedy: null,
              file: entry,
              line: 1,
              column: 1,
              codeFrame: null,
            },
          }
        : {
            ok: true,
            declared: {
              name: 'sample',
              description: null,
              params: {},
              data: [{ id: 'main' }, { id: 'slow', timeframe: '1w' }, { id: 'built', from: 'main' }],
              hasConstraint: false,
            },
          },
    ),
  run: ({ feeds, onOutcome }) => {
    const trades = feeds.reduce((sum, { bars }) => sum + bars.time.length, 0);
    // The one statistic that is read.
    onOutcome(0, { ok: true, result: { statistics: { trades } } as never });
    return Promise.resolve();
  },
  close: () => undefined,
};

let gateway: TestGateway;
let ada: LoggedInUser;
let eve: LoggedInUser;
beforeAll(async () => {
  gateway = await startTestGateway({ parts: { jobRunner: runner } });
  ada = await gateway.userWith('quant', 'ada');
  eve = await gateway.userWith('quant', 'eve');
});
afterAll(async () => await gateway.stop());

interface View {
  readonly id: string;
  readonly version: number;
  readonly head: { readonly version: number };
}

const write = async (name: string, source = 'one\n', headers: Record<string, string> = {}) =>
  await gateway.call('POST', '/strategies', {
    headers: { ...ada.headers, ...headers },
    body: { name, source, tags: ['trend'] },
  });

const save = async (view: View, body: object) =>
  await gateway.call('PUT', `/strategies/${view.id}`, {
    headers: { ...ada.headers, 'if-match': `"v${view.version}"` },
    body,
  });

describe('writing a strategy', () => {
  test('answers with it, where it is, and its ETag', async () => {
    const answer = await write('cross');
    expect(answer.statusCode).toBe(201);
    const view = answer.json<View>();
    expect(view).toMatchObject({ name: 'cross', source: { entry: 'strategy.ts', files: { 'strategy.ts': 'one\n' } } });
    expect(answer.headers['location']).toBe(`/api/v1/strategies/${view.id}`);
    expect(answer.headers['etag']).toBe(`"v${view.version}"`);
    const again = await gateway.call('GET', `/strategies/${view.id}`, { headers: ada.headers });
    expect(again.json()).toEqual(view);
    const known = await gateway.call('GET', `/strategies/${view.id}`, {
      headers: { ...ada.headers, 'if-none-match': String(again.headers['etag']) },
    });
    expect(known.statusCode).toBe(304);
    expect(known.body).toBe('');
  });

  test('takes several files', async () => {
    const source = { files: { 'main.ts': 'a', 'lib/b.ts': 'b' }, entry: 'main.ts' };
    const answer = await gateway.call('POST', '/strategies', { headers: ada.headers, body: { name: 'files', source } });
    expect(answer.json()).toMatchObject({ source });
  });

  test('under a taken name, with no source or an odd file name is refused', async () => {
    expect((await write('cross')).json()).toMatchObject({ status: 409, code: 'strategy-name-taken' });
    const none = await gateway.call('POST', '/strategies', { headers: ada.headers, body: { name: 'x' } });
    expect(none.json()).toMatchObject({ status: 400, errors: [{ pointer: '/source' }] });
    const odd = await gateway.call('POST', '/strategies', {
      headers: ada.headers,
      body: { name: 'odd', source: { files: { '../x.ts': '' }, entry: '../x.ts' } },
    });
    expect(odd.json()).toMatchObject({ status: 400, code: 'strategy-source' });
  });
});

describe('a retry with the same Idempotency-Key', () => {
  test('is answered with the same, and applied once', async () => {
    const first = await write('retried', 'one\n', { 'idempotency-key': 'k1' });
    const second = await write('retried', 'one\n', { 'idempotency-key': 'k1' });
    expect(second.statusCode).toBe(201);
    expect(second.body).toBe(first.body);
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: first.headers['location'],
      etag: first.headers['etag'],
    });
  });

  test('with another body is refused', async () => {
    await write('differing', 'one\n', { 'idempotency-key': 'k2' });
    expect((await write('differing', 'two\n', { 'idempotency-key': 'k2' })).json()).toMatchObject({
      status: 422,
      code: 'idempotency-differs',
    });
  });

  test('of another user is another request', async () => {
    await write('mine', 'one\n', { 'idempotency-key': 'k3' });
    const other = await gateway.call('POST', '/strategies', {
      headers: { ...eve.headers, 'idempotency-key': 'k3' },
      body: { name: 'mine', source: 'one\n', tags: ['trend'] },
    });
    expect(other.statusCode).toBe(201);
    expect(other.json<View>().id.startsWith(eve.id)).toBe(true);
  });

  test('while the first is under way is 409, and a refusal is kept too', async () => {
    gateway.journal.hold();
    const first = write('slow', 'one\n', { 'idempotency-key': 'k4' });
    await gateway.journal.untilHeld(1);
    expect((await write('slow', 'one\n', { 'idempotency-key': 'k4' })).json()).toMatchObject({
      code: 'idempotency-in-flight',
    });
    gateway.journal.letGo();
    expect((await first).statusCode).toBe(201);
    const taken = await write('slow', 'one\n', { 'idempotency-key': 'k5' });
    const again = await write('slow', 'one\n', { 'idempotency-key': 'k5' });
    expect(again.json()).toMatchObject({ code: 'strategy-name-taken' });
    expect(again.body).toBe(taken.body);
  });

  test('after an answer that was none is the same command: done once', async () => {
    const { journal } = gateway;
    journal.failNextAppend(new Error('cut off'), { isWritten: true });
    const lost = await write('lost', 'one\n', { 'idempotency-key': 'k6' });
    expect(lost.json()).toMatchObject({
      status: 504,
      code: 'outcome-unknown',
      errors: [{ remedy: expect.any(String) }],
    });
    const again = await write('lost', 'one\n', { 'idempotency-key': 'k6' });
    expect(again.statusCode).toBe(201);
    expect(again.json()).toMatchObject({ name: 'lost', head: { version: 1 } });
  });

  test('needs a key that can be one', async () => {
    expect((await write('x', 'x', { 'idempotency-key': 'a b' })).json()).toMatchObject({ code: 'header-invalid' });
  });
});

describe('saving a strategy', () => {
  test('needs the version that it was read at', async () => {
    const view = (await write('saved')).json<View>();
    const without = await gateway.call('PUT', `/strategies/${view.id}`, { headers: ada.headers, body: { name: 'y' } });
    expect(without.json()).toMatchObject({ status: 428, code: 'precondition-required' });
    const saved = await save(view, { source: 'two\n', message: 'Second' });
    expect(saved.json()).toMatchObject({ head: { version: 2, message: 'Second' } });
    expect((await save(view, { source: 'three\n' })).json()).toMatchObject({ status: 412, code: 'version-conflict' });
    const weak = await gateway.call('PUT', `/strategies/${view.id}`, {
      headers: { ...ada.headers, 'if-match': 'W/"x"' },
      body: {},
    });
    expect(weak.json()).toMatchObject({ status: 400, code: 'header-invalid' });
  });

  test('deletes it as it is, or only as it was', async () => {
    const view = (await write('deleted')).json<View>();
    const old = await gateway.call('DELETE', `/strategies/${view.id}`, {
      headers: { ...ada.headers, 'if-match': `"v${view.version + 1}"` },
    });
    expect(old.statusCode).toBe(412);
    const gone = await gateway.call('DELETE', `/strategies/${view.id}`, { headers: ada.headers });
    expect(gone.statusCode).toBe(204);
    expect(gone.body).toBe('');
    const after = await gateway.call('GET', `/strategies/${view.id}`, { headers: ada.headers });
    expect(after.json()).toMatchObject({ status: 404, code: 'strategy-unknown' });
  });
});

describe('the list of strategies', () => {
  test('shows the own ones page by page, without their source', async () => {
    const listed = await gateway.userWith('quant', 'lister');
    for (const name of ['a', 'b', 'c']) {
      gateway.clock.advance(1_000);
      await gateway.call('POST', '/strategies', { headers: listed.headers, body: { name, source: 'x' } });
    }
    const page = async (query: string) =>
      (await gateway.call('GET', `/strategies?${query}`, { headers: listed.headers })).json<{
        data: { name: string; source?: unknown }[];
        nextCursor: string | null;
        code?: string;
      }>();
    const first = await page('limit=2');
    expect(first.data.map(({ name }) => name)).toEqual(['c', 'b']);
    expect(first.data[0]).not.toHaveProperty('source');
    const second = await page(`limit=2&cursor=${first.nextCursor}`);
    expect(second.data.map(({ name }) => name)).toEqual(['a']);
    expect(second.nextCursor).toBeNull();
    expect((await page('fields=name&sort=asc')).data).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    expect((await page('fields=nothing')).code).toBe('field-unknown');
    expect((await page(`sort=asc&cursor=${first.nextCursor}`)).code).toBe('cursor-invalid');
    expect((await page('limit=0')).code).toBe('request-invalid');
    expect((await page('from=2026-01-01')).data).toBeDefined();
    expect((await page('from=2026-02-30')).code).toBe('request-invalid');
    expect((await page('from=2026-13-01')).code).toBe('request-invalid');
    expect((await page('whatever=1')).code).toBe('request-invalid');
  });
});

describe('versions', () => {
  test('are listed, read, compared and restored', async () => {
    const view = (await write('history', 'one\ntwo\n')).json<View>();
    const second = (await save(view, { source: 'one\n2\n', message: 'Digits' })).json<View>();
    const get = async (path: string) =>
      await gateway.call('GET', `/strategies/${view.id}/versions${path}`, { headers: ada.headers });
    const list = (await get('')).json<{ data: { version: number }[] }>();
    expect(list.data.map(({ version }) => version)).toEqual([2, 1]);
    expect((await get('/1')).json()).toMatchObject({ version: 1, source: { files: { 'strategy.ts': 'one\ntwo\n' } } });
    const { diff } = (await get('/1/diff/2')).json<{ diff: string }>();
    expect(diff).toContain('--- a/strategy.ts');
    expect(diff).toContain('-two\n+2');
    expect((await get('/7')).json()).toMatchObject({ status: 404, code: 'strategy-version-unknown' });
    const restored = await gateway.call('POST', `/strategies/${view.id}/versions/1/restore`, { headers: ada.headers });
    expect(restored.json()).toMatchObject({ head: { version: 3 }, source: { files: { 'strategy.ts': 'one\ntwo\n' } } });
    expect(second.head.version).toBe(2);
  });
});

describe('trying out', () => {
  test('runs the newest version over a sample and keeps the outcome', async () => {
    const view = (await write('tested')).json<View>();
    const answer = await gateway.call('POST', `/strategies/${view.id}/test`, { headers: ada.headers });
    // 500 weeks of the coarse feed, as many days of the fine one.
    expect(answer.json()).toMatchObject({ ok: true, version: 1, trades: 4_000, bars: 4_000 });
    const after = await gateway.call('GET', `/strategies/${view.id}`, { headers: ada.headers });
    expect(after.json()).toMatchObject({ declared: { name: 'sample' }, lastTest: { ok: true, trades: 4_000 } });
  });

  test('of source alone saves nothing and says where it is wrong', async () => {
    const answer = await gateway.call('POST', '/strategies/check', {
      headers: ada.headers,
      body: { source: 'enum X {}' },
    });
    expect(answer.json()).toMatchObject({ ok: false, diagnostics: [{ code: 'compile-error', line: 1 }], trades: null });
  });
});

test("nobody else's strategy is there, on any route", async () => {
  const { id } = (await write('private')).json<View>();
  const headers = { ...eve.headers, 'if-match': '"v1"' };
  const unknown = await gateway.call('GET', `/strategies/${eve.id}.nothing`, { headers });
  const { traceId: _, ...same } = unknown.json<Record<string, unknown>>();
  const paths = ['', '/versions', '/versions/1', '/versions/1/diff/1'].map((path) => ['GET', path, {}] as const);
  const others = [
    ['PUT', '', { body: { name: 'stolen' } }],
    ['DELETE', '', {}],
    ['POST', '/test', {}],
    ['POST', '/versions/1/restore', {}],
  ] as const;
  for (const [method, path, options] of [...paths, ...others]) {
    const answer = await gateway.call(method, `/strategies/${id}${path}`, { headers, ...options });
    const { traceId: _trace, ...body } = answer.json<Record<string, unknown>>();
    expect(body, `${method} ${path}`).toEqual(same);
  }
});
