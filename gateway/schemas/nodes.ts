/** Nodes of the cluster as operators see them. */

import { Type } from 'typebox';
import type { ClusterNodes, ClusterReport, NodeReport } from '#ports';
import { instantOf } from '../wire.ts';
import { choice, Instant, nullable } from './basics.ts';

const Load = Type.Object({
  ageMs: Type.Number({ description: 'How long ago it has said so' }),
  actors: Type.Integer({ description: 'Actors in memory' }),
  mailboxMessages: Type.Integer(),
  cpu: Type.Number({ description: 'Of one core, over the last second: 1 is one core in full use' }),
  memoryBytes: Type.Number(),
  backtestsRunning: Type.Integer(),
});

const Link = Type.Object({
  backlogBytes: Type.Integer({ description: 'On the way to it from the node that answers' }),
  isStalled: Type.Boolean({ description: 'It does not acknowledge what it is told.' }),
});

export const ClusterNode = Type.Object(
  {
    name: Type.String({ description: 'The same after a restart' }),
    incarnation: Type.String({ description: 'One run of the program' }),
    isSelf: Type.Boolean({ description: 'The one that answers' }),
    state: choice(['active', 'leaving', 'cut-off', 'lapsed'], {
      description:
        'leaving: it gives away what it has; cut-off: the others do not reach it, and have what it had; lapsed: others may claim it.',
    }),
    roles: Type.Array(Type.String()),
    weight: Type.Number({ description: 'Its share of the actors, against those of the others' }),
    runners: Type.Integer({ description: 'Backtests that it runs at once' }),
    version: Type.String(),
    address: nullable(Type.String()),
    joinedAt: Instant,
    shards: Type.Integer(),
    load: nullable(Load),
    link: nullable(Link),
  },
  { title: 'ClusterNode' },
);

export const Cluster = Type.Object(
  {
    isCluster: Type.Boolean({ description: 'false: the program is alone.' }),
    isNatsConnected: Type.Boolean(),
    unownedShards: Type.Integer({ description: 'Shards that nobody alive has: their actors wait.' }),
    unownedRoles: Type.Array(Type.String(), {
      description: 'Roles of those shards: no node with it is there, or it has not claimed them yet.',
    }),
    parkedMessages: Type.Integer({ description: 'Messages that wait for a shard to have an owner' }),
    outstandingAsks: Type.Integer({ description: 'Of other nodes, not answered yet' }),
    nodes: Type.Array(ClusterNode),
  },
  { title: 'Cluster' },
);

export const nodeStates = ['active', 'leaving', 'cut-off', 'lapsed'] as const;

export const nodeStateOf = ({ isLapsed, isLeaving, isCutOff }: NodeReport): (typeof nodeStates)[number] => {
  if (isLapsed) return 'lapsed';
  if (isCutOff) return 'cut-off';
  return isLeaving ? 'leaving' : 'active';
};

export const clusterOnWire = ({ isCluster }: ClusterNodes, { nodes, ...totals }: ClusterReport, now: number) => ({
  isCluster,
  ...totals,
  nodes: nodes.map((node) => nodeOnWire(node, now)),
});

export const nodeOnWire = (report: NodeReport, now: number) => {
  const { node, joinedMsAgo, isLeaving: _, isLapsed: __, isCutOff: ___, ...rest } = report;
  return { name: node, ...rest, state: nodeStateOf(report), joinedAt: instantOf(now - joinedMsAgo) };
};
