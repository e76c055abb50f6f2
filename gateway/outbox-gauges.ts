/** Messages between actors that wait for an answer, of all nodes. */

import { Gauge } from 'prom-client';
import type { ActorSystem } from '#actors';

/** The same on every node: of several, one is to be taken (`max`), not the sum. */
export const outboxGauges = ({ operator }: Pick<ActorSystem, 'operator'>, now: () => number): readonly Gauge[] => {
  const oldest = new Gauge({
    name: 'outbox_oldest_seconds',
    help: 'How long the oldest of them waits; 0 when none does',
    registers: [],
  });
  const waiting: Gauge = new Gauge({
    name: 'outbox_messages_waiting',
    help: 'Messages between actors that have not been answered',
    registers: [],
    async collect() {
      try {
        const { total, messages } = await operator.outbox(null, 1);
        this.set(total);
        oldest.set(secondsOf(messages[0], now()));
      } catch {
        // The journal is away: the last figures stand, and all other metrics can be read.
      }
    },
  });
  // Those that come first are asked first: the second has what the first one has read.
  return [waiting, oldest];
};

const secondsOf = (message: { readonly since: number | null } | undefined, now: number): number => {
  if (message === undefined) return 0;
  // Longer than anybody knows.
  if (message.since === null) return Number.POSITIVE_INFINITY;
  // The journal's clock may be ahead of this one.
  return Math.max(0, now - message.since) / 1_000;
};
