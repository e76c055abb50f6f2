/** A node of a cluster as it is reported, for tests. */

import type { ClusterReport, NodeReport } from '#ports';

export const nodeReport = (node: string, more: Partial<NodeReport> = {}): NodeReport => ({
  node,
  incarnation: `${node}1`,
  roles: ['actors', 'gateway', 'runner'],
  weight: 1,
  runners: 2,
  version: '1.0.0',
  address: `http://${node}:8080`,
  joinedMsAgo: 60_000,
  isLeaving: false,
  isCutOff: false,
  isLapsed: false,
  isSelf: false,
  shards: 8,
  load: null,
  link: null,
  ...more,
});

export const clusterReport = (nodes: readonly NodeReport[], more: Partial<ClusterReport> = {}): ClusterReport => ({
  nodes,
  unownedShards: 0,
  unownedRoles: [],
  isNatsConnected: true,
  parkedMessages: 0,
  outstandingAsks: 0,
  ...more,
});
