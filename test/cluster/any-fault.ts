/** All that can happen to a cluster, one thing after the other and several at once, from a seed. */

import { setTimeout as delay } from 'node:timers/promises';
import type { NatsServer, PostgresServer } from '#test/servers';
import type { Seat, TestCluster } from './test-cluster.ts';

interface Surroundings {
  readonly cluster: TestCluster;
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly chance: () => number;
}

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
export const chanceFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Troubles a node for so long, and ends the trouble. */
type Fault = (seat: Seat, ms: number, others: Surroundings) => Promise<void>;

const faults: Readonly<Record<string, Fault>> = {
  kill: async ({ node }) => node.kill(),
  stop: async ({ node }) => node.stop(),
  async freeze({ node }, ms) {
    node.freeze();
    await delay(ms);
    node.wake();
  },
  async block({ node }, ms) {
    node.tell({ type: 'block', ms });
    await delay(ms);
  },
  async 'no NATS'({ toNats }, ms) {
    toNats.hold('requests', 'answers');
    await delay(ms);
    toNats.mend();
  },
  async 'NATS in one direction'({ toNats }, ms, { chance }) {
    toNats.hold(chance() < 0.5 ? 'requests' : 'answers');
    await delay(ms);
    toNats.mend();
  },
  async 'no Postgres'({ toPostgres }, ms) {
    toPostgres.hold('requests', 'answers');
    await delay(ms);
    toPostgres.mend();
  },
  async 'Postgres in one direction'({ toPostgres }, ms, { chance }) {
    toPostgres.hold(chance() < 0.5 ? 'requests' : 'answers');
    await delay(ms);
    toPostgres.mend();
  },
  async 'refused by Postgres'({ toPostgres }, ms) {
    toPostgres.refuse();
    await delay(ms);
    toPostgres.mend();
  },
  async slow({ toPostgres, toNats }, ms) {
    toPostgres.delay(60);
    toNats.delay(60);
    await delay(ms);
    toPostgres.mend();
    toNats.mend();
  },
  async drained({ name }, ms, { cluster }) {
    const [asked] = cluster.living();
    asked?.tell({ type: 'drain', node: name, isLeaving: true });
    await delay(ms);
    asked?.tell({ type: 'drain', node: name, isLeaving: false });
  },
  async 'NATS killed'(_seat, ms, { nats }) {
    await nats.kill();
    await delay(ms);
    await nats.start({ wipe: true });
  },
  async 'Postgres killed'(_seat, ms, { postgres }) {
    await postgres.kill();
    await delay(ms);
    await postgres.start();
  },
};

/** Nothing happens for so long between two. */
const quietMsMax = 1_500;

/** Does what the seed says for so long; at its end everything works and all nodes are there. What was done, in words. */
export const disturb = async (surroundings: Surroundings, ms: number): Promise<readonly string[]> => {
  const { cluster, chance } = surroundings;
  const done: string[] = [];
  const until = performance.now() + ms;
  const names = Object.keys(faults);
  const restart = async (): Promise<void> => {
    for (const seat of cluster.seats) if (seat.node.hasEnded) await seat.start();
  };
  const oneOf = <T>(list: readonly T[], otherwise: T): T => list[Math.floor(chance() * list.length)] ?? otherwise;
  const trouble = async (seat: Seat): Promise<void> => {
    const name = oneOf(names, 'kill');
    const faultMs = 200 + Math.floor(chance() ** 2 * 2.5 * cluster.leaseMs);
    done.push(`${name} ${seat.name} ${faultMs}`);
    await faults[name]?.(seat, faultMs, surroundings);
  };
  while (performance.now() < until) {
    const first = oneOf(cluster.seats, cluster.seats[0]);
    // Two at once now and then, of different nodes; a server is killed by one of them alone.
    const second = chance() < 0.3 ? (cluster.seats.find((seat) => seat !== first) ?? null) : null;
    await Promise.all([
      trouble(first),
      second === null ? null : faults['freeze']?.(second, 1.5 * cluster.leaseMs, surroundings),
    ]);
    if (second !== null) done.push(`with freeze ${second.name}`);
    await restart();
    await delay(chance() * quietMsMax);
  }
  await cluster.load.untilAllAnswer();
  return done;
};
