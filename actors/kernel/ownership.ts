/** The port to where it is decided who has which shard. Whatever else is said of it is a hint. */

/** What a node says of itself when it joins. */
export interface NodeFacts {
  /** As operators call it: the same after a restart, and no other node's. */
  readonly node: string;
  /** What it does: `actors`, `gateway`, `runner`. */
  readonly roles: readonly string[];
  /** Its share of the actors, against those of the others. */
  readonly weight: number;
  /** Backtests that it runs at once. */
  readonly runners: number;
  /** Of the program. */
  readonly version: string;
  /** Where its gateway answers, for people; null without one. */
  readonly address: string | null;
}

export interface Member extends NodeFacts {
  /** One run of the program: never the same twice. Letters and digits. */
  readonly incarnation: string;
  readonly joinedMsAgo: number;
  /** It is giving away what it has, and is to be given nothing. */
  readonly isLeaving: boolean;
  /** It can't be reached by the others, as it says itself. */
  readonly isCutOff: boolean;
  /** Its lease is over: what it has may be claimed. */
  readonly isLapsed: boolean;
}

/** What a look has shown: the next one shows only what has changed since. */
export interface SeenOwnership {
  /** Of the members and what they say of themselves: the same while they are the same. */
  readonly membersTag: string;
  /** Grows with every change of an owner. */
  readonly version: number;
}

export interface OwnershipView extends SeenOwnership {
  /** Null where they are as they were seen. */
  readonly members: readonly Member[] | null;
  /** The incarnation that has each shard, null for nobody's; null where nothing has changed since the version that was seen. */
  readonly owners: readonly (string | null)[] | null;
}

/** Its adapters decide by one clock, which is no node's own. Rejections are outages. */
export interface Ownership {
  readonly incarnation: string;
  /** All at one moment; null for all there is. */
  look(seen: SeenOwnership | null): Promise<OwnershipView>;
  /** Becomes the owner of those that nobody alive has; which of them are this node's then. */
  claim(shards: readonly number[]): Promise<readonly number[]>;
  /** Gives shards back, in which nothing is under way any more. */
  release(shards: readonly number[]): Promise<void>;
  /** Says whether this node can't be reached by the others. */
  cutOff(isCutOff: boolean): Promise<void>;
  /** Says that a node, this one or another, is to give away what it has; or, false, that it may have shards again. */
  leave(isLeaving: boolean, incarnation?: string): Promise<void>;
}
