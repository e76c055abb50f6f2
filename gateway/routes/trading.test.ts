import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { marketKind, symbolKind } from '#actors';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';

let gateway: TestGateway;
let ada: LoggedInUser;

beforeEach(async () => {
  gateway = await startTestGateway();
  ada = await gateway.userWith('trader');
  await gateway.system.ask(symbolKind, 'GOOG', { type: 'ListSymbol', tick: '0.01', lot: '1' });
});
afterEach(async () => await gateway.stop());

interface Account {
  readonly id: string;
  readonly cash: string;
  readonly equity: string;
  readonly positions: readonly object[];
}

interface Order {
  readonly id: string;
  readonly clientOrderId: string;
  readonly status: string;
  readonly quantity: string;
}

const openAccount = async (user = ada): Promise<Account> => {
  const answer = await gateway.call('POST', '/trading/accounts', {
    headers: user.headers,
    body: { name: 'Breakouts' },
  });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<Account>();
};

const quote = async (last: string): Promise<void> => {
  const at = gateway.clock.now();
  await gateway.system.ask(marketKind, 'GOOG', {
    type: 'QuoteArrived',
    quote: { symbol: 'GOOG', bid: last, ask: last, last, size: '10', at },
  });
};

const limitOrder = { symbol: 'GOOG', side: 'buy', type: 'limit', quantity: '10', limitPrice: '90' };

const place = async (accountId: string, order: object, headers: object = {}) =>
  await gateway.call('POST', '/trading/orders', {
    headers: { ...ada.headers, ...headers },
    body: { accountId, ...order },
  });

describe('an order on a symbol without live prices', () => {
  const marketOrder = { symbol: 'GOOG', side: 'buy', type: 'market', quantity: '10' };

  test('is refused at the market, with what to do, and taken with a limit', async () => {
    const { id } = await openAccount();
    const answer = await place(id, marketOrder);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'no-live-price',
      errors: [{ pointer: '/symbol', remedy: expect.stringContaining('PUT data/symbols/GOOG') }],
    });
    expect((await place(id, limitOrder)).json()).toMatchObject({ status: 'accepted' });
  });

  test('is taken when the symbol has a feed, which has not spoken yet', async () => {
    const { id } = await openAccount();
    const feed = { type: 'synthetic', seed: 'a', startPrice: '1', annualVolatility: 1, quotesPerSecond: 1 } as const;
    await gateway.system.ask(symbolKind, 'GOOG', { type: 'ListSymbol', feed });
    expect((await place(id, marketOrder)).json()).toMatchObject({ status: 'accepted' });
  });

  test('is refused when its last quote is old', async () => {
    const { id } = await openAccount();
    await quote('100');
    expect((await place(id, marketOrder)).statusCode).toBe(201);
    gateway.clock.advance(61_000);
    expect((await place(id, marketOrder)).json()).toMatchObject({ code: 'no-live-price' });
  });
});

const fillOf = async (accountId: string): Promise<void> =>
  await new Promise((resolve) => {
    gateway.bus.subscribe(`acct:${accountId}:orders`, ({ data }) => {
      if ((data as { readonly type: string }).type === 'fill') resolve(); // What accounts publish has a type.
    });
  });

describe('an account', () => {
  test('is opened with defaults, shown and listed', async () => {
    const answer = await gateway.call('POST', '/trading/accounts', { headers: ada.headers, body: { name: 'Mine' } });
    expect(answer.statusCode).toBe(201);
    const account = answer.json<Account>();
    expect(account).toMatchObject({ name: 'Mine', currency: 'USD', cash: '100000', equity: '100000', openOrders: 0 });
    expect(account.id.startsWith(`${ada.id}.`)).toBe(true);
    expect(answer.headers.location).toBe(`/api/v1/trading/accounts/${account.id}`);
    const shown = await gateway.call('GET', `/trading/accounts/${account.id}`, { headers: ada.headers });
    expect(shown.json()).toEqual(account);
    const list = await gateway.call('GET', '/trading/accounts', { headers: ada.headers });
    expect(list.json()).toMatchObject({ data: [{ id: account.id, name: 'Mine', cash: '100000' }], nextCursor: null });
  });

  test('is opened once by a request that is sent again', async () => {
    const headers = { ...ada.headers, 'idempotency-key': 'one' };
    const first = await gateway.call('POST', '/trading/accounts', { headers, body: { name: 'Mine' } });
    const again = await gateway.call('POST', '/trading/accounts', { headers, body: { name: 'Mine' } });
    expect(again.json()).toEqual(first.json());
    const list = await gateway.call('GET', '/trading/accounts', { headers: ada.headers });
    expect(list.json<{ data: object[] }>().data).toHaveLength(1);
  });

  test('takes deposits and is reset', async () => {
    const { id } = await openAccount();
    const paid = await gateway.call('POST', `/trading/accounts/${id}/deposit`, {
      headers: ada.headers,
      body: { amount: '0.5' },
    });
    expect(paid.json()).toMatchObject({ cash: '100000.5' });
    const reset = await gateway.call('POST', `/trading/accounts/${id}/reset`, {
      headers: ada.headers,
      body: { initialCash: '7' },
    });
    expect(reset.json()).toMatchObject({ cash: '7' });
    const usual = await gateway.call('POST', `/trading/accounts/${id}/reset`, { headers: ada.headers });
    expect(usual.json()).toMatchObject({ cash: '100000' });
  });

  test.each([
    [{ amount: 5 }, 'number-as-string', '/amount'],
    [{ amount: '1e5' }, 'request-invalid', '/amount'],
    [{}, 'request-invalid', '/amount'],
    [{ amount: '-1' }, 'amount-invalid', '/amount'],
    [{ amount: '1', more: true }, 'request-invalid', '/more'],
  ])('refuses the deposit %j', async (body, code, pointer) => {
    const { id } = await openAccount();
    const answer = await gateway.call('POST', `/trading/accounts/${id}/deposit`, { headers: ada.headers, body });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code, errors: [{ pointer }] });
  });

  test('values its positions at the live price', async () => {
    const { id } = await openAccount();
    await quote('100');
    const filled = fillOf(id);
    expect((await place(id, { symbol: 'GOOG', side: 'buy', type: 'market', quantity: '10' })).statusCode).toBe(201);
    await filled;
    await quote('110');
    const account = await gateway.call('GET', `/trading/accounts/${id}`, { headers: ada.headers });
    expect(account.json()).toMatchObject({ cash: '99000', equity: '100100' });
    const positions = await gateway.call('GET', `/trading/positions?accountId=${id}`, { headers: ada.headers });
    const position = {
      accountId: id,
      symbol: 'GOOG',
      quantity: '10',
      averagePrice: '100',
      lastPrice: '110',
      unrealisedProfit: '100',
    };
    expect(positions.json()).toMatchObject({ data: [position] });
    expect((await gateway.call('GET', '/trading/positions', { headers: ada.headers })).json()).toEqual(
      positions.json(),
    );
    const performance = await gateway.call('GET', `/trading/performance?accountId=${id}`, { headers: ada.headers });
    expect(performance.json()).toMatchObject({ accountId: id, unrealisedProfit: '100', equity: '100100' });
    const fills = await gateway.call('GET', `/trading/fills?accountId=${id}`, { headers: ada.headers });
    expect(fills.json()).toMatchObject({
      data: [{ accountId: id, symbol: 'GOOG', price: '100', quantity: '10', fee: '0' }],
    });
  });
});

describe('an order', () => {
  test('is placed, shown, listed, amended and cancelled', async () => {
    const { id: accountId } = await openAccount();
    const placed = await place(accountId, limitOrder);
    expect(placed.statusCode, placed.body).toBe(201);
    const order = placed.json<Order>();
    expect(order).toMatchObject({
      accountId,
      status: 'accepted',
      timeInForce: 'GTC',
      quantity: '10',
      limitPrice: '90',
    });
    expect(order.id).toBe(`${accountId}.${order.clientOrderId}`);
    expect(placed.headers.location).toBe(`/api/v1/trading/orders/${order.id}`);

    const one = `/trading/orders/${order.id}`;
    expect((await gateway.call('GET', one, { headers: ada.headers })).json()).toEqual(order);
    const amended = await gateway.call('PATCH', one, { headers: ada.headers, body: { limitPrice: '91.5' } });
    expect(amended.json()).toMatchObject({ id: order.id, limitPrice: '91.5', quantity: '10' });
    const open = await gateway.call('GET', `/trading/orders?accountId=${accountId}&status=open`, {
      headers: ada.headers,
    });
    expect(open.json()).toMatchObject({ data: [{ id: order.id, limitPrice: '91.5' }] });
    const cancelled = await gateway.call('DELETE', one, { headers: ada.headers });
    expect(cancelled.json()).toMatchObject({ id: order.id, status: 'cancelled' });
    expect((await gateway.call('DELETE', one, { headers: ada.headers })).json()).toMatchObject({
      code: 'order-closed',
    });
    const closed = await gateway.call('GET', '/trading/orders?status=closed&symbol=GOOG', { headers: ada.headers });
    expect(closed.json()).toMatchObject({ data: [{ id: order.id, status: 'cancelled' }] });
    const none = await gateway.call('GET', '/trading/orders?status=open', { headers: ada.headers });
    expect(none.json()).toEqual({ data: [], nextCursor: null });
  });

  test('is placed once by a request that is sent again, and by its client order id', async () => {
    const { id } = await openAccount();
    const key = { 'idempotency-key': 'k1' };
    const first = await place(id, { ...limitOrder, clientOrderId: 'mine' }, key);
    expect((await place(id, { ...limitOrder, clientOrderId: 'mine' }, key)).json()).toEqual(first.json());
    expect((await place(id, { ...limitOrder, clientOrderId: 'mine' })).json()).toEqual(first.json());
    const other = await place(id, { ...limitOrder, quantity: '11', clientOrderId: 'mine' });
    expect(other.statusCode).toBe(409);
    expect(other.json()).toMatchObject({ code: 'client-order-id-taken' });
  });

  test.each([
    [{ symbol: 'NONE' }, 400, 'request-invalid', '/symbol'],
    [{ symbol: 'goog' }, 400, 'request-invalid', '/symbol'],
    [{ quantity: 10 }, 400, 'number-as-string', '/quantity'],
    [{ quantity: '0.5' }, 422, 'order-quantity', '/quantity'],
    [{ limitPrice: '90.001' }, 422, 'order-price', '/limitPrice'],
    [{ side: 'hold' }, 400, 'request-invalid', '/side'],
    [{ quantity: '100000' }, 422, 'insufficient-funds', '/quantity'],
    [{ stopPrice: '1' }, 400, 'request-invalid', '/stopPrice'],
  ])('is refused with %j', async (part, status, code, pointer) => {
    const { id } = await openAccount();
    const answer = await place(id, { ...limitOrder, ...part });
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.json()).toMatchObject({ code, errors: [{ pointer }] });
  });

  test('leaves with all others of its account', async () => {
    const { id } = await openAccount();
    await place(id, limitOrder);
    await place(id, limitOrder);
    const answer = await gateway.call('DELETE', `/trading/orders?accountId=${id}&symbol=GOOG`, {
      headers: ada.headers,
    });
    expect(answer.json()).toEqual({ cancelled: 2 });
  });

  test('that has not arrived is cancelled beforehand', async () => {
    const { id } = await openAccount();
    const answer = await gateway.call('DELETE', `/trading/orders/${id}.notyet`, { headers: ada.headers });
    expect(answer.statusCode).toBe(204);
  });

  test('needs more than to be looked at: a change of nothing is refused', async () => {
    const { id } = await openAccount();
    const order = (await place(id, limitOrder)).json<Order>();
    const answer = await gateway.call('PATCH', `/trading/orders/${order.id}`, { headers: ada.headers, body: {} });
    expect(answer.json()).toMatchObject({ status: 400, code: 'request-invalid' });
  });
});

test('a list goes on at its cursor', async () => {
  const { id } = await openAccount();
  for (const quantity of ['1', '2', '3']) {
    gateway.clock.advance(1);
    await place(id, { ...limitOrder, quantity });
  }
  const first = await gateway.call('GET', '/trading/orders?limit=2&fields=quantity', { headers: ada.headers });
  const { data, nextCursor } = first.json<{ data: object[]; nextCursor: string }>();
  expect(data).toEqual([{ quantity: '3' }, { quantity: '2' }]);
  const rest = await gateway.call('GET', `/trading/orders?limit=2&cursor=${nextCursor}`, { headers: ada.headers });
  expect(rest.json()).toMatchObject({ data: [{ quantity: '1' }], nextCursor: null });
});

test("a stranger's accounts and orders are not there", async () => {
  const { id } = await openAccount();
  const order = (await place(id, limitOrder)).json<Order>();
  const { headers } = await gateway.userWith('trader', 'eve');
  const asked: readonly (readonly [Parameters<typeof gateway.call>[0], string, object?])[] = [
    ['GET', `/trading/accounts/${id}`],
    ['POST', `/trading/accounts/${id}/deposit`, { amount: '1' }],
    ['POST', `/trading/accounts/${id}/reset`, {}],
    ['GET', `/trading/positions?accountId=${id}`],
    ['GET', `/trading/performance?accountId=${id}`],
    ['GET', `/trading/fills?accountId=${id}`],
    ['GET', `/trading/orders?accountId=${id}`],
    ['POST', '/trading/orders', { accountId: id, ...limitOrder }],
    ['DELETE', `/trading/orders?accountId=${id}`],
    ['GET', `/trading/orders/${order.id}`],
    ['PATCH', `/trading/orders/${order.id}`, { quantity: '1' }],
    ['DELETE', `/trading/orders/${order.id}`],
  ];
  for (const [method, url, body] of asked) {
    const answer = await gateway.call(method, url, { headers, ...(body === undefined ? {} : { body }) });
    expect(answer.statusCode, `${method} ${url}`).toBe(404);
  }
  expect((await gateway.call('GET', '/trading/orders', { headers })).json()).toEqual({ data: [], nextCursor: null });
});

test('a viewer looks and does not trade', async () => {
  const { headers } = await gateway.userWith('viewer', 'vic');
  expect((await gateway.call('GET', '/trading/orders', { headers })).statusCode).toBe(200);
  expect((await gateway.call('POST', '/trading/accounts', { headers, body: { name: 'x' } })).statusCode).toBe(403);
});
