/**
 * Results of attempts that do not count. A slot takes back what it has stored in vain; where it died
 * before it could, or nobody could say yet whether the attempt counts, the backtest or batch itself has
 * them removed, and comes back for them until it is done.
 */

import type { Command, Effect, Task } from '#kernel';
import type { Results } from '#ports';

export interface ResultsRemoved extends Command<null> {
  readonly type: 'ResultsRemoved';
  readonly attemptIds: readonly string[];
}

export const removalTask = 'remove-results';

/** Nothing where nothing is left. */
export const removal = (attemptIds: readonly string[]): readonly Effect[] =>
  attemptIds.length === 0 ? [] : [{ type: 'task', task: removalTask, input: attemptIds }];

export const removalFrom =
  (results: Pick<Results, 'remove'>): Task<ResultsRemoved> =>
  async (attemptIds: readonly string[], { signal }) => {
    try {
      for (const attemptId of attemptIds) {
        if (signal.aborted) return null;
        await results.remove(attemptId);
      }
    } catch {
      // The store is away. What is left is in the journal, and a timer comes back for it.
      return null;
    }
    return { type: 'ResultsRemoved', attemptIds };
  };
