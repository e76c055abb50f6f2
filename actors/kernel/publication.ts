/** What actors tell to those who watch them, and the port over which it goes. */

/** Made from an event: its offset is the event's place in the actor's journal, so it can be had again later. */
export interface JournalPublication {
  readonly channel: string;
  /** The event's sequence number. */
  readonly offset: number;
  /** The event's time, milliseconds UTC. */
  readonly at: number;
  readonly data: unknown;
}

/** Made in passing (progress, quotes): whoever is not there misses it. */
export interface VolatilePublication {
  readonly channel: string;
  /** Of publications with one key only the latest matters. */
  readonly key: string;
  readonly data: unknown;
}

export type Publication = JournalPublication | VolatilePublication;

/** Where publications go: in one process a bus, in a cluster NATS. Must not throw or block. */
export interface Publisher {
  publish(publication: Publication): void;
}
