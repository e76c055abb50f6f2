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
