/** The door of the cluster: what links nodes to each other. */

export { openNats } from './nats.ts';
export type { Nats, NatsOptions } from './nats.ts';
