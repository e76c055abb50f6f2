/** Nodes that die under load: nothing acknowledged is lost, nothing is done twice, and the others go on soon. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startNats, startPostgres } from '#test/servers';
import type { NatsServer, PostgresServer } from '#test/servers';
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

/** Beyond the lease: looks, a claim, and the reading of actors on a busy machine. */
const takeoverMsMax = 3_000;

test('after a kill of one of three all purses answer again within the lease and three seconds', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats, leaseMs } = cluster;
  await load.untilMore(300);
  await seats[0].node.kill();
  expect(await load.untilAllAnswer()).toBeLessThan(leaseMs + takeoverMsMax);
  await load.untilMore(300);
  expect(await cluster.check()).toEqual([]);
});

test('a node that is killed and started at once comes back to its share', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats, leaseMs } = cluster;
  await load.untilMore(200);
  await seats[1].node.kill();
  const answers = load.untilAllAnswer();
  await seats[1].start();
  expect(await answers).toBeLessThan(leaseMs + takeoverMsMax);
  await cluster.settled();
  await load.untilMore(200);
  expect(await cluster.check()).toEqual([]);
});

test('two of three that are killed at once leave everything to the third', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats, leaseMs } = cluster;
  await load.untilMore(200);
  await Promise.all([seats[0].node.kill(), seats[2].node.kill()]);
  expect(await load.untilAllAnswer()).toBeLessThan(leaseMs + takeoverMsMax);
  await load.untilMore(200);
  await Promise.all([seats[0].start(), seats[2].start()]);
  await cluster.settled();
  await load.untilMore(200);
  expect(await cluster.check()).toEqual([]);
});
