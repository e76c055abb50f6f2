/** How far other programs have been told what has happened, and what could not be told. */

import type { Gauge } from 'prom-client';
import type { DeadLetters, EventPublishing } from '#ports';
import { gaugeOf } from './gauge.ts';

export const publishingGauges = (
  publishing: () => EventPublishing,
  letters: Pick<DeadLetters, 'buried'>,
): readonly Gauge[] => [
  gaugeOf('events_published_total', 'Messages that NATS has taken from this node', () => publishing().published),
  gaugeOf('events_behind', 'Events of the journal that this node has not told', () => publishing().eventsBehind),
  gaugeOf(
    'events_seconds_behind',
    'Time since this node had told all; 0 when nothing is missing',
    () => publishing().secondsBehind,
  ),
  // The same on every node: of several, one is to be taken (`max`), not the sum.
  gaugeOf('events_refused_waiting', 'Events that NATS has refused and that wait for an operator', () =>
    // Where the database is away nobody knows.
    letters.buried().catch(() => null),
  ),
];
