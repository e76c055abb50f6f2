/**
 * The tree of the running program, whose parts fail for real: what can be mended is, while users go on,
 * and what can not ends the program in order, with an exit code that says so.
 */

import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SupervisorNode } from '#sdk';
import { embeddedServerOf, startPlatformProcess } from './platform-process.ts';
import type { PlatformProcess } from './platform-process.ts';

const password = 'correct horse battery';
const settings = { XTRADING_ADMIN_PASSWORD: password, XTRADING_SAMPLE_DATA: 'off', XTRADING_RUNNERS: '1' };
const platformFailed = 69;
/** For a machine that does other things beside; without them it takes about a second. */
const mendedMs = 30_000;

let dataFolder: string;
let platform: PlatformProcess;
let token: string;

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'xtrading-supervision-'));
  await start();
}, 120_000);
afterAll(async () => {
  await platform.stop();
  rmSync(dataFolder, { recursive: true, force: true });
}, 60_000);

const start = async (): Promise<void> => {
  platform = await startPlatformProcess({ dataFolder, settings });
  const credentials = { email: 'admin@localhost', password };
  token = ((await request('POST', 'auth/login', credentials)) as { readonly accessToken: string }).accessToken;
};

const request = async (method: string, path: string, body?: object): Promise<unknown> => {
  const answer = await fetch(`${platform.address}/api/v1/${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
};

type Node = SupervisorNode | SupervisorNode['children'][number];

const nodesOf = (node: Node): readonly Node[] =>
  node.type === 'supervisor' ? [node, ...node.children.flatMap(nodesOf)] : [node];

/** By name. */
const tree = async (): Promise<ReadonlyMap<string, Node>> =>
  new Map(nodesOf((await request('GET', 'system/actors')) as SupervisorNode).map((node) => [node.name, node]));

const open = async (name: string): Promise<void> => {
  await request('POST', 'trading/accounts', { name, initialCash: '1000' });
};

test('every long-lived part hangs on the tree, and all of it runs', async () => {
  const nodes = await tree();
  const parts = [
    'clickhouse postgres journal-lease journal-writer-1 journal-writer-2 journal-writer-3 lists',
    'shards scheduler timers outbox account dispatcher',
    'spool-sweep strategy-checks fresh-prices slot-1 unfinished-work live-deployments feeds',
    'signing-keys revocations server',
  ].flatMap((names) => names.split(' '));
  expect(parts.filter((name) => !nodes.has(name))).toEqual([]);
  await expect
    .poll(async () => [...(await tree()).values()].filter(({ status }) => status !== 'running'), { timeout: mendedMs })
    .toEqual([
      expect.objectContaining({ name: 'unfinished-work', status: 'completed' }),
      expect.objectContaining({ name: 'live-deployments', status: 'completed' }),
    ]);
});

test('a killed Postgres is started again with what rests on it, and nothing else is', async () => {
  const { pid } = embeddedServerOf(dataFolder);
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await tree()).get('postgres'), { timeout: mendedMs }).toMatchObject({ restarts: 1 });
  await expect
    .poll(async () => (await tree()).get('records'), { timeout: mendedMs })
    .toMatchObject({ status: 'running', restarts: 1 });
  await expect.poll(() => open('after the kill').then(() => 'opened', String), { timeout: mendedMs }).toBe('opened');
  expect(embeddedServerOf(dataFolder).pid).not.toBe(pid);
  const nodes = await tree();
  expect(nodes.get('postgres')?.lastFailure?.message).toMatch(/terminat/);
  for (const name of ['journal-lease', 'journal-writer-1', 'lists'])
    expect(nodes.get(name)?.restarts, name).toBeGreaterThan(0);
  for (const name of ['scheduler', 'server', 'slot-1', 'feeds', 'storage'])
    expect(nodes.get(name)?.restarts, name).toBe(0);
}, 90_000);

test('a lost lease ends the program at once: nothing of it is started again', async () => {
  const client = new Client({ connectionString: embeddedServerOf(dataFolder).url });
  await client.connect();
  // As another program does that takes the journal over.
  await client.query('UPDATE journal.node_lease SET dead = true');
  await client.end();
  expect(await platform.ended).toBe(platformFailed);
  expect(platform.log()).toContain('Another program has taken over the journal.');
  expect(platform.log()).not.toMatch(/"service":"journal-lease","retryInMs":\d/);
  await start();
}, 120_000);

test('a Postgres that can not be started ends the program in order, and the next start has everything', async () => {
  await open('before the end');
  const { pid } = embeddedServerOf(dataFolder);
  const control = join(dataFolder, 'postgres', 'cluster', 'global', 'pg_control');
  const aside = join(dataFolder, 'pg_control');
  renameSync(control, aside);
  process.kill(pid, 'SIGKILL');
  expect(await platform.ended).toBe(platformFailed);
  const log = platform.log();
  expect(log).toContain('error platform-failed: The platform can not go on. storage failed too often. postgres failed');
  expect(log.match(/"service":"postgres","retryInMs":\d/g)).toHaveLength(5);
  expect(log).not.toContain('left behind');
  renameSync(aside, control);
  await start();
  const { data } = (await request('GET', 'trading/accounts')) as {
    readonly data: readonly { readonly name: string }[];
  };
  expect(data.map(({ name }) => name)).toEqual(expect.arrayContaining(['after the kill', 'before the end']));
}, 180_000);
