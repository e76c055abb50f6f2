/** The whole program on three nodes, with nothing but NATS and Postgres between them: searches, imports, and a node that is killed. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generatePrices } from '#domain';
import { csvOfBars } from '#persistence/files';
import { startNats, startPostgres } from '#test/servers';
import type { NatsServer, PostgresServer } from '#test/servers';
import { startPlatformProcess } from '../platform-process.ts';
import type { PlatformProcess } from '../platform-process.ts';
import { callNode } from '../call-node.ts';

const password = 'correct horse battery';
const symbol = 'SHARED';
/** 20 × 20 combinations. */
const grid = { fast: '2..21:1', slow: '50..145:5' };
const combinations = 400;
const bars = 20_000;
const settledMs = 60_000;

let postgres: PostgresServer;
let nats: NatsServer;
let folder: string;
let databaseUrl: string;
let nodes: { [name: string]: PlatformProcess };
let token: string;
let strategyId: string;

/** `others`: settings of this one alone. */
const startNode = async (name: string, others: Readonly<Record<string, string>> = {}): Promise<PlatformProcess> =>
  await startPlatformProcess({
    dataFolder: join(folder, name),
    settings: {
      NATS_URL: nats.url,
      DATABASE_URL: databaseUrl,
      XTRADING_NODE: name,
      XTRADING_LEASE_SECONDS: '3',
      XTRADING_SAMPLE_DATA: 'off',
      XTRADING_RUNNERS: '1',
      XTRADING_ADMIN_PASSWORD: password,
      ...others,
    },
  });

const node = (name: string): PlatformProcess => {
  const found = nodes[name];
  if (found === undefined) throw new Error(`no node ${name}`);
  return found;
};

const request = <T>(name: string, method: string, path: string, body?: unknown, prefer?: string): Promise<T> =>
  callNode({ address: node(name).address, token }, method, path, body, prefer);

/** Asked again while a node has just gone. */
const insist = async <T>(name: string, path: string): Promise<T> => {
  const until = performance.now() + settledMs;
  for (;;) {
    try {
      return await request<T>(name, 'GET', path);
    } catch (error) {
      if (performance.now() > until) throw error;
      await delay(200);
    }
  }
};

interface Batch {
  readonly id: string;
  readonly status: string;
  readonly done: number;
  readonly failed: number;
  readonly best: readonly { readonly index: number; readonly tradeHash: string }[];
}

interface WaitingMessage {
  readonly id: string;
  readonly delivery: { readonly attempts: number } | null;
}

interface NodesView {
  readonly nodes: readonly { readonly name: string; readonly shards: number; readonly state: string }[];
  readonly unownedRoles: readonly string[];
}

/** Of those that live. */
const namesOf = (nodesSeen: NodesView['nodes']): readonly string[] =>
  nodesSeen
    .filter(({ state }) => state !== 'lapsed')
    .map(({ name }) => name)
    .sort();

const submit = (name: string): Promise<Batch> =>
  request<Batch>(name, 'POST', 'backtests', {
    strategyId,
    symbols: [symbol],
    interval: '1m',
    config: { cash: 1_000_000 },
    batch: { type: 'grid', grid },
  });

const settled = async (name: string, id: string): Promise<Batch> => {
  for (;;) {
    const batch = await insist<Batch>(name, `backtests/${id}`);
    if (batch.status !== 'queued' && batch.status !== 'running') return batch;
    await delay(100);
  }
};

const loggedIn = async (name: string): Promise<string> => {
  const login = { email: 'admin@localhost', password };
  return (await request<{ readonly accessToken: string }>(name, 'POST', 'auth/login', login)).accessToken;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xtrading-nodes-'));
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  databaseUrl = await postgres.database();
  // All at once: the first one of them makes what a new platform begins with.
  const started = await Promise.all(['a', 'b', 'c'].map(async (name) => [name, await startNode(name)] as const));
  nodes = Object.fromEntries(started);
  token = await loggedIn('a');
  await request('b', 'PUT', `data/symbols/${symbol}`, { tick: '0.01', lot: '0.01', feed: null });
  const source = readFileSync(new URL('../../examples/sma-cross/strategy.ts', import.meta.url), 'utf8');
  strategyId = (await request<{ readonly id: string }>('b', 'POST', 'strategies', { name: 'cross', source })).id;
}, 120_000);

afterAll(async () => {
  await Promise.all(Object.values(nodes ?? {}).map((one) => one.stop()));
  await nats.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('three nodes', () => {
  test('are one platform, whichever is asked', async () => {
    const [made] = generatePrices({
      seed: 'nodes',
      market: 'crypto',
      timeframe: { ms: 60_000, unit: 'minute', count: 1 },
      start: Date.UTC(2020, 0, 1),
      bars,
      symbols: [{ symbol }],
    });
    if (made === undefined) throw new Error('one symbol was asked for');
    const csv = [...csvOfBars(made.bars)].join('');
    // Imported on the node that has the import's actor, which may be another one.
    const imported = await request('c', 'POST', `data/batch-import?symbol=${symbol}&interval=1m`, csv, 'wait=30');
    expect(imported).toMatchObject({ status: 'completed', rows: bars, rejected: 0 });
    const written = await request<{ readonly id: string }>('a', 'POST', 'strategies', {
      name: 'second',
      source: readFileSync(new URL('../../examples/rsi-reversion/strategy.ts', import.meta.url), 'utf8'),
    });
    const listed = await request<{ readonly data: readonly { readonly id: string }[] }>('a', 'GET', 'strategies');
    expect(listed.data.map(({ id }) => id)).toContain(written.id);
    for (const name of ['b', 'c']) {
      expect(await request(name, 'GET', `strategies/${written.id}`)).toMatchObject({ name: 'second' });
    }
    const { nodes: seen } = await request<NodesView>('b', 'GET', 'system/nodes');
    expect(namesOf(seen)).toEqual(['a', 'b', 'c']);
    expect(seen.reduce((sum, { shards }) => sum + shards, 0)).toBe(1_024);
  }, 60_000);

  test('have a message tried by the node that has its sender, whichever is asked', async () => {
    const names = ['a', 'b', 'c'];
    const database = new Client({ connectionString: databaseUrl });
    await database.connect();
    try {
      for (const name of names) {
        // In the journal alone, as one for which there was no room; its recipient takes no such command.
        await database.query(
          `INSERT INTO journal.outbox (id, shard, recipient, command)
            SELECT $1, shard, 'account/nobody', '{"type":"Unheard"}'
            FROM journal.shard_owner JOIN journal.node_lease USING (incarnation) WHERE node = $2 LIMIT 1`,
          [`left-by-${name}`, name],
        );
      }
      for (const name of names) {
        const tried = await request<WaitingMessage>('a', 'POST', `system/outbox/left-by-${name}/retry`);
        expect(tried).toMatchObject({ command: 'Unheard', delivery: { attempts: expect.any(Number) } });
        const { data } = await request<{ readonly data: readonly WaitingMessage[] }>(name, 'GET', 'system/outbox');
        expect(data.find(({ id }) => id === `left-by-${name}`)?.delivery?.attempts).toBeGreaterThan(0);
      }
    } finally {
      await database.query("DELETE FROM journal.outbox WHERE id LIKE 'left-by-%'");
      await database.end();
    }
  }, 60_000);

  test('come to the same ranking while one of them is killed in the middle', async () => {
    const quiet = await settled('a', (await submit('a')).id);
    expect(quiet).toMatchObject({ status: 'completed', done: combinations, failed: 0 });
    const { id } = await submit('b');
    for (;;) {
      const { done } = await insist<Batch>('b', `backtests/${id}`);
      if (done > 0) break;
      await delay(20);
    }
    await node('c').kill();
    const disturbed = await settled('a', id);
    expect(disturbed).toMatchObject({ status: 'completed', done: combinations, failed: 0 });
    expect(disturbed.best).toEqual(quiet.best);
    nodes['c'] = await startNode('c');
    const { nodes: seen } = await insist<NodesView>('c', 'system/nodes');
    expect(namesOf(seen)).toEqual(['a', 'b', 'c']);
  }, 180_000);
});

describe('nodes that are there for some services alone', () => {
  test('are one platform together; what a missing one has waits, and answers when it is back', async () => {
    await Promise.all(Object.values(nodes).map((one) => one.stop()));
    const own = { DATABASE_URL: await postgres.database(), XTRADING_SAMPLE_DATA: 'off' };
    const roles: { readonly [name: string]: string } = {
      people: 'users,notifications,gateway',
      research: 'strategies,backtests,market-data,runner',
      desk: 'trading',
    };
    const start = async (name: string): Promise<PlatformProcess> =>
      await startNode(name, { ...own, XTRADING_ROLES: roles[name] ?? '' });
    // Each of them waits for the others before it makes what a new platform begins with.
    const started = await Promise.all(Object.keys(roles).map(async (name) => [name, await start(name)] as const));
    nodes = Object.fromEntries(started);
    token = await loggedIn('people');
    const seen = await request<NodesView>('people', 'GET', 'system/nodes');
    expect(Object.fromEntries(seen.nodes.map(({ name, shards }) => [name, shards]))).toEqual({
      people: 256,
      research: 512,
      desk: 256,
    });
    await request('people', 'PUT', `data/symbols/${symbol}`, { tick: '0.01', lot: '0.01', feed: null });
    const accounts = await request<{ readonly data: readonly { readonly id: string }[] }>(
      'people',
      'GET',
      'trading/accounts',
    );
    const account = `trading/accounts/${accounts.data[0]?.id}`;
    expect(await request('people', 'GET', account)).toMatchObject({ name: 'Paper' });

    await node('desk').kill();
    for (;;) {
      const { unownedRoles } = await request<NodesView>('people', 'GET', 'system/nodes');
      if (unownedRoles.length > 0) {
        expect(unownedRoles).toEqual(['trading']);
        break;
      }
      await delay(100);
    }
    // What is of others goes on.
    expect(await request('people', 'GET', `data/symbols/${symbol}`)).toMatchObject({ symbol });
    const waiting = request('people', 'GET', account);
    nodes['desk'] = await start('desk');
    expect(await waiting.catch(() => insist('people', account))).toMatchObject({ name: 'Paper' });
  }, 180_000);
});
