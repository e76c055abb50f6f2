/**
 * The whole program under `kill -9`, by itself and together with its Postgres, while a user trades, tests
 * and imports: what was acknowledged is there afterwards, once.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Centrifuge } from 'centrifuge';
import type { PublicationContext, SubscribedContext } from 'centrifuge';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { AccountView, BacktestView, FillView, NotificationView, OrderView } from '#actors';
import { dayMs, generatePrices } from '#domain';
import { csvOfBars } from '#persistence/files';
import { embeddedServerOf, startPlatformProcess } from './platform-process.ts';
import type { PlatformProcess } from './platform-process.ts';

const settings = { XTRADING_SAMPLE_DATA: 'off', XTRADING_RUNNERS: '2' };
const symbol = 'CRASH';
const initialCash = 1_000_000_000;
const backtests = 10;
/** Requests of the stream that are on their way at a time. */
const concurrency = 4;
/** When so many orders are acknowledged, the program is killed. */
const ordersBeforeKill = 80;
/** Two runners, all work of this test, and a machine that does other things beside. */
const settledMs = 25_000;

/** Some tenths of a second a run, so that a kill finds some that wait, some that run and some that are done. */
const source = `import { crossOver, crossUnder, defineStrategy, int } from 'xtrading/strategy';
export default defineStrategy({
  name: 'slow-cross',
  params: { fast: int(5, { min: 2, max: 100 }) },
  init: ({ bars, ta }, p) => ({ fast: ta.sma(bars.main.close, p.fast), slow: ta.sma(bars.main.close, 30) }),
  onBar(ctx, { fast, slow }) {
    let work = 0;
    for (let i = 0; i < 15_000; i++) work = (work * 31 + i) % 1_000_003;
    if (work >= 0 && crossOver(fast, slow)) ctx.targetPercent('main', 0.9);
    else if (crossUnder(fast, slow)) ctx.close('main');
  },
});
`;

const pricesOf = (seed: string, unit: 'day' | 'minute', bars: number): string => {
  const [generated] = generatePrices({
    seed,
    market: 'crypto',
    timeframe: { ms: unit === 'day' ? dayMs : 60_000, unit, count: 1 },
    start: Date.UTC(2015, 0, 1),
    bars,
    symbols: [{ symbol }],
  });
  if (generated === undefined) throw new Error('no prices');
  return [...csvOfBars(generated.bars)].join('');
};

const dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-crash-'));
let platform: PlatformProcess;
let user: User;
let strategyId: string;

interface User {
  readonly id: string;
  readonly token: string;
}

type Wire<T> = { readonly [K in keyof T]: T[K] };

const request = async <T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> => {
  const isText = typeof body === 'string';
  const answer = await fetch(`${platform.address}/api/v1/${path}`, {
    method,
    headers: {
      ...(user === undefined ? {} : { authorization: `Bearer ${user.token}` }),
      ...(body === undefined ? {} : { 'content-type': isText ? 'text/csv' : 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T; // the API's own tests hold it to its schemas
};

/** All entries of a list, page by page. */
const listed = async <T>(path: string): Promise<readonly T[]> => {
  const entries: T[] = [];
  let cursor: string | null = null;
  do {
    const page: { readonly data: readonly T[]; readonly nextCursor: string | null } = await request(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=1000${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    entries.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return entries;
};

const query = async <T>(sql: string, values: readonly unknown[] = []): Promise<readonly T[]> => {
  const client = new Client({ connectionString: embeddedServerOf(dataFolder).url });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as T[]; // each caller names the columns that it selects
  } finally {
    await client.end();
  }
};

/** Processes that a process has started itself, but for the database, which is meant to outlive it. */
const childrenOf = (pid: number): readonly number[] =>
  processes()
    .filter(({ parent, program }) => parent === pid && !program.includes('postgres'))
    .map((child) => child.pid);

/** Those that have ended and wait for somebody to ask for their exit code are gone. */
const areGone = (pids: readonly number[]): boolean =>
  processes().every(({ pid, status }) => !pids.includes(pid) || status.startsWith('Z'));

const processes = () =>
  execFileSync('ps', ['-e', '-o', 'pid=,ppid=,stat=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, status = '', program = ''] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), status, program };
    });

beforeAll(async () => {
  platform = await startPlatformProcess({ dataFolder, settings });
  const credentials = { email: 'crash@example.com', password: 'correct horse battery' };
  await request('POST', 'auth/register', { ...credentials, displayName: 'Crash' });
  const login = await request<{ readonly accessToken: string; readonly user: { readonly id: string } }>(
    'POST',
    'auth/login',
    credentials,
  );
  user = { id: login.user.id, token: login.accessToken };
  await request('PUT', `data/symbols/${symbol}`, {
    tick: '0.01',
    lot: '0.01',
    feed: { type: 'synthetic', seed: 'crash', startPrice: '100', annualVolatility: 0.3, quotesPerSecond: 50 },
  });
  const path = `data/batch-import?symbol=${symbol}&interval=1d`;
  const prices = await request('POST', path, pricesOf('first', 'day', 1_500), { prefer: 'wait=20' });
  expect(prices).toMatchObject({ status: 'completed', rows: 1_500, rejected: 0 });
  strategyId = (await request<{ readonly id: string }>('POST', 'strategies', { name: 'slow-cross', source })).id;
}, 60_000);

afterAll(async () => {
  await platform.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** What a stock client receives of a channel. */
const received = async (client: Centrifuge, channel: string) => {
  const subscription = client.newSubscription(channel);
  const publications: PublicationContext[] = [];
  const begun: SubscribedContext[] = [];
  subscription.on('publication', (publication) => publications.push(publication));
  subscription.on('subscribed', (context) => begun.push(context));
  subscription.subscribe();
  await subscription.ready(5_000);
  return { publications, begun };
};

/** Sends orders and deposits until the program is killed; what was acknowledged, and what may be there besides. */
const startStream = (accountId: string) => {
  const orders = new Map<string, Wire<OrderView>>();
  let acknowledgedDeposits = 0;
  let unknownDeposits = 0;
  let sent = 0;
  const enough = Promise.withResolvers<void>();
  const worker = async (): Promise<void> => {
    for (;;) {
      const number = sent++;
      const isDeposit = number % 10 === 9;
      try {
        if (isDeposit) {
          unknownDeposits++;
          await request('POST', `trading/accounts/${accountId}/deposit`, { amount: '100' });
          unknownDeposits--;
          acknowledgedDeposits++;
        } else {
          const order = await request<Wire<OrderView>>('POST', 'trading/orders', {
            accountId,
            clientOrderId: `c${number}`,
            symbol,
            side: number % 3 === 0 ? 'sell' : 'buy',
            quantity: '0.05',
            // Far from the market: these stay open.
            ...(number % 4 === 0 ? { type: 'limit', limitPrice: number % 3 === 0 ? '9000' : '1' } : { type: 'market' }),
          });
          orders.set(order.id, order);
          if (orders.size === ordersBeforeKill) enough.resolve();
        }
      } catch (error) {
        if (!(error instanceof TypeError)) enough.reject(error);
        return; // fetch throws a TypeError when the connection has gone
      }
    }
  };
  const done = Promise.all(Array.from({ length: concurrency }, worker));
  return {
    orders,
    enough: enough.promise,
    /** After the kill. */
    ended: async () => {
      await done;
      return { sent, acknowledgedDeposits, unknownDeposits };
    },
  };
};

const cents = (decimal: string): bigint => {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
  return decimal.startsWith('-') ? -value : value;
};

test.each([
  { killedIs: 'the program', withPostgres: false },
  { killedIs: 'the program with its Postgres', withPostgres: true },
])(
  'nothing that was acknowledged is lost or done twice when $killedIs is killed',
  async ({ withPostgres }) => {
    const account = await request<Wire<AccountView>>('POST', 'trading/accounts', {
      name: 'Crash',
      initialCash: String(initialCash),
    });
    const client = new Centrifuge(`${platform.address.replace('http', 'ws')}/connection/websocket`, {
      token: user.token,
      websocket: WebSocket,
      minReconnectDelay: 20,
      maxReconnectDelay: 200,
    });
    client.connect();
    const orderChannel = await received(client, `acct:${account.id}:orders`);
    const inboxChannel = await received(client, `inbox:${user.id}`);

    const submitted: Wire<BacktestView>[] = [];
    for (let number = 0; number < backtests; number++) {
      const body = { strategyId, symbols: [symbol], params: { fast: 5 + number } };
      submitted.push(await request('POST', 'backtests', body));
    }
    const children = childrenOf(platform.pid);
    expect(children.length).toBeGreaterThan(0);
    const port = Number(new URL(platform.address).port);
    const server = embeddedServerOf(dataFolder);
    // As many rows as take the import a moment.
    const path = 'data/batch-import?symbol=IMPORT&interval=1m';
    const rows = 40_000 + Number(withPostgres);
    const stream = startStream(account.id);
    const prices = pricesOf('second', 'minute', rows);
    await stream.enough;
    // Killed as soon as it is acknowledged: the work itself has hardly begun.
    const recorded = await request<{ readonly id: string }>('POST', path, prices);

    const killed = platform.kill();
    if (withPostgres) process.kill(server.pid, 'SIGKILL');
    await killed;
    const { sent, acknowledgedDeposits, unknownDeposits } = await stream.ended();
    await vi.waitUntil(() => areGone(children), { timeout: 5_000 });
    platform = await startPlatformProcess({ dataFolder, port, settings });

    // The import.
    await vi.waitFor(
      async () => {
        expect(await request('GET', `data/imports/${recorded.id}`)).toMatchObject({ status: 'completed' });
      },
      { timeout: settledMs, interval: 100 },
    );
    const imported = await request<{ readonly coverage: readonly unknown[] }>('GET', 'data/symbols/IMPORT');
    expect(imported.coverage).toMatchObject([{ interval: '1m', bars: rows }]);

    // The backtests: each ends once, and is told of once.
    const ids = submitted.map(({ id }) => id);
    await vi.waitFor(
      async () => {
        const views = await Promise.all(ids.map((id) => request<Wire<BacktestView>>('GET', `backtests/${id}`)));
        expect(views.map(({ status }) => status)).toEqual(ids.map(() => 'completed'));
      },
      { timeout: settledMs, interval: 100 },
    );
    const completions = await query<{ readonly persistence_id: string; readonly count: number }>(
      `SELECT persistence_id, count(*)::int FROM journal.event WHERE type = 'BacktestCompleted'
       AND persistence_id LIKE ANY ($1) GROUP BY 1`,
      [ids.map((id) => `%${id}`)],
    );
    expect(completions.map(({ count }) => count)).toEqual(ids.map(() => 1));
    const about = (notification: Wire<NotificationView>): string => notification.about['backtestId'] ?? '';
    await vi.waitFor(
      async () => {
        const notifications = await listed<Wire<NotificationView>>('notifications');
        expect(
          notifications
            .map(about)
            .filter((id) => ids.includes(id))
            .toSorted(),
        ).toEqual(ids.toSorted());
      },
      { timeout: settledMs, interval: 100 },
    );

    // The orders: each that was acknowledged is there, none is there twice, and all of the market's are filled.
    const openOf = (order: Wire<OrderView>): boolean => order.status === 'accepted';
    const orders = await vi.waitUntil(
      async () => {
        const found = await listed<Wire<OrderView>>(`trading/orders?accountId=${account.id}`);
        return found.some((order) => order.type === 'market' && openOf(order)) ? null : found;
      },
      { timeout: settledMs, interval: 100 },
    );
    const found = new Map(orders.map((order) => [order.id, order]));
    expect(found.size).toBe(orders.length);
    expect([...stream.orders.keys()].filter((id) => !found.has(id))).toEqual([]);
    expect(orders.length).toBeLessThanOrEqual(sent);
    expect(new Set(orders.map(({ clientOrderId }) => clientOrderId)).size).toBe(orders.length);

    // The money: what was brought, and what the fills say.
    const fills = await listed<Wire<FillView>>(`trading/fills?accountId=${account.id}`);
    const filled = orders.filter(({ status }) => status === 'filled');
    expect(fills.map(({ orderId }) => orderId).toSorted()).toEqual(filled.map(({ id }) => id).toSorted());
    const [deposits] = await query<{ readonly count: number }>(
      `SELECT count(*)::int FROM journal.event WHERE type = 'Deposited' AND persistence_id LIKE $1`,
      [`%${account.id}`],
    );
    expect(deposits?.count).toBeGreaterThanOrEqual(acknowledgedDeposits);
    expect(deposits?.count).toBeLessThanOrEqual(acknowledgedDeposits + unknownDeposits);
    const { cash } = await request<Wire<AccountView>>('GET', `trading/accounts/${account.id}`);
    const traded = fills.reduce((sum, { side, quantity, price, fee }) => {
      const amount = (cents(quantity) * cents(price)) / 10_000n;
      return sum + (side === 'buy' ? -amount : amount) - cents(fee);
    }, 0n);
    expect(cents(cash)).toBe(cents(String(initialCash)) + BigInt(deposits?.count ?? 0) * cents('100') + traded);

    // The socket: it came back by itself, and was told of everything once, in order.
    await vi.waitUntil(() => orderChannel.begun.length === 2 && inboxChannel.begun.length === 2, {
      timeout: settledMs,
    });
    for (const { begun } of [orderChannel, inboxChannel])
      expect(begun[1]).toMatchObject({ wasRecovering: true, recovered: true });
    type Told = {
      readonly type: string;
      readonly order?: Wire<OrderView>;
      readonly fill?: Wire<FillView>;
      readonly notification?: Wire<NotificationView>;
    };
    const told = (publications: readonly PublicationContext[]): readonly Told[] =>
      publications.map(({ data }) => data as Told); // the forms that the API promises
    await vi.waitFor(
      () => {
        const toldFills = told(orderChannel.publications).flatMap(({ fill }) => (fill === undefined ? [] : [fill.id]));
        expect(toldFills.toSorted()).toEqual(fills.map(({ id }) => id).toSorted());
      },
      { timeout: settledMs },
    );
    const placed = told(orderChannel.publications).flatMap(({ order }) =>
      order !== undefined && openOf(order) ? [order.id] : [],
    );
    expect(placed.toSorted()).toEqual([...found.keys()].toSorted());
    await vi.waitFor(
      () => {
        const toldOf = told(inboxChannel.publications).flatMap(({ notification }) =>
          notification === undefined || !ids.includes(about(notification)) ? [] : [about(notification)],
        );
        expect(toldOf.toSorted()).toEqual(ids.toSorted());
      },
      { timeout: settledMs },
    );
    for (const { publications } of [orderChannel, inboxChannel]) {
      const offsets = publications.map(({ offset }) => offset ?? 0);
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
    }
    client.disconnect();

    // The journal has no holes.
    expect(
      await query(`SELECT persistence_id FROM journal.event GROUP BY 1 HAVING count(*) <> max(seq)
        UNION SELECT shard::text FROM journal.event GROUP BY shard HAVING count(*) <> max(shard_seq)`),
    ).toEqual([]);
  },
  60_000,
);
