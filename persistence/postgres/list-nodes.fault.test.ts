/** Lists on several nodes: one moves them on, the others hear of it at once, and take over when it is gone. */

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shardOf } from '#kernel';
import type { Position } from '#kernel';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { advisoryLocks } from './advisory-locks.ts';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal } from './journal.ts';
import { queryOn } from './testing/stored-journal.ts';
import { appendTo, filled, orderKind, ordersList, placed, runLists } from './testing/orders.ts';
import type { RunningLists } from './testing/orders.ts';

let server: PostgresServer;
let url: string;
let journal: PostgresJournal;
let ends: (() => Promise<void>)[];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  journal = await openPostgresJournal({ url });
  ends = [];
});
afterEach(async () => {
  for (const end of ends) await end();
  await journal.close();
});

/** The first one leads. */
const runNode = async (standMsMax?: number): Promise<RunningLists> => {
  const node = await runLists(url, [ordersList], orderKind, standMsMax === undefined ? {} : { standMsMax });
  node.done.catch(() => {}); // where it is cut off on purpose
  ends.push(() => node.end().catch(() => {}));
  return node;
};

const leaderOf = async (): Promise<number> => {
  const [row] = await queryOn(
    url,
    `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = ${advisoryLocks.lists}
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return Number(row?.['pid']);
};

/** Milliseconds until the node's list shows what only that node has been told of. */
const msUntilShown = async ({ projector, lists }: RunningLists, id: string, position: Position): Promise<number> => {
  const began = performance.now();
  projector.committed([position]);
  expect(await lists.get('orders', id, { reached: [position] })).not.toBeNull();
  return performance.now() - began;
};

describe('a node that does not move the lists', () => {
  test('shows what was written on it at once', async () => {
    const leader = await runNode();
    const watcher = await runNode();
    const durations: number[] = [];
    for (let i = 0; i < 20; i++) {
      const id = `anna.${i}`;
      durations.push(await msUntilShown(watcher, id, await appendTo(journal, id, 1, [placed])));
    }
    const [median = NaN] = durations.toSorted((a, b) => a - b).slice(10);
    expect(median).toBeLessThan(200);
    // What the leader's node has written is shown there and here.
    const position = await appendTo(journal, 'bert.1', 1, [placed]);
    expect(await msUntilShown(leader, 'bert.1', position)).toBeLessThan(1_000);
    expect(await watcher.lists.get('orders', 'bert.1', { reached: [position] })).not.toBeNull();
  });

  test('tells of more places than one notification takes, and waits for all of them', async () => {
    await runNode();
    const watcher = await runNode();
    const ids = Array.from({ length: 900 }, (_, i) => `user-${i}.1`);
    const positions = await Promise.all(ids.map((id) => appendTo(journal, id, 1, [placed])));
    expect(new Set(ids.map((id) => shardOf(id))).size).toBeGreaterThan(500);
    watcher.projector.committed(positions);
    await watcher.projector.awaitPositions('orders', positions, 4_000);
    const page = await watcher.lists.page({ list: 'orders', owner: null, limit: 1_000 });
    expect(page.entries).toHaveLength(900);
  });

  test('says how far the lists are', async () => {
    await runNode();
    const watcher = await runNode();
    const position = await appendTo(journal, 'anna.1', 1, [placed]);
    await msUntilShown(watcher, 'anna.1', position);
    expect(watcher.projector.status()).toMatchObject([
      { list: 'orders', served: { eventsBehind: 0, secondsBehind: 0 } },
    ]);
  });

  test('asks little while nothing happens', async () => {
    await runNode();
    await runNode();
    const calls = async (): Promise<number> => {
      const [row] = await queryOn(
        url,
        'SELECT xact_commit AS calls FROM pg_stat_database WHERE datname = current_database()',
      );
      return Number(row?.['calls']);
    };
    const before = await calls();
    await watchFor(4_000);
    // Both nodes, and the journal's lease.
    expect((await calls()) - before).toBeLessThan(4 * 12);
  });

  test('takes over when the connection of the leader breaks', async () => {
    const leader = await runNode();
    const watcher = await runNode();
    const pid = await leaderOf();
    const position = await appendTo(journal, 'anna.1', 1, [placed]);
    await msUntilShown(watcher, 'anna.1', position);
    await queryOn(url, `SELECT pg_terminate_backend(${pid})`);
    await expect(leader.done).rejects.toMatchObject({ name: 'Outage' });
    const next = await appendTo(journal, 'anna.1', 2, [filled]);
    expect(await msUntilShown(watcher, 'anna.1', next)).toBeLessThan(3_000);
    expect(await leaderOf()).not.toBe(pid);
    expect(await watcher.lists.get('orders', 'anna.1')).toMatchObject({ status: 'filled', doc: { fills: 1 } });
  });

  test('cuts off a leader that stands still though there is something to do, and nobody else', async () => {
    await (await runNode()).end();
    // Holds the lock and does nothing, as a frozen process does behind its connection.
    const frozen = await holding(advisoryLocks.lists);
    const bystander = await holding(advisoryLocks.lists + 1_000);
    const standMs = 1_500;
    const watcher = await runNode(standMs);
    // As long as nothing is to be done it may be at rest.
    await watchFor(2 * standMs);
    expect(await leaderOf()).toBe(frozen.pid);
    const position = await appendTo(journal, 'anna.1', 1, [placed]);
    const ms = await msUntilShown(watcher, 'anna.1', position);
    expect(ms).toBeGreaterThan(standMs - 100);
    expect(await watcher.untilReported('list-leader-ended')).toEqual({ type: 'list-leader-ended', pid: frozen.pid });
    await frozen.cut;
    expect(await bystander.isThere()).toBe(true);
  });

  test('cuts off one that has stood still before it began any list', async () => {
    const frozen = await holding(advisoryLocks.lists);
    const watcher = await runNode(1_000);
    await watcher.untilReported('list-leader-ended');
    await frozen.cut;
    expect(await msUntilShown(watcher, 'anna.1', await appendTo(journal, 'anna.1', 1, [placed]))).toBeLessThan(3_000);
  });
});

/** A session that has taken the lock. */
const holding = async (lock: number) => {
  const client = new Client({ connectionString: url });
  const cut = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  ends.push(() => client.end().catch(() => {}));
  const { rows } = await client.query<{ pid: number }>('SELECT pg_advisory_lock($1), pg_backend_pid() AS pid', [lock]);
  const isThere = async (): Promise<boolean> => (await client.query('SELECT 1')).rowCount === 1;
  return { pid: rows[0]?.pid, cut, isThere };
};

/** Of a server's counters, and of what must not happen, no event tells. */
const watchFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
