/** The nodes of the cluster, for those who run it. A program that is alone is its only node. */

import type { Member } from '#kernel';

export interface NodeReport extends Member {
  /** The one that answers. */
  readonly isSelf: boolean;
  readonly shards: number;
  /** What it has said of itself last, and how many milliseconds ago; null where it has not been heard. */
  readonly load: NodeLoadReport | null;
  /** What is on its way to it from the one that answers; null where nothing has been said. */
  readonly link: { readonly backlogBytes: number; readonly isStalled: boolean } | null;
}

export interface NodeLoadReport {
  readonly ageMs: number;
  readonly actors: number;
  readonly mailboxMessages: number;
  /** Of one core, over the last second: 1 is one core in full use. */
  readonly cpu: number;
  readonly memoryBytes: number;
  readonly backtestsRunning: number;
}

export interface ClusterReport {
  readonly nodes: readonly NodeReport[];
  /** Shards that nobody alive has: their actors wait. */
  readonly unownedShards: number;
  /** What those are of: no node does it yet, or any more. */
  readonly unownedRoles: readonly string[];
  readonly isNatsConnected: boolean;
  /** Messages that wait for a shard to have an owner. */
  readonly parkedMessages: number;
  /** Asks of other nodes that are not answered yet. */
  readonly outstandingAsks: number;
}

export interface ClusterNodes {
  /** False: the program is alone. */
  readonly isCluster: boolean;
  report(): ClusterReport;
  /**
   * A node, by its name or its incarnation, is to give away what it has, or, false, may have shards again; false
   * comes back where there is none of that name. Rejections are outages.
   */
  drain(node: string, isLeaving: boolean): Promise<boolean>;
}
