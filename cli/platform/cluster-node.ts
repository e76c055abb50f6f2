/** This program as a node of a cluster: its links to the others, and what runs on one node alone. */

import { hostname } from 'node:os';
import { openCluster, openClusterConfig } from '#cluster';
import type { Cluster, ClusterConfig, PlacementSettings, StoringNats } from '#cluster';
import { kindsOf, patient, shardOf, untilAborted } from '#kernel';
import type { ActorSystem, Clock, NodeFacts, Service, Supervision } from '#kernel';
import type { PostgresJournal } from '#persistence';
import type { ClusterNodes } from '#ports';
import type { Logger } from './log.ts';
import { logClusterEvent, logConfigEvent } from './log.ts';
import { hasActors } from './platform-settings.ts';
import type { PlatformSettings } from './platform-settings.ts';

/** What the others are told of this node; null where it is alone. */
export const memberOf = (settings: PlatformSettings, version: string): NodeFacts | null =>
  settings.natsUrl === null ? null : factsOf(settings, version);

export const factsOf = (settings: PlatformSettings, version: string): NodeFacts => ({
  node: settings.node ?? `${hostname()}:${settings.port === 0 ? process.pid : settings.port}`,
  roles: settings.roles,
  weight: hasActors(settings.roles) ? settings.weight : 0,
  runners: settings.roles.includes('runner') ? settings.runners : 0,
  version,
  // Where it may take any port, others are not told: it has none before it listens.
  address:
    settings.roles.includes('gateway') && settings.port !== 0
      ? `http://${settings.host === '0.0.0.0' ? hostname() : settings.host}:${settings.port}`
      : null,
});

export interface ClusterNodeNeeds {
  readonly nats: StoringNats;
  readonly journal: PostgresJournal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly backtestsRunning: () => number;
}

export interface ClusterNode {
  /** Its service hangs on the tree with the rest. */
  readonly config: ClusterConfig;
  readonly cluster: Cluster;
  readonly nodes: ClusterNodes;
  /** To hang on the tree when the actors are there, before whatever needs them. */
  supervision(system: ActorSystem): Supervision;
  close(): void;
}

export const joinCluster = ({ nats, journal, clock, log, backtestsRunning }: ClusterNodeNeeds): ClusterNode => {
  const { ownership } = journal;
  if (ownership === null) throw new Error('The journal of a member has a part in its ownership.');
  const config = openClusterConfig(nats, { clock, report: (event) => logConfigEvent(log, event) });
  let system: ActorSystem | null = null;
  const use = cpuUse();
  const actors = actorsLoad(clock);
  const cluster = openCluster({
    nats,
    ownership,
    name: journal.epoch,
    shardsOf: journal.shardsOf,
    roles: journal.roles,
    clock,
    settings: () => placementOf(config),
    load: () => ({
      ...actors(system),
      cpu: use(),
      memoryBytes: process.memoryUsage.rss(),
      backtestsRunning: backtestsRunning(),
    }),
    report: (event) => logClusterEvent(log, event),
  });
  return {
    config,
    cluster,
    nodes: nodesOf(cluster),
    supervision(running) {
      system = running;
      return {
        name: 'cluster',
        strategy: 'one-for-one',
        // Without the database it looks again, and again; the end of the lease is the journal's to tell.
        intensity: patient,
        children: [config.service, cluster.attach(running.host)],
      };
    },
    close: () => cluster.close(),
  };
};

const placementOf = (config: ClusterConfig): PlacementSettings => ({
  movesPerRound: config.get('placement.movesPerRound'),
  settleMs: config.get('placement.settleSeconds') * 1_000,
  isRebalancing: config.get('placement.rebalancing') === 'on',
});

/** All actors are looked at for it. */
const countedEveryMs = 5_000;

/** What the actors of this node have to do, as it was a moment ago. */
const actorsLoad = (clock: Clock) => {
  let counted = { actors: 0, mailboxMessages: 0 };
  let countedAt = -Infinity;
  return (system: ActorSystem | null) => {
    if (system === null || clock.now() - countedAt < countedEveryMs) return counted;
    countedAt = clock.now();
    const kinds = kindsOf(system.inspect());
    counted = {
      actors: kinds.reduce((sum, { resident }) => sum + resident, 0),
      mailboxMessages: kinds.reduce((sum, kind) => sum + kind.mailboxMessages, 0),
    };
    return counted;
  };
};

/** Of one core, since it was asked last. */
const cpuUse = (): (() => number) => {
  let before = { used: process.cpuUsage(), at: performance.now() };
  return () => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(before.used);
    const share = (user + system) / 1_000 / Math.max(1, now - before.at);
    before = { used: process.cpuUsage(), at: now };
    return Math.round(share * 1_000) / 1_000;
  };
};

const nodesOf = (cluster: Cluster): ClusterNodes => ({
  isCluster: true,
  report: () => {
    const { nodes, ...others } = cluster.view();
    return {
      ...others,
      nodes: nodes.map(({ beat, link, ...node }) => ({
        ...node,
        load: beat === null ? null : { ...beat.load, ageMs: beat.ageMs },
        link: link === null ? null : { backlogBytes: link.backlogBytes, isStalled: link.isStalled },
      })),
    };
  },
  drain: (node, isLeaving) => cluster.drain(node, isLeaving),
});

/**
 * A service that runs on one node of the cluster at a time: on that which has a shard, any if nothing else is said.
 * When another node gets the shard it begins there; for a moment it may run on both, or on none.
 */
export const onOneNode = (cluster: Cluster | null, service: Service, shard = shardOf(service.name)): Service => {
  if (cluster === null) return service;
  return {
    ...service,
    restart: 'permanent',
    async run({ signal, started }) {
      started();
      while (!signal.aborted) {
        await cluster.whenHas(shard, true, signal);
        if (signal.aborted) return;
        const turn = new AbortController();
        const end = (): void => turn.abort();
        signal.addEventListener('abort', end, { once: true });
        const lost = cluster.whenHas(shard, false, turn.signal).then(end);
        try {
          await service.run({ signal: turn.signal, started: () => {} });
          // Its work is done, as long as it is this node's.
          if (service.restart === 'transient') await untilAborted(turn.signal);
          else if (!turn.signal.aborted) throw new Error(`${service.name} has ended by itself.`);
        } finally {
          signal.removeEventListener('abort', end);
          end();
          await lost;
        }
      }
    },
  };
};

/** What is to be done again whenever this node has got shards, or another one is gone: for what that had under way. */
export const afterTakeovers = (cluster: Cluster | null, service: Service): Service => {
  if (cluster === null) return service;
  return {
    ...service,
    restart: 'permanent',
    async run({ signal, started }) {
      let wanted = Promise.withResolvers<void>();
      const stop = cluster.onTakeover(() => wanted.resolve());
      signal.addEventListener('abort', () => wanted.resolve(), { once: true });
      started();
      try {
        while (!signal.aborted) {
          wanted = Promise.withResolvers<void>();
          await service.run({ signal, started: () => {} });
          await wanted.promise;
        }
      } finally {
        stop();
      }
    },
  };
};
