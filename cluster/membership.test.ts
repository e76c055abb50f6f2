/** How often a node looks who is there, with few others and with many, on a clock that is moved. */

import { getEventListeners } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { allShards, shardCount } from '#kernel';
import type { ActorHost, SeenOwnership } from '#kernel';
import { VirtualClock } from '#kernel/testing';
import { openCluster } from './open-cluster.ts';
import { memberOf } from './testing/member.ts';
import { MemoryNatsServer } from './testing/memory-nats.ts';

const noActors: ActorHost = {
  isHere: () => true,
  adopt: () => {},
  release: () => Promise.resolve(),
  ask: () => null,
  tell: () => false,
  say: () => {},
  operate: () => null,
};

let end: () => Promise<void> = () => Promise.resolve();
afterEach(() => end());

/** One node among so many, who are all the same all the time: the last one has all shards. */
const startAmong = async (count: number, roles: readonly string[] = []) => {
  const clock = new VirtualClock();
  const members = Array.from({ length: count }, (_, i) => memberOf(`node${i}`));
  const owners = Array.from({ length: shardCount }, (): string | null => `node${count - 1}`);
  let version = 1;
  const looks: (SeenOwnership | null)[] = [];
  let isEnded = false;
  const cluster = openCluster({
    nats: new MemoryNatsServer(clock).connect(),
    ownership: {
      incarnation: 'node0',
      look(seen) {
        looks.push(seen);
        const isKnown = seen?.membersTag === 'same';
        const nobody = isEnded ? [] : members;
        return Promise.resolve({
          membersTag: isEnded ? 'ended' : 'same',
          members: isKnown && !isEnded ? null : nobody,
          version,
          owners: seen?.version === version ? null : owners,
        });
      },
      claim: () => Promise.resolve([]),
      release: () => Promise.resolve(),
      cutOff: () => Promise.resolve(),
      leave: () => Promise.resolve(),
    },
    name: 'test',
    shardsOf: () => allShards,
    roles,
    clock,
    settings: () => ({ movesPerRound: 1, settleMs: 0, isRebalancing: false }),
    load: () => ({ actors: 0, mailboxMessages: 0, cpu: 0, memoryBytes: 0, backtestsRunning: 0 }),
    report: () => {},
  });
  const stopping = new AbortController();
  const started = Promise.withResolvers<void>();
  const run = cluster.attach(noActors).run({ signal: stopping.signal, started: () => started.resolve() });
  await started.promise;
  end = async () => {
    isEnded = true;
    stopping.abort();
    await run;
    cluster.close();
  };
  return {
    cluster,
    looks,
    /** Whose it is from now on, as the next look shows. */
    give(shard: number, owner: string | null) {
      owners[shard] = owner;
      version++;
    },
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) {
        clock.advance(100);
        await new Promise(setImmediate);
      }
    },
  };
};

test('among few, a node looks every second, and asks for nothing that it has seen', async () => {
  const { cluster, looks, pass } = await startAmong(3);
  await pass(30_000);
  expect(looks.length).toBeGreaterThanOrEqual(26);
  expect(looks.length).toBeLessThanOrEqual(31);
  expect(looks.map((seen) => seen?.membersTag ?? null)).toEqual([null, ...looks.slice(1).map(() => 'same')]);
  // What is not told again is still known, and grows older.
  expect(cluster.view().nodes).toHaveLength(3);
  expect(cluster.view().nodes[1]?.joinedMsAgo).toBeGreaterThanOrEqual(29_900);
});

test('among a thousand, it looks every five seconds, and at once where somebody has a reason', async () => {
  const { cluster, looks, pass } = await startAmong(1_000);
  await pass(30_000);
  expect(looks.length).toBeGreaterThanOrEqual(6);
  expect(looks.length).toBeLessThanOrEqual(7);
  await cluster.drain('node7', true);
  const before = looks.length;
  await pass(100);
  expect(looks.length).toBe(before + 1);
});

test('whoever waits for a shard, however long, is told of its end, and leaves nothing behind', async () => {
  const { cluster, pass } = await startAmong(3);
  const waiting = new AbortController();
  const listeners = () => getEventListeners(waiting.signal, 'abort').length;
  // The actors of this test say that every shard is here.
  await cluster.whenHas(7, true, waiting.signal);
  expect(listeners()).toBe(0);
  const never = cluster.whenHas(7, false, waiting.signal);
  await pass(30_000);
  expect(listeners()).toBe(1);
  waiting.abort();
  await never;
  expect(listeners()).toBe(0);
});

test('whoever waits for all shards hears what is missing whenever that changes, until nothing is', async () => {
  const roles = Array.from({ length: shardCount }, (_, shard) => (shard < 512 ? 'trading' : 'users'));
  const { cluster, give, pass } = await startAmong(2, roles);
  give(3, 'gone');
  give(600, 'gone');
  await pass(2_000);
  expect(cluster.view().unownedRoles).toEqual(['trading', 'users']);
  const told: (readonly string[])[] = [];
  const owned = cluster.whenAllOwned((missing) => told.push(missing), new AbortController().signal);
  await pass(5_000);
  give(600, 'node1');
  await pass(5_000);
  give(3, 'node1');
  await pass(2_000);
  await owned;
  expect(told).toEqual([['trading', 'users'], ['trading']]);
});
