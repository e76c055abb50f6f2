/** The members of a batch, best first. */

import type { BatchView } from '#actors';
import { isStatisticKey, statisticDefinitions, statisticKeys } from '#domain';
import type { StatisticKey } from '#domain';
import type { MemberResult } from '#ports';
import type { Gateway } from './gateway.ts';
import { invalid } from './invalid.ts';

const limitDefault = 50;

export interface RankingQuery {
  readonly rankBy?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface RankingPage {
  readonly rankedBy: string;
  readonly total: number;
  readonly data: readonly MemberResult[];
  readonly nextCursor: string | null;
}

/** A batch that was made by an older version may rank by what there is no more: then another is to be named. */
export const statisticOf = (name: string, pointer: string): StatisticKey => {
  if (isStatisticKey(name)) return name;
  throw invalid(pointer, `There is no statistic "${name}".`, `One of ${statisticKeys.join(', ')}.`);
};

export const isLowerBetter = (statistic: StatisticKey): boolean => statisticDefinitions[statistic].better === 'lower';

export const rankingPage = async (
  { parts, cursors }: Gateway,
  batch: BatchView,
  { rankBy = batch.rankBy, limit = limitDefault, cursor }: RankingQuery,
): Promise<RankingPage> => {
  const statistic = statisticOf(rankBy, 'rankBy');
  const list = JSON.stringify(['ranking', batch.id, statistic]);
  const offset = cursor === undefined ? 0 : cursors.read(list, cursor).at;
  const { members, total } = await parts.results.rank(batch.id, {
    attemptIds: batch.attemptIds,
    statistic,
    ascending: isLowerBetter(statistic),
    offset,
    limit,
  });
  const next = offset + members.length;
  return {
    rankedBy: statistic,
    total,
    data: members,
    nextCursor: members.length > 0 && next < total ? cursors.make(list, { at: next, id: '' }) : null,
  };
};
