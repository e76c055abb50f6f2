/** A node that asks or answers, with nothing behind it but NATS: who has the shards is settled beforehand. */

import type { ActorKind, ActorSystem, Command, Member, Ownership } from '#kernel';
import { allShards, shardCount, startActorSystem, systemClock } from '#kernel';
import { MemoryJournal } from '#kernel/testing';
import { openCluster } from '#cluster';
import type { Nats } from '#cluster';
import { endOnTrouble } from './report-trouble.ts';

export interface Double extends Command<number> {
  readonly type: 'Double';
  readonly number: number;
}

export const doubler: ActorKind<Double, null> = {
  name: 'doubler',
  durability: 'volatile',
  initialState: () => null,
  decide: { Double: ({ number }) => ({ reply: number * 2 }) },
  evolve: (state) => state,
  passivateAfterMs: 'never',
};

const names = ['asker', 'answerer'] as const;
type Name = (typeof names)[number];

const member = (incarnation: Name): Member => ({
  incarnation,
  node: incarnation,
  roles: incarnation === 'answerer' ? ['actors'] : ['gateway'],
  weight: 1,
  runners: 0,
  version: '1',
  address: null,
  joinedMsAgo: 0,
  isLeaving: false,
  isCutOff: false,
  isLapsed: false,
});

const settled = (incarnation: Name): Ownership => ({
  incarnation,
  look: () =>
    Promise.resolve({
      members: names.map(member),
      membersTag: '',
      version: 1,
      owners: Array.from({ length: shardCount }, () => 'answerer'),
    }),
  claim: (shards) => Promise.resolve(shards),
  release: () => Promise.resolve(),
  cutOff: () => Promise.resolve(),
  leave: () => Promise.resolve(),
});

/** Resolves when it knows who has what. */
export const startRemoteNode = async (name: Name, nats: Nats): Promise<ActorSystem> => {
  const cluster = openCluster({
    nats,
    ownership: settled(name),
    name: 'bench',
    shardsOf: () => allShards,
    roles: [],
    clock: systemClock,
    settings: () => ({ movesPerRound: 1, settleMs: 0, isRebalancing: false }),
    load: () => ({ actors: 0, mailboxMessages: 0, cpu: 0, memoryBytes: 0, backtestsRunning: 0 }),
    report: () => {},
  });
  const system = startActorSystem({
    kinds: [doubler],
    journal: new MemoryJournal(),
    publisher: { publish: () => {} },
    clock: systemClock,
    report: endOnTrouble,
    cluster: { incarnation: cluster.incarnation, routing: cluster.routing },
  });
  await system.supervise(cluster.attach(system.host));
  return system;
};
