/** The tree of the running platform: which part rests on which, and what is started again when one fails. */

import { patient, pause } from '#kernel';
import type { Clock, Service, Supervision } from '#kernel';
import type { PostgresJournal, Projector } from '#persistence';
import type { History } from '#ports';
import type { PostgresServer } from './storage.ts';

/** What the actors rest on, to be hung on the tree before them. */
export interface Foundation {
  readonly postgres: PostgresServer;
  readonly journal: PostgresJournal;
  readonly projector: Projector;
  readonly history: Pick<History, 'coverage'>;
  /** Starts ClickHouse again where it has ended, and that is for a node to do. */
  readonly ensureHistory: () => Promise<unknown>;
  readonly clock: Clock;
}

/** A lease that is not renewed lets nobody answer: when the server is back, it is to be seen at once. */
const recordsBackOff = { firstMs: 200, maxMs: 3_000 };

export const foundationOf = ({
  postgres,
  journal,
  projector,
  history,
  ensureHistory,
  clock,
}: Foundation): readonly Supervision[] => [
  {
    name: 'history',
    // Prices and results may be away: backtests wait, charts fail, and trading goes on.
    strategy: 'one-for-one',
    intensity: patient,
    children: [clickHouseWatch({ history, ensureHistory, clock })],
  },
  {
    name: 'storage',
    // All that is kept rests on the server. Our own, when it can't be started again and again, ends the process.
    strategy: 'rest-for-one',
    children: [
      ...(postgres.service === null ? [] : [postgres.service]),
      {
        name: 'records',
        // The lists follow the journal from where they are: neither has to wait for the other.
        strategy: 'one-for-one',
        // A server is waited for, and meanwhile nothing is acknowledged. The end of the lease, though, is
        // `Unrestartable`: whoever has taken it over may have written, and this process can only end.
        intensity: patient,
        backOff: recordsBackOff,
        children: [...journal.services, projector],
      },
    ],
  },
];

/** What works beside the actors; it is added to as the start goes on. */
export const workOf = (children: readonly Service[]): Supervision => ({
  name: 'work',
  strategy: 'one-for-one',
  // None of it is worth the end of the process: it waits for stores to come back, and trading goes on.
  intensity: patient,
  children,
});

/** Each look costs a query of next to nothing. */
const lookEveryMs = 10_000;

/** The service `clickhouse`: fails while history can't be read, and runs while it can. */
const clickHouseWatch = ({
  history,
  ensureHistory,
  clock,
}: Pick<Foundation, 'history' | 'ensureHistory' | 'clock'>): Service => ({
  name: 'clickhouse',
  async run({ signal, started }) {
    await ensureHistory();
    while (!signal.aborted) {
      await history.coverage('');
      started();
      await pause(clock, lookEveryMs, signal);
    }
  },
});
