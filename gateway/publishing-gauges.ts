/** How far other programs have been told what has happened, and what could not be told. */

import { Gauge } from 'prom-client';
import type { DeadLetters, EventPublishing } from '#ports';

export const publishingGauges = (publishing: () => EventPublishing, letters: Pick<DeadLetters, 'buried'>) => {
  const ofNode = (
    [
      ['events_published_total', 'Messages that NATS has taken from this node', 'published'],
      ['events_behind', 'Events of the journal that this node has not told', 'eventsBehind'],
      ['events_seconds_behind', 'Time since this node had told all; 0 when nothing is missing', 'secondsBehind'],
    ] as const
  ).map(
    ([name, help, field]): Gauge =>
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(publishing()[field]);
        },
      }),
  );
  /** The same on every node: of several, one is to be taken (`max`), not the sum. */
  const refused: Gauge = new Gauge({
    name: 'events_refused_waiting',
    help: 'Events that NATS has refused and that wait for an operator',
    registers: [],
    async collect() {
      try {
        this.set(await letters.buried());
      } catch {
        // The database is away: the last count stands, and all other metrics can be read.
      }
    },
  });
  return [...ofNode, refused];
};
