/** The door of the cluster: what links nodes to each other, and to those outside. */

export { openNats } from './nats.ts';
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
