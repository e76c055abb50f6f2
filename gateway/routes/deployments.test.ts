import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { deploymentKind, symbolKind } from '#actors';
import type { SignalOutcome } from '#actors';
import { startBacktestGateway } from '../testing/backtest-gateway.ts';
import type { LoggedInUser } from '../testing/test-gateway.ts';

const minuteMs = 60_000;

let gateway: Awaited<ReturnType<typeof startBacktestGateway>>;
let ada: LoggedInUser;
let users = 0;
beforeAll(async () => {
  gateway = await startBacktestGateway();
  const feed = { type: 'synthetic', seed: 's', startPrice: '100', annualVolatility: 0.5, quotesPerSecond: 1 } as const;
  for (const symbol of ['BTC-USD', 'ETH-USD'])
    await gateway.system.ask(symbolKind, symbol, { type: 'ListSymbol', tick: '0.5', lot: '0.001', feed });
});
afterAll(async () => await gateway.stop());
beforeEach(async () => {
  ada = await gateway.userWith('quant', `ada${users++}`);
});

const openAccount = async ({ headers }: LoggedInUser = ada): Promise<string> => {
  const answer = await gateway.call('POST', '/trading/accounts', { headers, body: { name: 'Paper' } });
  return answer.json<{ id: string }>().id;
};

interface View {
  readonly id: string;
  readonly status: string;
  readonly actsFromAt: string;
}

const start = async (
  strategyId: string,
  body: Readonly<Record<string, unknown>>,
  { headers }: Pick<LoggedInUser, 'headers'> = ada,
  more: Readonly<Record<string, string>> = {},
) => await gateway.call('POST', `/strategies/${strategyId}/deployments`, { headers: { ...headers, ...more }, body });

const started = async (): Promise<View & { readonly accountId: string; readonly strategyId: string }> => {
  const [strategyId, accountId] = [await gateway.strategyOf(ada), await openAccount()];
  const answer = await start(strategyId, { accountId, symbols: ['BTC-USD'], params: { fast: 5 } });
  expect(answer.statusCode, answer.body).toBe(201);
  return { ...answer.json<View>(), accountId, strategyId };
};

/** What the tasks of a deployment tell: a bar, a market order that is wanted at it, and that the account has it. */
const trade = async ({ id, actsFromAt }: View): Promise<string> => {
  const from = Date.parse(actsFromAt);
  gateway.clock.advance(from + minuteMs - gateway.clock.now());
  const ask = gateway.system.ask.bind(gateway.system);
  const row = [from, 100, 100, 100, 100, 1];
  const feeds = [{ rows: row, partial: null, next: from + minuteMs }];
  await ask(deploymentKind, id, { type: 'TakeBars', feeds, since: from, startOver: null });
  const order = { feed: 0, side: 'buy', type: 'market', quantity: 0.5, limit: null } as const;
  await ask(deploymentKind, id, {
    type: 'TakeDecision',
    until: from,
    facts: { time: from, news: [] },
    feeRate: 0,
    outcome: {
      bars: [{ time: from, orders: [order] }],
      placed: [
        { action: 'place', key: { time: from, place: 0 }, timeInForce: 'GTC', tag: 'up', problem: null, ...order },
      ],
      changed: [],
      differences: 0,
      isWarm: true,
    },
  });
  const signalId = `${id}.${from.toString(36)}-0`;
  const outcome: SignalOutcome = { signalId, status: 'acted', code: null, reason: null, order: null };
  await ask(deploymentKind, id, { type: 'SettleSignals', outcomes: [outcome] });
  return signalId;
};

describe('a deployment', () => {
  test('starts on a paper account, and is shown, listed and known to its strategy', async () => {
    const deployment = await started();
    const { id, accountId, strategyId } = deployment;
    const read = await gateway.call('GET', `/deployments/${id}`, { headers: ada.headers });
    expect(read.json()).toMatchObject({
      id,
      strategyId,
      strategyVersion: 1,
      accountId,
      params: { fast: 5 },
      feeds: [{ id: 'main', symbol: 'BTC-USD', interval: '1m' }],
      status: 'active',
      failure: null,
      lastBarAt: null,
      isWarm: null,
      signals: { pending: 0, acted: 0, refused: 0, skipped: 0 },
    });
    for (const url of [
      '/deployments',
      `/deployments?strategyId=${strategyId}&accountId=${accountId}&symbol=BTC-USD&status=active`,
      `/strategies/${strategyId}/deployments`,
    ]) {
      const listed = await gateway.call('GET', url, { headers: ada.headers });
      expect(listed.json(), url).toMatchObject({ data: [{ id, status: 'active', strategyId }], nextCursor: null });
    }
    const other = await gateway.call('GET', `/deployments?accountId=${await openAccount()}`, { headers: ada.headers });
    expect(other.json()).toMatchObject({ data: [] });
  });

  test('is paused, resumed and stopped', async () => {
    const { id } = await started();
    const post = async (verb: string) => {
      const answer = await gateway.call('POST', `/deployments/${id}/${verb}`, { headers: ada.headers });
      return answer.json<{ status: string; code?: string }>();
    };
    expect(await post('pause')).toMatchObject({ status: 'paused' });
    expect(await post('resume')).toMatchObject({ status: 'active' });
    expect(await post('stop')).toMatchObject({ status: 'stopped' });
    expect(await post('resume')).toMatchObject({ status: 409, code: 'deployment-state' });
    const listed = await gateway.call('GET', '/deployments?status=stopped', { headers: ada.headers });
    expect(listed.json()).toMatchObject({ data: [{ id, status: 'stopped' }] });
  });

  test('starts once for a key, also where nobody knew how the first request had ended', async () => {
    const [strategyId, accountId] = [await gateway.strategyOf(ada), await openAccount()];
    const body = { accountId, symbols: ['BTC-USD'] };
    const key = { 'idempotency-key': 'once' };
    const first = (await start(strategyId, body, ada, key)).json<View>();
    expect((await start(strategyId, body, ada, key)).json()).toEqual(first);
    const listed = await gateway.call('GET', '/deployments', { headers: ada.headers });
    expect(listed.json<{ data: unknown[] }>().data).toHaveLength(1);
  });

  test('is refused with what is wrong', async () => {
    const [strategyId, accountId] = [await gateway.strategyOf(ada), await openAccount()];
    const refused = async (body: Readonly<Record<string, unknown>>) =>
      (await start(strategyId, { accountId, symbols: ['BTC-USD'], ...body })).json<{
        code: string;
        errors: { pointer: string }[];
      }>();
    expect(await refused({ symbols: ['GOOG'] })).toMatchObject({ status: 422, code: 'deployment-feed' });
    expect(await refused({ symbols: ['NONE'] })).toMatchObject({ status: 422, code: 'deployment-feed' });
    expect(await refused({ symbols: ['BTC-USD', 'ETH-USD'] })).toMatchObject({ status: 400 });
    expect(await refused({ interval: '1s' })).toMatchObject({ status: 400, errors: [{ pointer: '/interval' }] });
    expect(await refused({ interval: 'daily' })).toMatchObject({ status: 400 });
    expect(await refused({ params: { fast: 'x' } })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/params/fast' }],
    });
    expect(await refused({ version: 9 })).toMatchObject({ status: 404, code: 'strategy-version-unknown' });
    expect(await refused({ accountId: `${ada.id}.none` })).toMatchObject({ status: 404, code: 'account-unknown' });
    const broken = await gateway.strategyOf(ada, 'enum');
    expect((await start(broken, { accountId, symbols: ['BTC-USD'] })).json()).toMatchObject({
      code: 'strategy-broken',
    });
    const many = await gateway.strategyOf(ada, 'all');
    const twice = [
      { id: 'a', symbol: 'BTC-USD', interval: '1m' },
      { id: 'b', symbol: 'BTC-USD', interval: '1m' },
    ];
    expect((await start(many, { accountId, feeds: twice })).json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '/feeds' }],
    });
    const odd = [
      { id: 'a', symbol: 'BTC-USD', interval: '1m' },
      { id: 'b', symbol: 'ETH-USD', interval: '5m' },
    ];
    expect((await start(many, { accountId, feeds: odd })).json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '/interval' }],
    });
    expect((await start(many, { accountId, symbols: ['BTC-USD', 'ETH-USD'], interval: '5m' })).statusCode).toBe(201);
  });

  test('of one account and symbol is the only one, and of one user there are ten', async () => {
    const { strategyId, accountId, id } = await started();
    const again = await start(strategyId, { accountId, symbols: ['BTC-USD'] });
    expect(again.json()).toMatchObject({ status: 409, code: 'deployment-symbol-taken' });
    const accounts = await Promise.all(Array.from({ length: 11 }, async () => await openAccount()));
    const answers = await Promise.all(
      accounts.map(async (account) => await start(strategyId, { accountId: account, symbols: ['BTC-USD'] })),
    );
    const codes = answers.map(({ statusCode }) => statusCode);
    expect(codes.filter((code) => code === 201)).toHaveLength(9);
    expect(answers.find(({ statusCode }) => statusCode === 422)?.json()).toMatchObject({ code: 'deployments-max' });
    await gateway.call('POST', `/deployments/${id}/stop`, { headers: ada.headers });
    expect((await start(strategyId, { accountId, symbols: ['BTC-USD'] })).statusCode).toBe(201);
  });
});

describe('signals', () => {
  test('are none while no strategy trades', async () => {
    const answer = await gateway.call('GET', '/trading/signals', { headers: ada.headers });
    expect(answer.json()).toEqual({ data: [], nextCursor: null });
  });

  test('are listed with what became of them, by what one looks for', async () => {
    const deployment = await started();
    const { id, accountId, strategyId } = deployment;
    const signalId = await trade(deployment);
    const list = async (query: string) => {
      const answer = await gateway.call('GET', `/trading/signals?${query}`, { headers: ada.headers });
      return answer.json<{ data: readonly object[] }>().data;
    };
    expect(await list('')).toMatchObject([
      {
        id: signalId,
        deploymentId: id,
        strategyId,
        accountId,
        symbol: 'BTC-USD',
        action: 'place',
        side: 'buy',
        orderType: 'market',
        quantity: '0.5',
        limitPrice: null,
        tag: 'up',
        barAt: deployment.actsFromAt,
        status: 'acted',
        code: null,
      },
    ]);
    const at = new Date(gateway.clock.now()).toISOString();
    for (const [found, query] of [
      [1, `strategyId=${strategyId}&accountId=${accountId}&deploymentId=${id}&symbol=BTC-USD&status=acted`],
      [1, `from=${at}`],
      [0, `to=${at}`],
      [0, 'status=refused'],
      [0, 'symbol=ETH-USD'],
      [0, `accountId=${await openAccount()}`],
      [0, `deploymentId=${ada.id}.other`],
    ] as const)
      expect(await list(query), query).toHaveLength(found);
    const view = await gateway.call('GET', `/deployments/${id}`, { headers: ada.headers });
    expect(view.json()).toMatchObject({ signals: { acted: 1 }, latestSignals: [{ id: signalId }], isWarm: true });
  });
});

test("a stranger's deployments, signals and accounts are not there", async () => {
  const { id, accountId, strategyId } = await started();
  const eve = await gateway.userWith('quant', `eve${users}`);
  const [own, ownAccount] = [await gateway.strategyOf(eve), await openAccount(eve)];
  const asked: readonly (readonly [Parameters<typeof gateway.call>[0], string, object?])[] = [
    ['POST', `/strategies/${strategyId}/deployments`, { accountId: ownAccount, symbols: ['BTC-USD'] }],
    ['POST', `/strategies/${own}/deployments`, { accountId, symbols: ['BTC-USD'] }],
    ['GET', `/strategies/${strategyId}/deployments`],
    ['GET', `/deployments?strategyId=${strategyId}`],
    ['GET', `/deployments?accountId=${accountId}`],
    ['GET', `/deployments/${id}`],
    ['POST', `/deployments/${id}/pause`],
    ['POST', `/deployments/${id}/resume`],
    ['POST', `/deployments/${id}/stop`],
    ['GET', `/trading/signals?strategyId=${strategyId}`],
    ['GET', `/trading/signals?accountId=${accountId}`],
    ['GET', `/trading/signals?deploymentId=${id}`],
  ];
  for (const [method, url, body] of asked) {
    const answer = await gateway.call(method, url, { headers: eve.headers, ...(body === undefined ? {} : { body }) });
    expect(answer.statusCode, `${method} ${url}`).toBe(404);
  }
  expect((await gateway.call('GET', '/deployments', { headers: eve.headers })).json()).toEqual({
    data: [],
    nextCursor: null,
  });
});

test('a viewer looks and runs nothing', async () => {
  const { headers } = await gateway.userWith('viewer', `vic${users}`);
  expect((await gateway.call('GET', '/deployments', { headers })).statusCode).toBe(200);
  const answer = await start('a.b', { accountId: 'a.b', symbols: ['BTC-USD'] }, { headers });
  expect(answer.statusCode).toBe(403);
});
