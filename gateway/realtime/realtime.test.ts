import { connect } from 'node:net';
import { Centrifuge } from 'centrifuge';
import type { PublicationContext, SubscribedContext } from 'centrifuge';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { accountKind, deploymentKind, inboxKind, userKind } from '#actors';
import { startTestGateway } from '../testing/test-gateway.ts';
import type { LoggedInUser, TestGateway } from '../testing/test-gateway.ts';
import { frameBytesMax, socketsPerUserMax, subscriptionsMax } from './limits.ts';

let gateway: TestGateway;
let url: string;
let user: LoggedInUser;
const clients: Centrifuge[] = [];

const listen = async (options: Parameters<typeof startTestGateway>[0] = {}): Promise<void> => {
  gateway = await startTestGateway(options);
  await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const address = gateway.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the gateway listens on a port');
  url = `ws://127.0.0.1:${address.port}/connection/websocket`;
};

beforeEach(async () => {
  await listen();
  user = await gateway.userWith('quant');
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await gateway.stop();
});

/** What the stock client makes of a refused token that it can't renew: it does not come back. */
const unauthorized = 1;

/** The stock client. */
const clientOf = (token: string, options: { readonly ticket?: string } = {}): Centrifuge => {
  const client = new Centrifuge(url, {
    token,
    websocket: WebSocket,
    ...(options.ticket === undefined ? {} : { data: { ticket: options.ticket } }),
    minReconnectDelay: 1,
    maxReconnectDelay: 5,
  });
  clients.push(client);
  return client;
};

const connected = async (token = user.accessToken): Promise<Centrifuge> => {
  const client = clientOf(token);
  client.connect();
  await client.ready(5_000);
  return client;
};

const notify = (title: string) =>
  gateway.system.ask(inboxKind, user.id, { type: 'Notify', kind: 'message', title, text: title, about: {} });

const startDeployment = (id: string, accountId: string) =>
  gateway.system.ask(deploymentKind, id, {
    type: 'StartDeployment',
    spec: {
      strategyId: `${id}.s`,
      strategyName: 'Cross',
      strategyVersion: 1,
      source: { files: { 'strategy.ts': '' }, entry: 'strategy.ts' },
      accountId,
      params: {},
      feeds: [{ id: 'main', symbol: 'BTC-USD', interval: '1m', tick: '0.5', lot: '0.001' }],
      seed: 1,
    },
    slot: 0,
  });

/** Publications of a subscription as they come, and a wait for that many. */
const listening = (client: Centrifuge, channel: string) => {
  const subscription = client.newSubscription(channel);
  const publications: PublicationContext[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  subscription.on('publication', (publication) => {
    publications.push(publication);
    for (const { count, resolve } of waiting) if (publications.length >= count) resolve();
  });
  const subscribed = new Promise<SubscribedContext>((resolve, reject) => {
    subscription.on('subscribed', resolve);
    subscription.on('unsubscribed', ({ code, reason }) => reject(new Error(`${code} ${reason}`)));
  });
  subscribed.catch(() => undefined); // awaited by the test, or refused on purpose
  subscription.subscribe();
  return {
    subscription,
    publications,
    subscribed,
    until: (count: number): Promise<void> =>
      publications.length >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => waiting.push({ count, resolve })),
  };
};

const titleOf = ({ data }: PublicationContext): string =>
  (data as { readonly notification: { readonly title: string } }).notification.title;

describe('a connection', () => {
  test('is made by the stock client with an access token', async () => {
    const client = clientOf(user.accessToken);
    const context = await new Promise<{ readonly data?: unknown }>((resolve) => {
      client.on('connected', resolve);
      client.connect();
    });
    expect(context.data).toMatchObject({ limits: { subs: 500, inPerSec: 50 } });
  });

  test('is made with a ticket, once', async () => {
    const { ticket } = (await gateway.call('POST', '/auth/ticket', { headers: user.headers })).json<{
      ticket: string;
    }>();
    const client = clientOf('', { ticket });
    client.connect();
    await client.ready(5_000);
    const again = clientOf('', { ticket });
    const closed = new Promise<{ readonly code: number }>((resolve) => again.on('disconnected', resolve));
    again.connect();
    expect((await closed).code).toBe(unauthorized);
  });

  test('with a token that is none ends for good', async () => {
    const client = clientOf('nonsense');
    const closed = new Promise<{ readonly code: number }>((resolve) => client.on('disconnected', resolve));
    client.connect();
    expect((await closed).code).toBe(unauthorized);
  });

  test('that says nothing is closed', async () => {
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.on('open', resolve));
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await gateway.clock.armed(6_000);
    gateway.clock.advance(6_000);
    expect(await closed).toBe(3502);
  });

  test('of a page from elsewhere is refused', async () => {
    const socket = new WebSocket(url, { origin: 'https://evil.example' });
    const status = await new Promise<number | undefined>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => undefined);
    });
    expect(status).toBe(403);
  });

  test('that sends what is no command, or too much of it, is closed', async () => {
    for (const [frame, code] of [
      ['not json', 3501],
      ['{"id":0}', 3501],
      ['{"id":1,"subscribe":{"channel":"sys"}}', 3501],
      ['x'.repeat(frameBytesMax + 1), 1009],
      ['{}\n'.repeat(2 * subscriptionsMax), 3013],
    ] as const) {
      const socket = new WebSocket(url);
      await new Promise((resolve) => socket.on('open', resolve));
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      socket.send(frame);
      expect(await closed, frame.slice(0, 20)).toBe(code);
    }
  });

  test('is taken at the paths for it alone: elsewhere the wish is passed over, and no socket stays behind', async () => {
    const { hostname, port } = new URL(url);
    for (const [line, status] of [
      ['GET /health/live', 200],
      ['GET /nothing', 404],
      ['POST /connection/websocket', 405],
    ] as const) {
      const socket = connect({ host: hostname, port: Number(port) });
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      const ended = new Promise((resolve) => socket.on('end', resolve));
      socket.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n`);
      await ended;
      expect(answer, line).toContain(`HTTP/1.1 ${status} `);
    }
  });

  test('is had by many from one address who come back together', async () => {
    await gateway.stop();
    await listen({ settings: { anonymousRequestsPerMinute: 100 } });
    const users = await Promise.all(Array.from({ length: 6 }, (_, place) => gateway.userWith('quant', `user${place}`)));
    const tokens = users.flatMap(({ accessToken }) => Array<string>(socketsPerUserMax).fill(accessToken));
    expect(tokens.length).toBeGreaterThan(100);
    await Promise.all(tokens.map(connected));
  });

  test('may subscribe at once to as much as it may have', async () => {
    const client = clientOf(user.accessToken);
    const answered = Array.from(
      { length: subscriptionsMax },
      async (_, place) => await listening(client, `nothing${place}`).subscribed.catch(String),
    );
    client.connect();
    await client.ready(5_000);
    expect(new Set(await Promise.all(answered))).toEqual(new Set(['Error: 102 unknown channel']));
  });

  test('ends with its session', async () => {
    const client = await connected();
    const closed = new Promise<{ readonly code: number }>((resolve) => client.on('disconnected', resolve));
    await gateway.system.ask(userKind, user.id, { type: 'RevokeSessions' });
    expect((await closed).code).toBe(3503);
  });

  test('beyond the number that a user may have is refused', async () => {
    for (let count = 0; count < socketsPerUserMax; count++) await connected();
    const client = clientOf(user.accessToken);
    const closed = new Promise<{ readonly code: number }>((resolve) => client.on('disconnected', resolve));
    client.connect();
    expect((await closed).code).toBe(3504);
  });
});

describe('a subscription', () => {
  test('begins with the newest state and goes on with each event', async () => {
    await notify('first');
    const inbox = listening(await connected(), `inbox:${user.id}`);
    const context = await inbox.subscribed;
    expect(context).toMatchObject({ recoverable: true, data: { unread: 1, latest: [{ title: 'first' }] } });
    await notify('second');
    await inbox.until(1);
    expect(inbox.publications.map(titleOf)).toEqual(['second']);
    expect(inbox.publications[0]?.offset).toBeGreaterThan(context.streamPosition?.offset ?? 0);
  });

  test('gets what it missed while it was cut off, once and in order', async () => {
    const client = await connected();
    const inbox = listening(client, `inbox:${user.id}`);
    await inbox.subscribed;
    await notify('before');
    await inbox.until(1);
    const again = new Promise<SubscribedContext>((resolve) => inbox.subscription.on('subscribed', resolve));
    client.disconnect();
    await notify('missed 1');
    await notify('missed 2');
    client.connect();
    expect(await again).toMatchObject({ wasRecovering: true, recovered: true });
    await notify('after');
    await inbox.until(4);
    expect(inbox.publications.map(titleOf)).toEqual(['before', 'missed 1', 'missed 2', 'after']);
    const told = inbox.publications.map(({ offset, tags }) => ({ offset: offset ?? 0, prev: Number(tags?.['prev']) }));
    for (const [place, { prev }] of told.entries())
      if (place > 0) expect(prev, `before ${place}`).toBeLessThanOrEqual(told[place - 1]?.offset ?? 0);
  });

  test('loses and doubles nothing while it begins under load', async () => {
    const client = await connected();
    let sent = 0;
    const sending = (async () => {
      for (; sent < 200; sent++) await notify(`n${sent}`);
    })();
    const inbox = listening(client, `inbox:${user.id}`);
    const { data, streamPosition } = await inbox.subscribed;
    await sending;
    const { unread } = data as { readonly unread: number };
    await inbox.until(200 - unread);
    expect(inbox.publications.map(titleOf)).toEqual(
      Array.from({ length: 200 - unread }, (_, place) => `n${unread + place}`),
    );
    expect(inbox.publications.every(({ offset = 0 }) => offset > (streamPosition?.offset ?? 0))).toBe(true);
  });

  test("to somebody else's channel, or to none, is refused", async () => {
    const other = await gateway.userWith('quant', 'bob');
    const accountId = `${other.id}.a1`;
    await gateway.system.ask(accountKind, accountId, {
      type: 'OpenAccount',
      name: 'Paper',
      currency: 'USD',
      initialCash: '1000',
    });
    const deploymentId = `${other.id}.d1`;
    await startDeployment(deploymentId, accountId);
    const client = await connected();
    for (const channel of [
      `inbox:${other.id}`,
      `acct:${accountId}:orders`,
      'backtest:nothing',
      `deployment:${deploymentId}`,
      `deployment:${user.id}.none`,
    ])
      await expect(listening(client, channel).subscribed, channel).rejects.toThrow(/^103/);
    for (const channel of [
      'nothing',
      'acct:x',
      'md:trades:BTC',
      'inbox:a:b:c',
      'backtest:\u0000',
      'acct:\ud800:orders',
      'md:quote:\u0000',
      `batch:${'x'.repeat(200)}`,
    ])
      await expect(listening(client, channel).subscribed, channel).rejects.toThrow(/^102/);
  });

  test('to a deployment shows what it is, and what becomes of it', async () => {
    const id = `${user.id}.d1`;
    await startDeployment(id, `${user.id}.a1`);
    const client = await connected();
    const deployment = listening(client, `deployment:${id}`);
    expect(await deployment.subscribed).toMatchObject({
      data: { id, status: 'active', startedAt: expect.stringContaining('T'), latestSignals: [] },
    });
    const { data } = await client.rpc('deployment.pause', { deploymentId: id });
    expect(data).toMatchObject({ id, status: 'paused' });
    await deployment.until(1);
    expect(deployment.publications[0]?.data).toEqual({ type: 'state', deployment: { status: 'paused' } });
  });

  test('to sys tells how far each channel is, so that a mute one shows', async () => {
    const client = await connected();
    await notify('first');
    await listening(client, `inbox:${user.id}`).subscribed;
    const sys = listening(client, 'sys');
    await sys.subscribed;
    const { offset } = await new Promise<{ readonly offset: number }>((resolve) => {
      void gateway.system
        .ask(inboxKind, user.id, { type: 'GetInbox' })
        .then(({ position }) => resolve({ offset: position.seq }));
    });
    gateway.clock.advance(5_000);
    await sys.until(1);
    expect(sys.publications[0]?.data).toMatchObject({ offsets: { [`inbox:${user.id}`]: offset } });
  });

  test('to an account shows its orders as they change', async () => {
    const id = `${user.id}.a1`;
    await gateway.system.ask(accountKind, id, {
      type: 'OpenAccount',
      name: 'Paper',
      currency: 'USD',
      initialCash: '1000',
    });
    const account = listening(await connected(), `acct:${id}:orders`);
    expect(await account.subscribed).toMatchObject({ data: { account: { cash: '1000' }, orders: [] } });
    await gateway.system.ask(accountKind, id, {
      type: 'PlaceOrder',
      orderId: `${id}.o1`,
      clientOrderId: 'c1',
      symbol: 'BTC-USD',
      side: 'buy',
      orderType: 'market',
      timeInForce: 'GTC',
      quantity: '1',
      limitPrice: null,
      grid: { tick: '1', lot: '1', minQuantity: null },
    });
    await gateway.system.ask(accountKind, id, {
      type: 'QuoteSeen',
      symbol: 'BTC-USD',
      bid: '99',
      ask: '100',
      last: '100',
      at: gateway.clock.now(),
    });
    await account.until(2);
    expect(account.publications.map(({ data }) => data)).toMatchObject([
      { type: 'order', order: { status: 'accepted', placedAt: expect.stringContaining('T') } },
      { type: 'fill', fill: { price: '100' }, account: { cash: '900' } },
    ]);
  });
});

describe('a call', () => {
  test('does what the REST request does, and refuses in its words', async () => {
    const client = await connected();
    await notify('first');
    await expect(client.rpc('notifications.nothing', {})).rejects.toMatchObject({ code: 104 });
    await expect(client.rpc('order.cancel', { orderId: '\ud800' })).rejects.toMatchObject({ code: 107 });
    await expect(client.rpc('order.cancelAll', { accountId: { toString: 1 } })).rejects.toMatchObject({ code: 107 });
    await expect(client.rpc('backtest.cancel', { backtestId: 'none' })).rejects.toMatchObject({
      code: expect.any(Number),
      message: expect.stringContaining(':'),
    });
  });
});
