/** Nodes that are cut off from their servers, and servers that go away, under load. */

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startNats, startPostgres } from '#test/servers';
import type { NatsServer, PostgresServer } from '#test/servers';
import type { Direction } from '#test/way';
import { startCluster } from './test-cluster.ts';
import type { Seat, TestCluster } from './test-cluster.ts';

let postgres: PostgresServer;
let nats: NatsServer;
let cluster: TestCluster;
beforeAll(async () => {
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
});
afterEach(() => cluster.end());
afterAll(() => Promise.all([postgres.stop(), nats.stop()]));

const takeoverMsMax = 3_000;
/** Longer than the lease. */
const outageMs = 3_500;

/** It is to be sure that it is alone with that first. */
const givenMsMax = 20_000;

/** All that has ended is started again, as whoever runs the nodes would do. */
const restartEnded = async (): Promise<void> => {
  await Promise.all(cluster.seats.filter(({ node }) => node.hasEnded).map((seat) => seat.start()));
};

/** The first node, cut off in one way, and whole again after a while. */
const cutOff = async (cut: (seat: Seat) => void, during: () => Promise<void>): Promise<void> => {
  const [seat] = cluster.seats;
  cut(seat);
  await during();
  seat.toPostgres.mend();
  seat.toNats.mend();
};

describe('a node that is cut off from NATS', () => {
  const ways: readonly (readonly [string, readonly Direction[]])[] = [
    ['both ways', ['requests', 'answers']],
    ['when it says something', ['requests']],
    ['when it is told something', ['answers']],
  ];
  test.each(ways)('%s goes on when it is back, and nothing has been lost', async (_name, directions) => {
    cluster = await startCluster({ postgres, nats });
    const { load, seats } = cluster;
    await load.untilMore(150);
    await cutOff(
      ({ toNats }) => toNats.hold(...directions),
      () => delay(outageMs),
    );
    expect(await load.untilAllAnswer()).toBeLessThan(takeoverMsMax);
    await load.untilMore(150);
    expect(seats.map(({ node }) => node.hasEnded)).toEqual([false, false, false]);
    expect(await cluster.check()).toEqual([]);
  });
});

test('a node that NATS refuses, and no other, gives what it has to the others, and gets it back', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats } = cluster;
  const shardsOfFirst = async (): Promise<number | undefined> =>
    (await seats[1].node.view()).nodes.find(({ node }) => node === seats[0].node.node)?.shards;
  await load.untilMore(150);
  expect(await shardsOfFirst()).toBeGreaterThan(0);
  await cutOff(
    ({ toNats }) => toNats.refuse(),
    async () => {
      await expect.poll(shardsOfFirst, { timeout: givenMsMax }).toBe(0);
      expect(await load.untilAllAnswer(seats[0].node)).toBeLessThan(takeoverMsMax);
    },
  );
  await expect.poll(shardsOfFirst, { timeout: givenMsMax }).toBeGreaterThan(0);
  await load.untilMore(150);
  expect(seats.map(({ node }) => node.hasEnded)).toEqual([false, false, false]);
  expect(await cluster.check()).toEqual([]);
});

describe('a node that is cut off from Postgres', () => {
  const ways: readonly (readonly [string, readonly Direction[]])[] = [
    ['both ways', ['requests', 'answers']],
    ['when it says something', ['requests']],
    ['when it is told something', ['answers']],
  ];
  test.each(ways)('%s for longer than its lease loses its shards and nothing else', async (_name, directions) => {
    cluster = await startCluster({ postgres, nats });
    const { load, leaseMs, seats } = cluster;
    await load.untilMore(150);
    await cutOff(
      ({ toPostgres }) => toPostgres.hold(...directions),
      async () => {
        expect(await load.untilAllAnswer(seats[0].node)).toBeLessThan(leaseMs + takeoverMsMax);
        await load.untilMore(150);
      },
    );
    await restartEnded();
    await load.untilMore(150);
    expect(await cluster.check()).toEqual([]);
  });
});

test('a node that is cut off from everything is replaced, and ends when it finds out', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats, leaseMs } = cluster;
  await load.untilMore(150);
  const [{ node }] = seats;
  await cutOff(
    ({ toPostgres, toNats }) => {
      toPostgres.refuse();
      toNats.refuse();
    },
    async () => {
      expect(await load.untilAllAnswer(node)).toBeLessThan(leaseMs + takeoverMsMax);
      await load.untilMore(150);
    },
  );
  await node.ended;
  await seats[0].start();
  await load.untilMore(150);
  expect(await cluster.check()).toEqual([]);
});

test('a NATS that is killed and comes back without anything it had stored costs nobody more than the outage', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats } = cluster;
  await load.untilMore(150);
  await nats.kill();
  await delay(outageMs);
  await nats.start({ wipe: true });
  expect(await load.untilAllAnswer()).toBeLessThan(takeoverMsMax);
  await load.untilMore(150);
  expect(seats.map(({ node }) => node.hasEnded)).toEqual([false, false, false]);
  expect(await cluster.check()).toEqual([]);
});

test('a Postgres that is away for longer than the leases ends no node', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats, leaseMs } = cluster;
  await load.untilMore(150);
  await postgres.kill();
  await delay(outageMs);
  await postgres.start();
  expect(await load.untilAllAnswer()).toBeLessThan(leaseMs + takeoverMsMax);
  await load.untilMore(150);
  expect(seats.map(({ node }) => node.hasEnded)).toEqual([false, false, false]);
  expect(await cluster.check()).toEqual([]);
});

test('slow ways cost time and nothing else', async () => {
  cluster = await startCluster({ postgres, nats });
  const { load, seats } = cluster;
  await load.untilMore(100);
  seats[0].toPostgres.delay(100);
  seats[1].toNats.delay(150);
  await load.untilMore(150);
  seats[0].toPostgres.mend();
  seats[1].toNats.mend();
  expect(await cluster.check()).toEqual([]);
});
