/** The cluster as Prometheus sees it from this node. */

import { Gauge } from 'prom-client';
import type { ClusterNodes, ClusterReport } from '#ports';
import { gaugeOf } from './gauge.ts';
import { nodeStateOf, nodeStates } from './schemas/nodes.ts';

export const clusterGauges = (nodes: ClusterNodes): readonly Gauge[] => {
  const single = (name: string, help: string, value: (report: ClusterReport) => number): Gauge =>
    gaugeOf(name, help, () => value(nodes.report()));
  return [
    new Gauge({
      name: 'cluster_nodes',
      help: 'Nodes of the cluster; lapsed: what they had may be claimed',
      labelNames: ['state'],
      registers: [],
      collect() {
        const states = nodes.report().nodes.map(nodeStateOf);
        for (const state of nodeStates) this.set({ state }, states.filter((one) => one === state).length);
      },
    }),
    single(
      'cluster_shards_owned',
      'Shards of this node',
      (report) => report.nodes.find(({ isSelf }) => isSelf)?.shards ?? 0,
    ),
    single('cluster_shards_unowned', 'Shards that nobody alive has', ({ unownedShards }) => unownedShards),
    single('cluster_messages_parked', 'Messages that wait for an owner', ({ parkedMessages }) => parkedMessages),
    new Gauge({
      name: 'cluster_link_backlog_bytes',
      help: 'On the way from this node to another',
      labelNames: ['node'],
      registers: [],
      collect() {
        // Nodes that have gone are no more on anybody's way.
        this.reset();
        for (const { node, link, isLapsed } of nodes.report().nodes)
          if (link !== null && !isLapsed) this.set({ node }, link.backlogBytes);
      },
    }),
  ];
};
