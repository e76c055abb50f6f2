/** How many actors wait for an operator: in the journal, so also those that nobody has asked for since the start. */

import { Gauge } from 'prom-client';
import type { ActorSystem } from '#actors';

/** Each scrape reads them, with their reasons; more than that is one cause, and looked for elsewhere. */
const countedMax = 100;

export const quarantinedGauge = ({ operator }: Pick<ActorSystem, 'operator'>): Gauge =>
  new Gauge({
    name: 'actors_quarantined',
    help: `Actors that wait for an operator; of more than ${countedMax} the first`,
    labelNames: ['kind'],
    registers: [],
    async collect() {
      const counts = new Map(operator.kinds.map(({ name }) => [name, 0]));
      try {
        for (const { address } of await operator.quarantines(null, countedMax)) {
          counts.set(address.kind, (counts.get(address.kind) ?? 0) + 1);
        }
      } catch {
        // The journal is away: the last count stands, and all other metrics can be read.
        return;
      }
      for (const [kind, count] of counts) this.set({ kind }, count);
    },
  });
