/** What health asks of what the platform rests on. */

import type { Cluster, StoringNats } from '#cluster';
import type { Probe } from '#gateway';
import type { RedisBuckets } from '#persistence';
import type { History, Lists } from '#ports';

export const probesOf = ({
  lists,
  history,
  cluster,
  nats,
  buckets,
}: {
  readonly lists: Lists;
  readonly history: Pick<History, 'coverage'>;
  readonly cluster: Cluster | null;
  readonly nats: StoringNats | null;
  readonly buckets: RedisBuckets | null;
}): readonly Probe[] => [
  {
    name: 'postgres',
    check: async () => {
      await lists.get('users', '');
    },
  },
  {
    name: 'clickhouse',
    check: async () => {
      await history.coverage('');
    },
  },
  ...(cluster === null
    ? []
    : [
        {
          name: 'cluster',
          check: async () => {
            if (cluster.isCutOff()) throw new Error('The other nodes reach each other, and not this one.');
          },
        },
      ]),
  // All nodes lose these together: a balancer that took them all out would make it worse.
  ...(nats === null
    ? []
    : [
        {
          name: 'nats',
          isCritical: false,
          check: async () => {
            if (!nats.isConnected) throw new Error('The server of NATS_URL is away: other nodes are not reached.');
          },
        },
      ]),
  ...(buckets === null ? [] : [{ name: 'redis', isCritical: false, check: () => buckets.check() }]),
];
