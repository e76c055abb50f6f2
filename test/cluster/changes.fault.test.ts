/** What operators do to a cluster that works: nodes drained, and versions changed one node after the other. */

import { setTimeout as delay } from 'node:timers/promises';
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

/** Nobody is dead: nothing waits for a lease. */
const answerMsMax = 3_000;

test('a node that is drained gives away everything while it works, and gets its share back', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats } = cluster;
  await load.untilMore(150);
  seats[1].node.tell({ type: 'drain', node: 'one', isLeaving: true });
  const answers = load.untilAllAnswer();
  await delay(200);
  await cluster.settled();
  expect(await answers).toBeLessThan(answerMsMax);
  await load.untilMore(150);
  seats[1].node.tell({ type: 'drain', node: 'one', isLeaving: false });
  await delay(200);
  await cluster.settled();
  await load.untilMore(150);
  expect(await cluster.check()).toEqual([]);
});

test('three nodes get another version one after the other, and the old one again', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats } = cluster;
  for (const [seat, version] of [
    [seats[0], '2'],
    [seats[1], '2'],
    [seats[1], '1'],
    [seats[0], '1'],
    [seats[0], '2'],
    [seats[1], '2'],
    [seats[2], '2'],
  ] as const) {
    await load.untilMore(50);
    await seat.node.stop();
    expect(await load.untilAllAnswer()).toBeLessThan(answerMsMax);
    await seat.start({ version });
  }
  await cluster.settled();
  await load.untilMore(100);
  expect(await cluster.check()).toEqual([]);
});
