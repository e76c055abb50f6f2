/** A gauge that is read when it is scraped. */

import { Gauge } from 'prom-client';

/** Null: nobody knows just now; the last figure stands, and all other metrics can be read. */
export const gaugeOf = (name: string, help: string, read: () => number | null | Promise<number | null>): Gauge<never> =>
  new Gauge({
    name,
    help,
    registers: [],
    async collect() {
      const value = await read();
      if (value !== null) this.set(value);
    },
  });
