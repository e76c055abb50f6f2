/** Puts the parts of the cluster together: what links this node to the others, and keeps its place among them. */

import { Outage } from '#kernel';
import type { ActorHost, Bus, Clock, Member, Ownership, Routing, Service, ShardRange } from '#kernel';
import { Beats } from './beats.ts';
import type { Beat, NodeLoad } from './beats.ts';
import type { ReportCluster } from './cluster-event.ts';
import { ClusterBus } from './cluster-bus.ts';
import { Membership } from './membership.ts';
import type { Nats } from './nats.ts';
import { Peers } from './peers.ts';
import type { LinkView } from './peers.ts';
import { everyRole } from './placement.ts';
import type { PlacementSettings } from './placement.ts';
import { Router } from './router.ts';
import { ShardMap } from './shard-map.ts';

export interface ClusterOptions {
  readonly nats: Nats;
  readonly ownership: Ownership;
  /** Of the journal: nodes with one journal are one cluster, whatever else is on the server. */
  readonly name: string;
  /** Of a kind's actors. */
  readonly shardsOf: (kind: string) => ShardRange;
  /** By shard, the role of nodes that may have it, beside that of all of them. */
  readonly roles: readonly string[];
  readonly clock: Clock;
  readonly settings: () => PlacementSettings;
  readonly load: () => Omit<NodeLoad, 'shards'>;
  readonly report: ReportCluster;
}

export interface NodeView extends Member {
  readonly isSelf: boolean;
  readonly shards: number;
  /** Null where it has not been heard. */
  readonly beat: Beat | null;
  /** From this node to it; null where nothing has been said. */
  readonly link: LinkView | null;
}

export interface ClusterView {
  readonly nodes: readonly NodeView[];
  /** Shards that nobody alive has. */
  readonly unownedShards: number;
  /** What they are of: a node that does it is missing, or has not claimed them yet. */
  readonly unownedRoles: readonly string[];
  readonly ownershipVersion: number | null;
  readonly isNatsConnected: boolean;
  /** Messages that wait for a shard to have an owner, and asks that wait for an answer of another node. */
  readonly parkedMessages: number;
  readonly outstandingAsks: number;
}

export interface Cluster {
  readonly incarnation: string;
  /** For the actor system, which is then given to `attach`. */
  readonly routing: Routing;
  readonly bus: Bus;
  /** To hang on the tree when the actors are there; its end gives away what this node has. */
  attach(actors: ActorHost): Service;
  /** Incarnations of all nodes that live; null before the first look. */
  alive(): readonly string[] | null;
  /** Whether the shard is this node's now. */
  has(shard: number): boolean;
  /** Resolves when the shard is this node's, or when it is not; at once when it is so now, and when the signal aborts. */
  whenHas(shard: number, isWanted: boolean, signal: AbortSignal): Promise<void>;
  /**
   * Resolves when every shard has an owner, and when the signal aborts; whoever waits is told of which roles some have
   * none, whenever that changes.
   */
  whenAllOwned(onWait: (roles: readonly string[]) => void, signal: AbortSignal): Promise<void>;
  readonly ownShards: () => readonly number[];
  /** Called whenever shards have become this node's, or a node is gone; returns how to stop it. */
  onTakeover(listener: () => void): () => void;
  view(): ClusterView;
  /** Whether this node can't be reached, and others can. */
  isCutOff(): boolean;
  /** A node, by its name or incarnation, is to give away what it has, or may have shards again; false for none of that name. */
  drain(node: string, isLeaving: boolean): Promise<boolean>;
  close(): void;
}

/** A node that ends tries so long to give away its shards; then its lease ends, and others take them. */
const leaveMsMax = 20_000;

export const openCluster = (options: ClusterOptions): Cluster => {
  const { nats, ownership, shardsOf, roles, clock, report, settings } = options;
  const self = ownership.incarnation;
  const prefix = `xt.${options.name}`;
  const map = new ShardMap(self);
  let membership: Membership | null = null;
  let actorsHere: ActorHost | null = null;
  const takeovers = new Set<() => void>();
  const takenOver = (): void => {
    for (const tell of takeovers) tell();
  };
  const changes = new Set<() => void>();
  const changed = (): void => {
    for (const tell of changes) tell();
  };
  /** Looked at with every change: however long somebody waits, one listener is kept for it. */
  const until = async (isSo: () => boolean, signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (signal.aborted || isSo()) resolve();
    };
    changes.add(look);
    signal.addEventListener('abort', look, { once: true });
    look();
    await promise;
    changes.delete(look);
    signal.removeEventListener('abort', look);
  };
  const has = (shard: number): boolean => actorsHere?.isHere(shard) === true;
  const lookSoon = (): void => membership?.lookSoon();
  const router = new Router({ map, shardsOf, clock, report, lookSoon, onLost: changed });
  const peers = new Peers({
    nats,
    clock,
    prefix,
    self,
    receive: (from, frame) => router.receive(from, frame),
    // Those that are not known yet are heard: they may have come since the last look.
    isGone: (incarnation) => map.hasEnded(incarnation),
    nameOf: (incarnation) => map.member(incarnation)?.node ?? incarnation,
    report,
  });
  const bus = new ClusterBus({ nats, prefix });
  const beats = new Beats({
    nats,
    clock,
    prefix,
    self,
    load: () => ({ ...options.load(), shards: map.own.length }),
    nodes: () => map.members.length,
    onSilence: lookSoon,
    onInterrupted: () => {
      bus.interrupted();
    },
  });
  return {
    incarnation: self,
    routing: router,
    bus,
    attach(host) {
      actorsHere = {
        ...host,
        adopt(shards) {
          host.adopt(shards);
          takenOver();
          changed();
        },
        release(shards) {
          const released = host.release(shards);
          changed();
          return released;
        },
      };
      router.attach(peers, actorsHere);
      membership = new Membership({
        ownership,
        map,
        router,
        peers,
        actors: actorsHere,
        roles,
        clock,
        settings,
        isLinked: () => nats.isConnected,
        report: (event) => {
          report(event);
          if (event.type === 'member-gone') takenOver();
        },
        onLook: changed,
        leaveMsMax,
      });
      return membership.service;
    },
    alive: () => (map.version === null ? null : map.living.map(({ incarnation }) => incarnation)),
    has,
    whenHas: (shard, isWanted, signal) => until(() => has(shard) === isWanted, signal),
    whenAllOwned(onWait, signal) {
      let told = '';
      return until(() => {
        const { unownedRoles } = ownersOf(map, roles);
        if (map.version !== null && unownedRoles.length === 0) return true;
        if (unownedRoles.join() !== told) onWait(unownedRoles);
        told = unownedRoles.join();
        return false;
      }, signal);
    },
    ownShards: () => map.own,
    onTakeover: (listener) => {
      takeovers.add(listener);
      return () => {
        takeovers.delete(listener);
      };
    },
    isCutOff: () =>
      map.member(map.self)?.isCutOff === true &&
      map.living.some(({ incarnation, isCutOff }) => incarnation !== map.self && !isCutOff),
    view: () => viewOf({ map, roles, peers, beats, router, nats, now: clock.now() }),
    async drain(name, isLeaving) {
      const node = map.find(name);
      if (node === null) return false;
      if (map.version === null) throw new Outage('storage-away', 'Who is there is not known yet: nothing was done.');
      await ownership.leave(isLeaving, node.incarnation);
      lookSoon();
      return true;
    },
    close() {
      beats.close();
      router.close();
      peers.close();
    },
  };
};

interface Parts {
  readonly map: ShardMap;
  readonly roles: readonly string[];
  readonly peers: Peers;
  readonly beats: Beats;
  readonly router: Router;
  readonly nats: Nats;
  readonly now: number;
}

const viewOf = ({ map, roles, peers, beats, router, nats, now }: Parts): ClusterView => {
  const { shards, unownedRoles } = ownersOf(map, roles);
  const links = new Map(peers.views().map((link) => [link.incarnation, link]));
  return {
    nodes: map.members.map((member) => ({
      ...member,
      joinedMsAgo: member.joinedMsAgo + now - map.membersAt,
      isSelf: member.incarnation === map.self,
      shards: shards.get(member.incarnation) ?? 0,
      beat: beats.of(member.incarnation),
      link: links.get(member.incarnation) ?? null,
    })),
    unownedShards: shards.get(null) ?? 0,
    unownedRoles,
    ownershipVersion: map.version,
    isNatsConnected: nats.isConnected,
    parkedMessages: router.parkedMessages,
    outstandingAsks: router.outstandingAsks,
  };
};

/** How many shards each living node has, null for nobody, and of which roles nobody has some. */
const ownersOf = (map: ShardMap, roles: readonly string[]) => {
  const shards = new Map<string | null, number>();
  const unowned = new Set<string>();
  for (let shard = 0; shard < map.owners.length; shard++) {
    const owner = map.ownerOf(shard);
    shards.set(owner, (shards.get(owner) ?? 0) + 1);
    if (owner === null) unowned.add(roles[shard] ?? everyRole);
  }
  return { shards, unownedRoles: [...unowned] };
};
