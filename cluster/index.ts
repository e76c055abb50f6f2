/** The door of the cluster: what links nodes to each other, and keeps each in its place. */

export type { ClusterEvent } from './cluster-event.ts';
export { openNats } from './nats.ts';
export type { Nats, NatsOptions } from './nats.ts';
export { openCluster } from './open-cluster.ts';
export type { Cluster, ClusterView, NodeView } from './open-cluster.ts';
export type { NodeLoad } from './beats.ts';
export type { PlacementSettings } from './placement.ts';
