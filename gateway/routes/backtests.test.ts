import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBacktestGateway } from '../testing/backtest-gateway.ts';
import type { BacktestGateway } from '../testing/backtest-gateway.ts';
import type { LoggedInUser } from '../testing/test-gateway.ts';

let gateway: BacktestGateway;
let ada: LoggedInUser;
let eve: LoggedInUser;
let strategyId: string;

beforeAll(async () => {
  gateway = await startBacktestGateway();
  ada = await gateway.userWith('quant');
  eve = await gateway.userWith('quant', 'eve');
  strategyId = await gateway.strategyOf(ada);
});
afterAll(async () => await gateway.stop());

interface View {
  readonly id: string;
}

const post = async (body: object, headers: Record<string, string> = {}) =>
  await gateway.call('POST', '/backtests', {
    headers: { ...ada.headers, ...headers },
    body: { strategyId, symbols: ['GOOG'], ...body },
  });
const get = async (url: string, user = ada) => await gateway.call('GET', url, { headers: user.headers });
const submitted = async (body: object): Promise<string> => {
  const answer = await post(body);
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<View>().id;
};

describe('a backtest', () => {
  test('is submitted with defaults, shown and listed', async () => {
    const answer = await post({ params: { fast: 5 }, from: '2026-01-06', to: '2026-01-20' });
    expect(answer.statusCode, answer.body).toBe(202);
    const view = answer.json<View>();
    expect(view).toMatchObject({
      kind: 'single',
      strategyId,
      strategyVersion: 1,
      params: { fast: 5 },
      feeds: [{ id: 'main', symbol: 'GOOG', interval: '1d' }],
      from: '2026-01-06T00:00:00.000Z',
      to: '2026-01-20T00:00:00.000Z',
      profile: 'native',
      status: 'queued',
    });
    expect(answer.headers.location).toBe(`/api/v1/backtests/${view.id}`);
    const shown = await get(`/backtests/${view.id}`);
    expect(shown.json()).toEqual(view);
    expect(shown.headers.etag).toBe('"v1"');
    const list = await get(`/backtests?strategyId=${strategyId}&symbol=GOOG&status=queued`);
    expect(list.json<{ data: View[] }>().data[0]).toMatchObject({
      id: view.id,
      kind: 'single',
      from: '2026-01-06T00:00:00.000Z',
    });
  });

  test('is submitted once by a request that is sent again', async () => {
    const key = { 'idempotency-key': 'once' };
    expect((await post({}, key)).json()).toEqual((await post({}, key)).json());
  });

  test('runs an older version', async () => {
    const id = await gateway.strategyOf(ada, 'older');
    const headers = { ...ada.headers, 'if-match': '"v1"' };
    await gateway.call('PUT', `/strategies/${id}`, { headers, body: { source: 'newer' } });
    const older = await post({ strategyId: id, version: 1 });
    expect(older.json()).toMatchObject({ strategyVersion: 1 });
    expect((await post({ strategyId: id })).json()).toMatchObject({ strategyVersion: 2 });
    expect((await post({ strategyId: id, version: 3 })).json()).toMatchObject({ code: 'strategy-version-unknown' });
  });

  test('of a strategy that takes all feeds knows them by their symbols', async () => {
    const all = await gateway.strategyOf(ada, 'all');
    const feeds = [{ id: 'GOOG', symbol: 'GOOG', interval: '1w' }];
    expect((await post({ strategyId: all, interval: '1w' })).json()).toMatchObject({ feeds });
    expect((await post({ strategyId: all, symbols: undefined, feeds })).json()).toMatchObject({ feeds });
  });

  test('is cancelled', async () => {
    const id = await submitted({});
    const answer = await gateway.call('DELETE', `/backtests/${id}`, { headers: ada.headers });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ id, status: 'cancelled' });
    expect((await get(`/backtests/${id}/results`)).json()).toMatchObject({ status: 409, code: 'results-not-ready' });
  });

  test('is waited for by who prefers that', async () => {
    const begun = new Promise<string>((resolve) => {
      const end = gateway.bus.subscribeFamily('backtest', ({ channel }) => {
        end();
        resolve(channel.slice('backtest:'.length));
      });
    });
    const answer = post({}, { prefer: 'wait=10' });
    await gateway.complete(await begun);
    expect((await answer).statusCode).toBe(200);
    expect((await answer).json()).toMatchObject({ status: 'completed', statistics: { return: 0.25 } });
    // Lists that are asked for next wait until they show that.
    const { version } = (await answer).json<{ version: number }>();
    expect(gateway.gateway.writes.of(ada.id)).toContainEqual(expect.objectContaining({ seq: version }));
  });

  test.each([
    [{ params: { fast: 0 } }, 400, 'request-invalid', '/params/fast'],
    [{ params: { quick: 1 } }, 400, 'request-invalid', '/params/quick'],
    [{ symbols: ['NONE'] }, 422, 'data-missing', '/symbols'],
    [{ symbols: ['EMPTY'] }, 422, 'data-missing', '/symbols'],
    [{ interval: '1h' }, 422, 'data-missing', '/symbols'],
    [{ from: '2027-01-01' }, 422, 'data-missing', '/symbols'],
    [{ interval: '1x' }, 400, 'request-invalid', '/interval'],
    [{ symbols: ['GOOG', 'EMPTY'] }, 400, 'request-invalid', '/symbols'],
    [{ symbols: undefined }, 400, 'request-invalid', '/symbols'],
    [{ symbols: undefined, feeds: [{ id: 'x', symbol: 'GOOG', interval: '1d' }] }, 400, 'request-invalid', '/feeds'],
    [{ from: '2026-01-20', to: '2026-01-06' }, 400, 'request-invalid', '/to'],
    [{ config: { cash: -1 } }, 400, 'request-invalid', '/config/cash'],
    [{ config: { money: 1 } }, 400, 'request-invalid', '/config/money'],
    [{ profile: 'other' }, 400, 'request-invalid', '/profile'],
    [{ priority: 10 }, 400, 'request-invalid', '/priority'],
    [{ each: true }, 400, 'request-invalid', '/each'],
    [{ speed: 1 }, 400, 'request-invalid', '/speed'],
  ])('is refused with %j', async (body, status, code, pointer) => {
    const answer = await post(body);
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.json()).toMatchObject({ code, errors: [{ pointer }] });
  });

  test('of a strategy that does not compile is refused with its place', async () => {
    const broken = await gateway.strategyOf(ada, 'enum');
    const answer = await post({ strategyId: broken });
    expect(answer.json()).toMatchObject({ status: 422, code: 'strategy-broken', errors: [{ message: 'No enum.' }] });
    expect(answer.json<{ detail: string }>().detail).toContain('strategy.ts:3:1');
  });
});

describe('a batch', () => {
  const grid = { type: 'grid', grid: { fast: [5, 10, 15], slow: '20..40:10' } };

  test('is submitted, shown, listed and cancelled', async () => {
    const answer = await post({ batch: grid, periods: [{ to: '2026-01-15' }, { from: '2026-01-15' }], each: true });
    expect(answer.statusCode, answer.body).toBe(202);
    const view = answer.json<View>();
    expect(view).toMatchObject({
      kind: 'batch',
      members: 18,
      rankBy: 'sharpe',
      plan: grid,
      feedSets: [[{ id: 'main', symbol: 'GOOG', interval: '1d' }]],
      periods: [
        { from: null, to: '2026-01-15T00:00:00.000Z' },
        { from: '2026-01-15T00:00:00.000Z', to: null },
      ],
    });
    expect((await get(`/backtests/${view.id}`)).json()).toEqual(view);
    const list = await get('/backtests');
    expect(list.json<{ data: View[] }>().data).toContainEqual(expect.objectContaining({ id: view.id, kind: 'batch' }));
    const cancelled = await gateway.call('DELETE', `/backtests/${view.id}`, { headers: ada.headers });
    expect(cancelled.json()).toMatchObject({ kind: 'batch', status: 'cancelled' });
  });

  test.each([
    [{ type: 'random', space: { fast: '1..100', slow: '1..100' }, count: 50 }, 50],
    [{ type: 'list', params: [{}, { fast: 3 }] }, 2],
    [{ type: 'walk-forward', grid: { fast: '1..10' }, windows: 4 }, 1],
  ])('can be %j', async (batch, members) => {
    expect((await post({ batch })).json()).toMatchObject({ members });
  });

  test.each([
    [{ type: 'grid', grid: { quick: [1] } }, 'batch-plan', '/batch'],
    [{ type: 'grid', grid: { fast: 7 } }, 'batch-plan', '/batch'],
    [{ type: 'list', params: [{}, { fast: 0 }] }, 'request-invalid', '/batch/params/1/fast'],
    [{ type: 'list', params: [] }, 'request-invalid', '/batch'],
    [{ type: 'grid' }, 'request-invalid', '/batch'],
  ])('is refused as %j', async (batch, code, pointer) => {
    const answer = await post({ batch });
    expect(answer.json()).toMatchObject({ status: 400, code, errors: [{ pointer }] });
  });

  test('ranks by a statistic that there is', async () => {
    expect((await post({ batch: grid, rankBy: 'luck' })).json()).toMatchObject({ errors: [{ pointer: '/rankBy' }] });
  });

  test('has a ranking, a heat map, and members that can be run', async () => {
    const id = await submitted({ batch: grid, seed: 'abc', params: {} });
    await gateway.completeBatch(id);
    const first = (await get(`/backtests/${id}/ranking?limit=2`)).json<{ nextCursor: string }>();
    expect(first).toMatchObject({ rankedBy: 'sharpe', total: 9, data: [{ index: 7 }, { index: 6 }] });
    const next = await get(`/backtests/${id}/ranking?limit=7&cursor=${first.nextCursor}`);
    expect(next.json()).toMatchObject({
      data: [{ index: 5 }, {}, {}, {}, {}, {}, { index: 8, failure: 'strategy-threw' }],
      nextCursor: null,
    });
    const byDrawdown = await get(`/backtests/${id}/ranking?rankBy=maxDrawdown&limit=1`);
    expect(byDrawdown.json()).toMatchObject({ rankedBy: 'maxDrawdown', data: [{ index: 0 }] });
    expect((await get(`/backtests/${id}/results`)).json()).toMatchObject({ kind: 'batch', total: 9 });

    const map = await get(`/backtests/${id}/heat-map?x=fast&y=slow`);
    expect(map.json()).toEqual({
      statistic: 'sharpe',
      x: { param: 'fast', values: [5, 10, 15] },
      y: { param: 'slow', values: [20, 30, 40] },
      aggregate: 'best',
      rows: [
        [0, 3, 6],
        [1, 4, 7],
        [2, 5, null],
      ],
      lowest: 0,
      highest: 7,
    });
    expect((await get(`/backtests/${id}/heat-map?x=fast&y=quick`)).json()).toMatchObject({
      errors: [{ pointer: 'x' }],
    });
    expect((await get(`/backtests/${id}/heat-map?x=fast&y=slow&period=1`)).statusCode).toBe(400);

    const run = async (index: number) =>
      await gateway.call('POST', `/backtests/${id}/members/${index}/run`, { headers: ada.headers });
    const member = await run(5);
    expect(member.statusCode, member.body).toBe(202);
    expect(member.json()).toMatchObject({ kind: 'single', params: { fast: 10, slow: 40 } });
    expect((await run(9)).statusCode).toBe(404);
    expect((await get(`/backtests/${id}/results/trades`)).json()).toMatchObject({ code: 'results-not-ready' });
  });

  test('without a grid has no heat map', async () => {
    const id = await submitted({ batch: { type: 'list', params: [{}] } });
    expect((await get(`/backtests/${id}/heat-map?x=fast&y=slow`)).statusCode).toBe(400);
  });
});

describe('results', () => {
  let id: string;
  beforeAll(async () => {
    id = await submitted({});
    await gateway.complete(id);
  });

  test('are the figures of the run', async () => {
    const answer = await get(`/backtests/${id}/results`);
    const first = '2026-01-05T00:00:00.000Z';
    expect(answer.json()).toMatchObject({
      kind: 'single',
      attemptId: `${id}-1`,
      statistics: { return: 0.25 },
      feeds: [{ symbol: 'GOOG', firstTime: first, lastTime: first }],
      settings: { time: 5 },
      notes: ['A note.'],
    });
  });

  test('are tables with pages', async () => {
    const page = (await get(`/backtests/${id}/results/fills?offset=1&limit=1`)).json<object>();
    expect(page).toMatchObject({
      data: [{ order: 2, price: 102, time: '2026-01-05T00:00:00.002Z' }],
      total: 3,
      offset: 1,
      nextOffset: 2,
    });
    expect((await get(`/backtests/${id}/results/fills?offset=2`)).json()).toMatchObject({ nextOffset: null });
    expect((await get(`/backtests/${id}/results/trades`)).json()).toEqual({
      data: [],
      total: 0,
      offset: 0,
      nextOffset: null,
    });
    expect((await get(`/backtests/${id}/results/log`)).json()).toMatchObject({ data: [{ text: 'Begun.' }] });
    expect((await get(`/backtests/${id}/results/prices`)).statusCode).toBe(400);
  });

  test('are files', async () => {
    const csv = await get(`/backtests/${id}/results/equity?format=csv`);
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.headers['content-disposition']).toBe(`attachment; filename="equity-${id}.csv"`);
    expect(csv.body).toBe('equity as csv from 0, at most null');
    const parquet = await get(`/backtests/${id}/results/export?table=orders&format=parquet`);
    expect(parquet.headers['content-type']).toBe('application/vnd.apache.parquet');
    expect(parquet.body).toBe('orders as parquet from 0, at most null');
  });

  test('are a report', async () => {
    const page = await get(`/backtests/${id}/report`);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain('sandbox');
    expect(page.body).toBe('<h1>Cross on GOOG</h1>');
    const file = await get(`/backtests/${id}/report?download=1`);
    expect(file.headers['content-disposition']).toBe(`attachment; filename="backtest-${id}.html"`);
  });

  test('that were removed are gone', async () => {
    const other = await submitted({});
    await gateway.complete(other);
    await gateway.results.remove(`${other}-1`);
    for (const part of ['results', 'report']) {
      expect((await get(`/backtests/${other}/${part}`)).json()).toMatchObject({ status: 410, code: 'results-gone' });
    }
  });

  test('are not there before the end', async () => {
    const other = await submitted({});
    for (const part of ['results', 'results/fills', 'results/export', 'report']) {
      expect((await get(`/backtests/${other}/${part}`)).json()).toMatchObject({
        status: 409,
        code: 'results-not-ready',
      });
    }
  });
});

test("a stranger's backtests, batches and strategies are not there", async () => {
  const single = await submitted({});
  await gateway.complete(single);
  const batch = await submitted({ batch: { type: 'grid', grid: { fast: [1, 2] } } });
  const asked: readonly (readonly ['GET' | 'POST' | 'DELETE', string])[] = [
    ...[single, batch].flatMap((id) => [['GET', `/backtests/${id}`] as const, ['DELETE', `/backtests/${id}`] as const]),
    ...['results', 'results/trades', 'results/export', 'report'].map(
      (part) => ['GET', `/backtests/${single}/${part}`] as const,
    ),
    ['GET', `/backtests/${batch}/results`],
    ['GET', `/backtests/${batch}/ranking`],
    ['GET', `/backtests/${batch}/heat-map?x=fast&y=slow`],
    ['POST', `/backtests/${batch}/members/0/run`],
    ['GET', `/backtests?strategyId=${strategyId}`],
  ];
  for (const [method, url] of asked) {
    expect((await gateway.call(method, url, { headers: eve.headers })).statusCode, `${method} ${url}`).toBe(404);
  }
  const body = { strategyId, symbols: ['GOOG'] };
  expect((await gateway.call('POST', '/backtests', { headers: eve.headers, body })).statusCode).toBe(404);
  expect((await get('/backtests', eve)).json()).toEqual({ data: [], nextCursor: null });
  expect((await get(`/backtests/${single}/ranking`)).statusCode).toBe(404);
  expect((await get('/backtests/batch-none')).statusCode).toBe(404);
});

test('a trader does not backtest', async () => {
  const { headers } = await gateway.userWith('trader', 'tom');
  expect((await gateway.call('POST', '/backtests', { headers, body: {} })).statusCode).toBe(403);
});
