/** Nodes that stand still for longer than their lease, and nodes whose clock is wrong, under load. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startNats, startPostgres } from '#test/servers';
import type { NatsServer, PostgresServer } from '#test/servers';
import { lostExitCode } from './node-program.ts';
import { startCluster } from './test-cluster.ts';
import type { TestCluster } from './test-cluster.ts';

let postgres: PostgresServer;
let nats: NatsServer;
let cluster: TestCluster;
beforeAll(async () => {
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
});
afterEach(() => cluster.end());
afterAll(() => Promise.all([postgres.stop(), nats.stop()]));

const takeoverMsMax = 3_000;

test('a node that is frozen past its lease commits nothing and answers nothing old when it wakes, and ends', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats, leaseMs } = cluster;
  await load.untilMore(200);
  const [{ node }] = seats;
  node.freeze();
  expect(await load.untilAllAnswer(node)).toBeLessThan(leaseMs + takeoverMsMax);
  await load.untilMore(200);
  node.wake();
  expect(await node.ended).toBe(lostExitCode);
  await seats[0].start();
  await load.untilMore(100);
  expect(await cluster.check()).toEqual([]);
});

test('a node whose event loop is blocked for three leases is replaced, and ends when it goes on', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats, leaseMs } = cluster;
  await load.untilMore(200);
  const [, { node }] = seats;
  node.tell({ type: 'block', ms: 3 * leaseMs });
  expect(await load.untilAllAnswer(node)).toBeLessThan(leaseMs + takeoverMsMax);
  expect(await node.ended).toBe(lostExitCode);
  await load.untilMore(200);
  expect(await cluster.check()).toEqual([]);
});

test('clocks that are minutes apart change nothing, not even when a node dies', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats, leaseMs } = cluster;
  await seats[1].node.stop();
  await seats[1].start({ skewMs: 7 * 60_000 });
  await seats[2].node.stop();
  await seats[2].start({ skewMs: -5 * 60_000 });
  await cluster.settled();
  await load.untilMore(200);
  await seats[1].node.kill();
  expect(await load.untilAllAnswer()).toBeLessThan(leaseMs + takeoverMsMax);
  await load.untilMore(200);
  expect(await cluster.check()).toEqual([]);
});
