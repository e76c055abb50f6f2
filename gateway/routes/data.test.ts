import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindsOf, marketKind, symbolKind } from '#actors';
import { MemoryHistory } from '../testing/memory-history.ts';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

/** A Monday. */
const first = Date.UTC(2026, 0, 5);
const closes = Array.from({ length: 25 }, (_, day) => 100 + day / 8);

let gateway: TestGateway;
let quant: LoggedInUser;
let viewer: LoggedInUser;

beforeAll(async () => {
  gateway = await startTestGateway({ parts: { history: new MemoryHistory('GOOG', first, closes) } });
  quant = await gateway.userWith('quant');
  viewer = await gateway.userWith('viewer', 'vic');
  for (const symbol of ['GOOG', 'AAPL', 'BTC-USD', 'MSFT']) {
    gateway.clock.advance(1);
    const body = { description: symbol === 'GOOG' ? 'Alphabet Inc.' : '', tick: '0.01' };
    const answer = await gateway.call('PUT', `/data/symbols/${symbol}`, { headers: quant.headers, body });
    expect(answer.statusCode, answer.body).toBe(200);
  }
});
afterAll(async () => await gateway.stop());

const get = async (url: string) => await gateway.call('GET', url, { headers: viewer.headers });
interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}
interface Bar {
  readonly time: string;
  readonly close: string;
}

describe('symbols', () => {
  test('are shown with what is stored of them', async () => {
    const answer = await get('/data/symbols/GOOG');
    expect(answer.json()).toMatchObject({
      symbol: 'GOOG',
      description: 'Alphabet Inc.',
      tick: '0.01',
      feed: null,
      coverage: [{ interval: '1d', bars: 25, first: '2026-01-05T00:00:00.000Z', last: '2026-01-29T00:00:00.000Z' }],
    });
    expect((await get('/data/symbols/NONE')).json()).toMatchObject({ status: 404, code: 'symbol-unknown' });
  });

  test('are listed in pages', async () => {
    const page = (await get('/data/symbols?limit=3&sort=asc&fields=symbol')).json<Page<object>>();
    expect(page.data).toEqual([{ symbol: 'GOOG' }, { symbol: 'AAPL' }, { symbol: 'BTC-USD' }]);
    const rest = (await get(`/data/symbols?limit=3&sort=asc&cursor=${page.nextCursor}`)).json<Page<object>>();
    expect(rest).toMatchObject({ data: [{ symbol: 'MSFT' }], nextCursor: null });
  });

  test.each([
    ['alpha', ['GOOG']],
    ['a', ['AAPL', 'GOOG']],
    ['nothing', []],
  ])('are searched for %j', async (query, found) => {
    const page = (await get(`/data/symbols?query=${query}&fields=symbol`)).json<Page<{ symbol: string }>>();
    expect(page).toEqual({ data: found.map((symbol) => ({ symbol })), nextCursor: null });
  });

  test('take a feed', async () => {
    const put = async (feed: object | null) =>
      await gateway.call('PUT', '/data/symbols/MSFT', { headers: quant.headers, body: { feed } });
    const walk = { type: 'synthetic', seed: 'a', startPrice: '100', annualVolatility: 0.25, quotesPerSecond: 4 };
    expect((await put(walk)).json()).toMatchObject({ feed: walk });
    expect((await get('/data/symbols?status=live&fields=symbol')).json()).toMatchObject({ data: [{ symbol: 'MSFT' }] });
    const replay = await put({ type: 'replay', interval: '1d', from: '2026-01-07' });
    const from = '2026-01-07T00:00:00.000Z';
    expect(replay.json()).toMatchObject({ feed: { type: 'replay', from, speed: 1, loop: true } });
    expect((await put({ type: 'replay', interval: '2d' })).statusCode).toBe(400);
    expect((await put({ ...walk, startPrice: 100 })).statusCode).toBe(400);
    expect((await put(null)).json()).toMatchObject({ feed: null });
  });

  test('are changed by whoever listed them and by administrators, not by other quants', async () => {
    const other = await gateway.userWith('quant', 'other');
    const admin = await gateway.userWith('admin', 'operator');
    const put = async (user: LoggedInUser, symbol: string) =>
      await gateway.call('PUT', `/data/symbols/${symbol}`, { headers: user.headers, body: { lot: '2', feed: null } });
    expect((await put(other, 'GOOG')).json()).toMatchObject({ status: 403, code: 'symbol-owned' });
    expect((await get('/data/symbols/GOOG')).json()).not.toMatchObject({ lot: '2' });
    await gateway.system.ask(symbolKind, 'SHARED', { type: 'ListSymbol' });
    expect((await put(quant, 'SHARED')).json()).toMatchObject({ code: 'symbol-owned' });
    expect((await put(admin, 'SHARED')).json()).toMatchObject({ lot: '2' });
  });

  test('are changed by those who may', async () => {
    const options = { headers: viewer.headers, body: { tick: '1' } };
    expect((await gateway.call('PUT', '/data/symbols/GOOG', options)).statusCode).toBe(403);
    const none = await gateway.call('PUT', '/data/symbols/GOOG', { headers: quant.headers, body: { tick: '0' } });
    expect(none.json()).toMatchObject({ status: 400, code: 'symbol-invalid', errors: [{ pointer: '/tick' }] });
  });
});

describe('a market', () => {
  test('is silent until a quote comes', async () => {
    expect((await get('/data/market/AAPL')).json()).toMatchObject({ symbol: 'AAPL', status: 'silent', quote: null });
    const at = gateway.clock.now();
    const quote = { symbol: 'AAPL', bid: '9', ask: '11', last: '10', size: '1' };
    await gateway.system.ask(marketKind, 'AAPL', { type: 'QuoteArrived', quote: { ...quote, at } });
    const market = (await get('/data/market/AAPL')).json<object>();
    expect(market).toMatchObject({ status: 'live', quote: { ...quote, at: new Date(at).toISOString() } });
    expect((await get('/data/real-time/AAPL')).json()).toEqual({
      symbol: 'AAPL',
      status: 'live',
      quote: { ...quote, at: new Date(at).toISOString() },
      channels: { quotes: 'md:quote:AAPL', bars: 'md:bar:AAPL' },
    });
  });

  test('of a symbol that is not listed is not made', async () => {
    expect((await get('/data/market/NONE')).statusCode).toBe(404);
    expect((await get('/data/real-time/NONE')).statusCode).toBe(404);
    const markets = kindsOf(gateway.system.inspect()).find(({ name }) => name === 'market');
    expect(markets?.resident).toBe(1);
  });
});

describe('the history', () => {
  const allOf = async (query: string): Promise<readonly Bar[]> => {
    const bars: Bar[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page<Bar> = (await get(`/data/history/GOOG?${query}${cursor}`)).json();
      bars.push(...page.data);
      cursor = page.nextCursor === null ? null : `&cursor=${page.nextCursor}`;
    }
    return bars;
  };

  test('shows bars with decimals as strings', async () => {
    const page = (await get('/data/history/GOOG?limit=1&from=2026-01-06')).json<Page<Bar>>();
    const time = '2026-01-06T00:00:00.000Z';
    expect(page.data).toEqual([
      { time, open: '100.125', high: '100.125', low: '100.125', close: '100.125', volume: '1' },
    ]);
  });

  test.each([
    'sort=asc',
    'sort=desc',
    'interval=1w',
    'interval=1w&sort=desc',
    'from=2026-01-07&to=2026-01-20T00:00:00Z',
  ])('has no gap and nothing twice between pages: %s', async (query) => {
    const whole = (await get(`/data/history/GOOG?${query}`)).json<Page<Bar>>();
    expect(whole.nextCursor).toBeNull();
    expect(whole.data.length).toBeGreaterThan(3);
    for (const limit of [1, 2, 3]) expect(await allOf(`${query}&limit=${limit}`)).toEqual(whole.data);
  });

  test('comes as a file', async () => {
    const answer = await get('/data/history/GOOG?format=csv&from=2026-01-28');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="GOOG-1d.csv"');
    expect(answer.body).toBe(
      'time,open,high,low,close,volume\n' +
        '2026-01-28T00:00:00.000Z,102.875,102.875,102.875,102.875,1\n' +
        '2026-01-29T00:00:00.000Z,103,103,103,103,1\n',
    );
    expect((await get('/data/history/GOOG?format=csv&limit=2')).body.split('\n')).toHaveLength(4);
  });

  test.each(['interval=1x', 'interval=30s', 'from=yesterday', 'from=2026-13-01', 'limit=0', 'cursor=abc', 'since=1'])(
    'refuses %s',
    async (query) => {
      expect((await get(`/data/history/GOOG?${query}`)).statusCode).toBe(400);
    },
  );

  test('knows no symbol that is neither listed nor stored', async () => {
    expect((await get('/data/history/NONE')).json()).toMatchObject({ status: 404, code: 'symbol-unknown' });
    expect((await get('/data/history/AAPL')).json()).toEqual({ data: [], nextCursor: null });
  });
});
