/** The door of the cluster: what links nodes to each other and keeps each in its place, and what those outside hear. */

export type { ClusterEvent } from './cluster-event.ts';
export { openNats } from './nats.ts';
export { openCluster } from './open-cluster.ts';
export type { Cluster, ClusterView, NodeView } from './open-cluster.ts';
export type { NodeLoad } from './beats.ts';
export type { PlacementSettings } from './placement.ts';
export type { Nats, NatsOptions, StoringNats } from './nats.ts';
export { createEventPublisher } from './events/event-publisher.ts';
export type {
  EventMapping,
  EventPublisher,
  EventPublisherOptions,
  OutgoingMessage,
  PublishingEvent,
  PublishingStatus,
} from './events/event-publisher.ts';
export { eventStreamName } from './events/event-stream.ts';
export type { EventStreamOptions } from './events/event-stream.ts';
export { memoryClusterConfig } from './config/memory-config.ts';
export { openClusterConfig } from './config/nats-config.ts';
export type { ClusterConfigOptions } from './config/nats-config.ts';
export type {
  ClusterConfig,
  ConfigReport,
  SettingChange,
  SettingOutcome,
  SettingView,
} from './config/cluster-config.ts';
export { clusterSettings } from './config/settings.ts';
export type { ClusterSettingName, ClusterSettingValue } from './config/settings.ts';
