/** The services by which a process takes part in running backtests. */

import type { Service } from '#kernel';
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
}

/** To hang on the tree in this order. */
export const slotServices = ({ slots, history, lists, alive, ...needs }: SlotServicesNeeds): readonly Service[] => {
  const { system, clock, bus } = needs;
  const feeds = new FeedStore({ system, clock, history });
  return [
    {
      name: 'fresh-prices',
      async run({ signal, started }) {
        const unsubscribe = feeds.watchImports(bus);
        started();
        await untilAborted(signal);
        unsubscribe();
      },
    },
    ...Array.from({ length: slots }, (_, place) => runnerSlot(needs, { feeds, number: place + 1 })),
    unfinishedWork({ system, lists, alive }),
  ];
};

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
};
