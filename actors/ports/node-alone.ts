/** The one node of a program that is alone, as operators see it. */

import type { Member } from '#kernel';
import { shardCount } from '#kernel';
import type { ClusterNodes } from './cluster-nodes.ts';

/** `loadNow`: how much it has to do. */
export const nodeAlone = (
  facts: Omit<Member, 'isLeaving' | 'isLapsed' | 'isCutOff' | 'joinedMsAgo'>,
  startedAt: number,
  now: () => number,
): ClusterNodes => ({
  isCluster: false,
  report: () => ({
    nodes: [
      {
        ...facts,
        joinedMsAgo: now() - startedAt,
        isLeaving: false,
        isCutOff: false,
        isLapsed: false,
        isSelf: true,
        shards: shardCount,
        load: null,
        link: null,
      },
    ],
    unownedShards: 0,
    unownedRoles: [],
    isNatsConnected: false,
    parkedMessages: 0,
    outstandingAsks: 0,
  }),
  drain: () => Promise.resolve(false),
});
