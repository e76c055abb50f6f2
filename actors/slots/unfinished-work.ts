/**
 * Finds the backtests and batches that a former process left unfinished, when this one starts, and has
 * each look after itself. Their timers would do the same, but minutes later.
 */

import { Outage } from '#kernel';
import type { ActorSystem, Service } from '#kernel';
import type { ListEntry, Lists } from '#ports';
import { backtestKind } from '../backtest/backtest.ts';
import { batchKind } from '../batch/batch.ts';
import { dispatcherId, dispatcherKind } from '../dispatcher/dispatcher.ts';

/** Entries read at a time. */
const pageEntries = 200;

const unfinished = ['queued', 'reserved', 'running', 'storing'];

export interface UnfinishedWorkNeeds {
  readonly system: Pick<ActorSystem, 'ask' | 'tell'>;
  readonly lists: Pick<Lists, 'page'>;
  /** Incarnations of the processes that live, this one among them; null where nobody can say. */
  readonly alive: () => readonly string[] | null;
}

export const unfinishedWork = ({ system, lists, alive }: UnfinishedWorkNeeds): Service => ({
  name: 'unfinished-work',
  restart: 'transient',
  async run({ signal, started }) {
    started();
    const living = alive();
    if (living !== null) system.tell(dispatcherKind, dispatcherId, { type: 'KeepSlots', alive: living });
    let after: ListEntry | undefined;
    for (let hasMore = true; hasMore && !signal.aborted;) {
      const page = await lists.page({
        list: 'backtests',
        owner: null,
        status: unfinished,
        ascending: true,
        limit: pageEntries,
        ...(after === undefined ? {} : { after: { at: after.at, id: after.id } }),
      });
      await Promise.all(
        page.entries.map(async ({ id, doc }) => {
          try {
            if (doc['kind'] === 'batch') await system.ask(batchKind, id, { type: 'ResumeBatch', alive: alive() });
            else await system.ask(backtestKind, id, { type: 'Resume', alive: alive() });
          } catch (error) {
            // It waits for an operator, and the others do not wait for it.
            if (!(error instanceof Outage && error.code === 'quarantined')) throw error;
          }
        }),
      );
      ({ hasMore } = page);
      after = page.entries.at(-1);
    }
  },
});
