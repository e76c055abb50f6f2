/** A member of a cluster with actors and nothing else of the platform: for programs of tests and benchmarks. */

import { openCluster, openNats } from '#cluster';
import type { Cluster, PlacementSettings, StoringNats } from '#cluster';
import { patient, startActorSystem, systemClock } from '#kernel';
import type { ActorSystem, AnyKind, NodeFacts, Report } from '#kernel';
import { openPostgresJournal } from '#persistence';

export interface MemberOptions {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly facts: Pick<NodeFacts, 'node' | 'roles' | 'version'>;
  readonly leaseMs: number;
  readonly kinds: readonly AnyKind[];
  readonly placement: PlacementSettings;
  readonly report: Report;
  readonly reportCluster: Parameters<typeof openCluster>[0]['report'];
  /** Something can't be mended, such as a lost lease: the process should end. */
  readonly onEscalation: (error: Error) => void;
}

export interface StartedMember {
  readonly system: ActorSystem;
  readonly cluster: Cluster;
  readonly nats: StoringNats;
  /** In order, as SIGTERM does. */
  readonly stop: () => Promise<void>;
}

/** Resolves when it is one of the others; shards come later. */
export const startMember = async (options: MemberOptions): Promise<StartedMember> => {
  const { databaseUrl, natsUrl, facts, leaseMs, kinds, placement, report, reportCluster, onEscalation } = options;
  const { node } = facts;
  const member = { ...facts, weight: 1, runners: 0, address: null };
  const journal = await openPostgresJournal({ url: databaseUrl, node, leaseMs, member });
  if (journal.ownership === null) throw new Error('A member of a cluster has a part in its ownership.');
  const nats = await openNats({ url: natsUrl, name: node });
  const cluster = openCluster({
    nats,
    ownership: journal.ownership,
    name: journal.epoch,
    shardsOf: journal.shardsOf,
    roles: journal.roles,
    clock: systemClock,
    settings: () => placement,
    load: () => ({ actors: 0, mailboxMessages: 0, cpu: 0, memoryBytes: 0, backtestsRunning: 0 }),
    report: reportCluster,
  });
  const system = startActorSystem({
    kinds,
    journal,
    publisher: cluster.bus,
    clock: systemClock,
    report,
    cluster: { incarnation: cluster.incarnation, routing: cluster.routing },
    foundation: [{ name: 'records', strategy: 'one-for-one', intensity: patient, children: journal.services }],
    onEscalation,
  });
  await system.supervise(cluster.attach(system.host));
  return {
    system,
    cluster,
    nats,
    async stop() {
      await system.stop();
      await journal.close();
      cluster.close();
      await nats.close();
    },
  };
};
