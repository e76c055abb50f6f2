/** Strategies that run live on the whole platform: they trade, fail alone, and go on after `kill -9` without doing anything twice. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, Realtime } from '#sdk';
import type { Client, Deployment, Order, Signal, TokenStore } from '#sdk';
import { startPlatformProcess } from './platform-process.ts';
import type { PlatformProcess } from './platform-process.ts';

const settings = {
  XTRADING_SAMPLE_DATA: 'off',
  XTRADING_RUNNERS: '1',
  XTRADING_ADMIN_PASSWORD: 'correct horse battery',
};
const symbol = 'LIVE';
/** The shortest that there are, so that a test sees some. */
const interval = '5s';

/** Turns its position round at every other bar; what it remembers and what the account has must agree. */
const flipping = `import { defineStrategy } from 'xtrading/strategy';
export default defineStrategy({
  name: 'flipping',
  init: () => ({ bars: 0, fills: 0 }),
  onBar(ctx, state) {
    state.bars++;
    const held = ctx.position().quantity;
    if (held !== (state.fills % 2 === 1 ? 2 : 0)) throw new Error('held ' + held + ' after ' + state.fills + ' fills');
    if (held === 0) ctx.buy('main', 2);
    else ctx.close('main');
  },
  onFill(ctx, fill, order, state) {
    state.fills++;
  },
});
`;

const endless = `import { defineStrategy } from 'xtrading/strategy';
export default defineStrategy({ name: 'endless', onBar: () => { for (;;) continue; } });
`;

const broken = `import { defineStrategy } from 'xtrading/strategy';
export default defineStrategy({
  name: 'broken',
  onBar(ctx) {
    ctx.nothing.value;
  },
});
`;

const dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-live-'));
let platform: PlatformProcess;

const memoryStore = (): TokenStore => {
  let token: string | null = null;
  return {
    read: () => token,
    write: (next) => {
      token = next;
    },
    exclusively: (action) => action(),
  };
};

interface User {
  readonly client: Client;
  readonly realtime: Realtime;
  readonly accountId: string;
}

const stores = new Map<string, TokenStore>();

/** Somebody with an account, signed in anew where the program has been started again. */
const userOf = async (name: string): Promise<User> => {
  const store = stores.get(name) ?? memoryStore();
  const isNew = !stores.has(name);
  stores.set(name, store);
  const client = createClient({ baseUrl: platform.address, store });
  const email = `${name}@example.org`;
  const password = 'correct horse battery';
  if (isNew) await client.auth.register({ email, password, displayName: name });
  await client.auth.login({ email, password });
  if (isNew) await client.trading.openAccount({ name: 'Paper', initialCash: '1000000' });
  const { data: accounts } = await client.trading.accounts();
  const realtime = new Realtime({
    url: `${platform.address.replace('http', 'ws')}/connection/websocket`,
    accessToken: () => client.session.accessToken(),
  });
  realtime.connect();
  return { client, realtime, accountId: accounts[0]?.id ?? '' };
};

/** The deployment as it is told, until it is as wanted. */
const until = (
  { realtime }: User,
  id: string,
  isMet: (deployment: Deployment, signals: ReadonlyMap<string, Partial<Signal>>) => boolean,
): Promise<Deployment> =>
  new Promise((resolve, reject) => {
    const signals = new Map<string, Partial<Signal>>();
    let deployment: Deployment | null = null;
    const look = (): void => {
      if (deployment === null || !isMet(deployment, signals)) return;
      end();
      resolve(deployment);
    };
    const end = realtime.deployment(id, {
      onSnapshot: (snapshot) => {
        deployment = snapshot;
        for (const signal of snapshot.latestSignals) signals.set(signal.id, signal);
        look();
      },
      onPublication: (event) => {
        if (event.type !== 'signals' && deployment !== null) deployment = { ...deployment, ...event.deployment };
        if (event.type !== 'state')
          for (const signal of event.signals) signals.set(signal.id, { ...signals.get(signal.id), ...signal });
        look();
      },
      onRefused: (reason) => reject(new Error(reason)),
    });
  });

const acted = (signals: ReadonlyMap<string, Partial<Signal>>): number =>
  [...signals.values()].filter(({ status }) => status === 'acted').length;

const deploy = async ({ client, accountId }: User, source: string): Promise<Deployment> => {
  const name = /name: '(\w+)'/.exec(source)?.[1] ?? '';
  const strategy = await client.strategies.create({ name, source });
  return await client.deployments.start(strategy.id, { accountId, symbols: [symbol], interval });
};

const everything = async <T>(
  page: (cursor?: string) => Promise<{ readonly data: readonly T[]; readonly nextCursor: string | null }>,
) => {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { data, nextCursor } = await page(cursor);
    all.push(...data);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return all;
};

beforeAll(async () => {
  platform = await startPlatformProcess({ dataFolder, settings });
  const admin = createClient({ baseUrl: platform.address, store: memoryStore() });
  await admin.auth.login({ email: 'admin@localhost', password: settings.XTRADING_ADMIN_PASSWORD });
  await admin.calls.call('PUT /api/v1/data/symbols/{symbol}', {
    path: { symbol },
    body: {
      tick: '0.01',
      lot: '1',
      feed: { type: 'synthetic', seed: 'live', startPrice: '100', annualVolatility: 0.5, quotesPerSecond: 10 },
    },
  });
}, 120_000);

afterAll(async () => {
  await platform.stop();
  rmSync(dataFolder, { recursive: true, force: true });
}, 60_000);

test('a strategy trades; others that loop or throw fail alone, and it goes on after a kill without doing anything twice', async () => {
  let ann = await userOf('ann');
  const eve = await userOf('eve');
  const good = await deploy(ann, flipping);
  const [looping, throwing] = [await deploy(eve, endless), await deploy(await userOf('bob'), broken)];
  const failed = await until(eve, looping.id, ({ status }) => status === 'failed');
  expect(failed.failure).toMatchObject({ code: 'time-limit' });
  const bob = await userOf('bob');
  const thrown = await until(bob, throwing.id, ({ status }) => status === 'failed');
  expect(thrown.failure).toMatchObject({ code: 'strategy-threw', file: 'strategy.ts', line: 5 });
  const inbox = await bob.client.notifications.list();
  expect(inbox.data[0]).toMatchObject({ kind: 'deployment.failed', text: expect.stringContaining('strategy.ts:5') });
  await until(ann, good.id, (_deployment, signals) => acted(signals) >= 2);

  await platform.kill();
  platform = await startPlatformProcess({ dataFolder, settings });
  ann = await userOf('ann');
  const before = await ann.client.deployments.get(good.id);
  expect(before.status).toBe('active');
  const known = before.signals.acted;
  await until(ann, good.id, ({ lastBarAt }, signals) => lastBarAt !== before.lastBarAt && acted(signals) >= known + 2);
  const resumed = await ann.client.deployments.get(good.id);
  // What it remembers was made again from what was recorded: it would have thrown else.
  expect(resumed).toMatchObject({ status: 'active', differences: 0, isWarm: true });

  const paused = await ann.client.deployments.pause(good.id);
  expect(paused.status).toBe('paused');
  await until(ann, good.id, (_deployment, signals) =>
    [...signals.values()].some(({ code }) => code === 'signal-paused'),
  );
  expect((await ann.client.deployments.stop(good.id)).status).toBe('stopped');

  const signals = await everything<Signal>((cursor) =>
    ann.client.trading.signals({ deploymentId: good.id, limit: 3, ...(cursor === undefined ? {} : { cursor }) }),
  );
  const orders = await everything<Order>((cursor) =>
    ann.client.trading.orders({ accountId: ann.accountId, limit: 3, ...(cursor === undefined ? {} : { cursor }) }),
  );
  const done = signals.filter(({ status }) => status === 'acted');
  expect(new Set(done.map(({ orderId }) => orderId))).toEqual(new Set(orders.map(({ id }) => id)));
  expect(orders).toHaveLength(done.length);
  expect(new Set(orders.map(({ clientOrderId }) => clientOrderId)).size).toBe(orders.length);
  expect(new Set(done.map(({ barAt }) => barAt)).size).toBe(done.length);
  for (const { status, code } of signals)
    expect([null, 'signal-paused', 'signal-stale', 'signal-missed', 'signal-overtaken'], status).toContain(code);
  const strategies = await ann.client.strategies.list();
  expect(strategies.data[0]).toMatchObject({ status: 'stopped' });
  for (const user of [ann, eve, bob]) user.realtime.close();
}, 120_000);
