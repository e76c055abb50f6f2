/** All faults in any order. SOAK_SECONDS and SOAK_SEED (`npm run test:soak`) for more of it, or for the same again. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startNats, startPostgres } from '#test/servers';
import type { NatsServer, PostgresServer } from '#test/servers';
import { chanceFrom, disturb } from './any-fault.ts';
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

const secondsMax = 3_600;
const seconds = Math.min(secondsMax, Number(process.env['SOAK_SECONDS'] ?? 60));
const seed = Number(process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 1e9));

test(
  `whatever happens to it, a cluster loses and doubles nothing (seed ${seed})`,
  async () => {
    const chance = chanceFrom(seed);
    cluster = await startCluster({ postgres, nats });
    const done = await disturb({ cluster, postgres, nats, chance }, seconds * 1_000);
    const wrong = await cluster.check();
    expect(wrong.length === 0 ? [] : [`seed ${seed}`, ...done, ...wrong]).toEqual([]);
  },
  seconds * 1_000 + 120_000,
);
