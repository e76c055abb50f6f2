/** The part of the tree by which a process takes part in running backtests. */

import { patient, untilAborted } from '#kernel';
import type { Bus, Service, Supervision } from '#kernel';
import type { History, Lists } from '#ports';
import { FeedStore } from './feed-store.ts';
import { runnerSlot } from './runner-slot.ts';
import type { SlotNeeds } from './slot-needs.ts';
import { unfinishedWork } from './unfinished-work.ts';
import type { UnfinishedWorkNeeds } from './unfinished-work.ts';

export interface SlotServicesNeeds extends SlotNeeds, Pick<UnfinishedWorkNeeds, 'alive'> {
  readonly history: Pick<History, 'bars'>;
  readonly lists: Pick<Lists, 'page'>;
  /** Backtests that run at once; one for each core is usual. */
  readonly slots: number;
  /** How work that a former process left is taken up here, as it is when this is not said; null: others do. */
  readonly onResume?: (service: Service) => Service | null;
}

export const slotServices = ({
  slots,
  history,
  lists,
  alive,
  onResume = (service) => service,
  ...needs
}: SlotServicesNeeds): Supervision => {
  const { system, clock, bus } = needs;
  const feeds = new FeedStore({ system, clock, history });
  const resume = onResume(unfinishedWork({ system, lists, alive }));
  return {
    name: 'backtests',
    // Each slot does work of its own; what a broken one held is given to another when its lease is over.
    strategy: 'one-for-one',
    // Work waits for as long as a store is away; nothing else does.
    intensity: patient,
    // However many slots there are, a stop is not to take longer.
    stops: 'together',
    children: [
      freshPrices(feeds, bus),
      ...Array.from({ length: slots }, (_, place) => runnerSlot(needs, { feeds, number: place + 1 })),
      ...(resume === null ? [] : [resume]),
    ],
  };
};

const freshPrices = (feeds: FeedStore, bus: Bus): Service => ({
  name: 'fresh-prices',
  async run({ signal, started }) {
    const unsubscribe = feeds.watchImports(bus);
    started();
    await untilAborted(signal);
    unsubscribe();
  },
});
