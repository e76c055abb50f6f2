/** The best members of a batch, kept as its portions come in. */

import { isStatisticKey, statisticDefinitions } from '#domain';
import type { BatchView } from './batch-messages.ts';

/** Members that a batch shows; the full ranking lies in the results' store. */
export const bestMembersMax = 20;

type Best = BatchView['best'];

/**
 * The best of both lists, best first. The order is total (score, then the lower index; members
 * without the statistic last), so it does not matter in which order portions arrive.
 */
export const bestOf = (known: Best, more: Best, rankBy: string): Best =>
  [...known, ...more].toSorted((a, b) => compare(a, b, rankBy)).slice(0, bestMembersMax);

const compare = (a: Best[number], b: Best[number], rankBy: string): number => {
  if (!isStatisticKey(rankBy)) return a.index - b.index;
  const [left, right] = [a.statistics[rankBy], b.statistics[rankBy]];
  if (left === right) return a.index - b.index;
  if (left === null) return 1;
  if (right === null) return -1;
  return statisticDefinitions[rankBy].better === 'lower' ? left - right : right - left;
};
