import { describe, expect, test } from 'vitest';
import { ApiProblem, Unreachable } from './api-problem.ts';
import { createClient } from './client.ts';
import { SignedOut } from './session.ts';
import type { TokenStore } from './session.ts';

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown } | Error;

const problem = (status: number, code: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: { title: 'T', status, code, detail: 'D', traceId: 't', errors: [{ pointer: '', message: 'M', remedy: 'R' }] },
});

const user = { id: 'u', email: 'ada@example.org' };
const session = (part: object = {}): Answer => ({
  body: { accessToken: 'a2', refreshToken: 'r2', expiresIn: 600, user, permissions: [], ...part },
});

/** A client of a server that gives these answers, one after the other. */
const clientOf = (answers: readonly Answer[], options: { readonly accessToken?: string } = { accessToken: 'a1' }) => {
  const sent: Sent[] = [];
  const pauses: number[] = [];
  let refreshToken: string | null = 'r1';
  const store: TokenStore = {
    read: () => refreshToken,
    write: (token) => {
      refreshToken = token;
    },
    exclusively: (action) => action(),
  };
  const left = [...answers];
  const client = createClient({
    baseUrl: 'https://x',
    store,
    ...options,
    fetch: async (url, { method = '', headers, body } = {}) => {
      sent.push({
        method,
        url: url as string, // as the transport gives it
        headers: headers as Record<string, string>, // as the transport gives them
        body: typeof body === 'string' ? body : null,
      });
      const answer = left.shift() ?? new Error('no more answers');
      if (answer instanceof Error) throw answer;
      return new Response(answer.status === 204 ? null : JSON.stringify(answer.body ?? {}), {
        status: answer.status ?? 200,
        headers: answer.headers ?? {},
      });
    },
    pause: async (ms) => void pauses.push(ms),
  });
  return { client, sent, pauses, store };
};

test('what was written is said with the next requests, since another node may answer them', async () => {
  const { client, sent } = clientOf([
    { headers: { 'read-after': 'e 1 2.3' } },
    {},
    { headers: { 'read-after': 'e 2 2.4' } },
    {},
  ]);
  for (let count = 0; count < 4; count++) await client.system.info().catch(() => undefined);
  expect(sent.map(({ headers }) => headers['read-after'])).toEqual([undefined, 'e 1 2.3', 'e 1 2.3', 'e 2 2.4']);
});

describe('a client', () => {
  test('sends a POST again under the same key until there is an answer', async () => {
    const away = problem(503, 'storage-away');
    const inFlight = problem(409, 'idempotency-in-flight', { 'retry-after': '1' });
    const { client, sent, pauses } = clientOf([new Error('cut'), away, inFlight, { status: 201, body: { id: 'a' } }]);
    expect(await client.trading.openAccount({ name: 'Paper' })).toEqual({ id: 'a' });
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array.from({ length: 4 }, () => 'POST https://x/api/v1/trading/accounts'),
    );
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set([expect.stringMatching(/^[0-9a-f]{32}$/)]),
    );
    expect(pauses).toEqual([250, 500, 1_000]);
  });

  test('gives up after five tries', async () => {
    const { client, sent } = clientOf([]);
    await expect(client.strategies.list()).rejects.toThrow(Unreachable);
    expect(sent).toHaveLength(5);
  });

  test('does not repeat what the server refuses, nor what could be done twice', async () => {
    const refused = clientOf([problem(422, 'insufficient-funds')]);
    const order = { accountId: 'u.a', symbol: 'GOOG', side: 'buy', type: 'market', quantity: '1' } as const;
    const error = await refused.client.trading
      .placeOrder({ ...order, timeInForce: 'GTC' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ code: 'insufficient-funds', status: 422, message: 'D', remedy: 'R' });
    const put = clientOf([new Error('cut')]);
    await expect(put.client.strategies.save('u.s', 3, { name: 'x' })).rejects.toThrow(Unreachable);
    expect(put.sent).toHaveLength(1);
    expect(put.sent[0]?.headers['if-match']).toBe('"v3"');
    const login = clientOf([new Error('cut')]);
    await expect(login.client.auth.login({ email: 'a', password: 'b' })).rejects.toThrow(Unreachable);
    expect(login.sent).toHaveLength(1);
    expect(login.sent[0]?.headers).not.toHaveProperty('authorization');
    expect(login.sent[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('tells of a wait that is too long to be waited for', async () => {
    const { client, sent } = clientOf([problem(503, 'busy', { 'retry-after': '60' })]);
    await expect(client.strategies.list()).rejects.toMatchObject({ code: 'busy', retryAfter: 60 });
    expect(sent).toHaveLength(1);
  });

  test('refreshes its token before its use and when it is refused, and goes on', async () => {
    const { client, sent, store } = clientOf(
      [
        session(),
        problem(401, 'token-invalid'),
        session({ accessToken: 'a3', refreshToken: 'r3' }),
        { body: { id: 's' } },
      ],
      {},
    );
    expect(await client.strategies.get('u.s')).toEqual({ id: 's' });
    expect(sent.map(({ url, headers }) => [url.slice('https://x/api/v1'.length), headers['authorization']])).toEqual([
      ['/auth/refresh', undefined],
      ['/strategies/u.s', 'Bearer a2'],
      ['/auth/refresh', undefined],
      ['/strategies/u.s', 'Bearer a3'],
    ]);
    expect(store.read()).toBe('r3');
  });

  test('has nothing to refresh a given token with', async () => {
    const { client } = clientOf([problem(401, 'token-invalid')]);
    await expect(client.strategies.list()).rejects.toThrow(SignedOut);
  });

  test('walks through a list page by page', async () => {
    const { client, sent } = clientOf([
      { body: { data: [{ id: '1' }, { id: '2' }], nextCursor: 'c/1' } },
      { body: { data: [{ id: '3' }], nextCursor: null } },
    ]);
    const ids: (string | undefined)[] = [];
    for await (const { id } of client.calls.each('GET /api/v1/strategies', { query: { limit: 2 } })) ids.push(id);
    expect(ids).toEqual(['1', '2', '3']);
    expect(sent.map(({ url }) => url.split('?')[1])).toEqual(['limit=2', 'limit=2&cursor=c%2F1']);
  });

  test('writes ids into paths so that they stay one part', async () => {
    const { client, sent } = clientOf([{}]);
    await client.data.symbol('A/B');
    expect(sent[0]?.url).toBe('https://x/api/v1/data/symbols/A%2FB');
  });
});
