/** Three nodes on one database and one NATS, each with ways to both that can be cut, and a load on their purses. */

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { NatsServer, PostgresServer } from '#test/servers';
import { openWay } from '#test/way';
import type { Way } from '#test/way';
import { startLoad } from './load.ts';
import type { Load } from './load.ts';
import { startNode } from './node-process.ts';
import type { NodeProcess } from './node-process.ts';
import type { NodeOptions } from './node-program.ts';

/** A place for runs of a node, one after the other. */
export interface Seat {
  readonly name: string;
  readonly toPostgres: Way;
  readonly toNats: Way;
  /** The run that is there now, or was last. */
  readonly node: NodeProcess;
  /** After its end; resolves when it is ready. */
  start(options?: Partial<NodeOptions>): Promise<void>;
}

export interface TestCluster {
  readonly seats: readonly [Seat, Seat, Seat];
  readonly load: Load;
  readonly leaseMs: number;
  living(): readonly NodeProcess[];
  /** Resolves when all living nodes agree that they have all shards, each of them its part. */
  settled(): Promise<void>;
  /** Ends the load, and tells all that is wrong. */
  check(): Promise<readonly string[]>;
  end(): Promise<void>;
}

export interface TestClusterOptions {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly leaseMs?: number;
  readonly chance?: () => number;
  readonly node?: Partial<NodeOptions>;
}

const pollMs = 50;
const settledMsMax = 30_000;

export const startCluster = async (options: TestClusterOptions): Promise<TestCluster> => {
  const { postgres, nats, leaseMs = 2_000, chance = Math.random } = options;
  const databaseUrl = await postgres.database();
  const sit = async (name: string): Promise<Seat> => {
    const [toPostgres, toNats] = await Promise.all([openWay(databaseUrl), openWay(nats.url)]);
    const begin = (changes: Partial<NodeOptions>): Promise<NodeProcess> =>
      startNode({
        databaseUrl: toPostgres.url,
        natsUrl: toNats.url,
        node: name,
        leaseMs,
        roles: ['actors'],
        version: '1',
        settleMs: 100,
        movesPerRound: 1_024,
        skewMs: 0,
        ...options.node,
        ...changes,
      });
    let node = await begin({});
    return {
      name,
      toPostgres,
      toNats,
      get node() {
        return node;
      },
      async start(changes = {}) {
        node = await begin(changes);
      },
    };
  };
  const seats = await Promise.all([sit('one'), sit('two'), sit('three')]);
  const living = (): readonly NodeProcess[] => seats.map(({ node }) => node).filter(({ hasEnded }) => !hasEnded);
  const settled = async (): Promise<void> => {
    const began = performance.now();
    while (!(await isSettled(living()))) {
      if (performance.now() - began > settledMsMax) throw new Error(await whyUnsettled(living()));
      await delay(pollMs);
    }
  };
  await settled();
  const load = startLoad({ living, chance });
  return {
    seats,
    load,
    leaseMs,
    living,
    settled,
    async check() {
      await load.end();
      await untilDelivered(databaseUrl);
      return load.checker.check(databaseUrl, await load.views());
    },
    async end() {
      for (const { node } of seats) {
        node.wake();
        await node.kill();
      }
      for (const { toPostgres, toNats } of seats) {
        toPostgres.close();
        toNats.close();
      }
    },
  };
};

const isSettled = async (nodes: readonly NodeProcess[]): Promise<boolean> => {
  const views = await Promise.all(nodes.map((node) => node.view().catch(() => null)));
  return views.every((view) => {
    if (view === null || view.unownedShards > 0) return false;
    const alive = view.nodes.filter(({ isLapsed }) => !isLapsed);
    return alive.length === nodes.length && alive.every(({ shards, isLeaving }) => isLeaving === (shards === 0));
  });
};

const whyUnsettled = async (nodes: readonly NodeProcess[]): Promise<string> =>
  `The nodes do not agree: ${JSON.stringify(await Promise.all(nodes.map((node) => node.view().catch(() => null))))}`;

/** What was sent between purses arrives by itself; much later than this is lost. */
const deliveredWithinMs = 20_000;

const untilDelivered = async (url: string): Promise<void> => {
  const until = performance.now() + deliveredWithinMs;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    while (performance.now() < until) {
      const { rows } = await client.query('SELECT FROM journal.outbox LIMIT 1');
      if (rows.length === 0) return;
      await delay(pollMs);
    }
  } finally {
    await client.end();
  }
};
