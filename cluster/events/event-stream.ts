/** The stream of events for consumers outside. */

import type { StreamSettings } from '../nats-streams.ts';

export interface EventStreamOptions {
  /** Servers that keep it: 1, 3 or 5. */
  readonly replicas?: number;
  readonly bytesMax?: number;
  readonly ageMsMax?: number;
}

export const eventStreamName = 'XT_EVENTS';
const subjects = ['xt.events.>'];

/** A consumer that stays away for longer has missed some, and reads the API instead. */
const ageMsDefault = 7 * 24 * 60 * 60_000;
/** About two million events. */
const bytesDefault = 2 ** 30;
/** Longer than it takes another node to take over; the server keeps the ids of this time in memory. */
const duplicatesMs = 120_000;

/** As it is made where it is not there; one that is there keeps what an operator has set. */
export const eventStream = ({
  replicas = 1,
  bytesMax = bytesDefault,
  ageMsMax = ageMsDefault,
}: EventStreamOptions = {}): StreamSettings => ({
  name: eventStreamName,
  subjects,
  description: 'What has happened in xTrading (docs/events.md)',
  ageMsMax,
  bytesMax,
  duplicatesMs,
  replicas,
});
