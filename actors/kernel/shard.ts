/** Which shard an actor belongs to. */

/** Fixed when the first event is stored: the number is part of what is stored. */
export const shardCount = 1_024;

/** Shards that the actors of some kinds have to themselves, so that nodes can be there for those kinds alone. */
export interface ShardRange {
  readonly first: number;
  readonly count: number;
}

/** Of kinds that share them all. */
export const allShards: ShardRange = { first: 0, count: shardCount };

/**
 * What an id is sharded by: the part before its first dot. Strategies and accounts are `USER.LOCAL`
 * and so live with others of their user; other ids have no dot and stand for themselves.
 */
export const shardKeyOf = (id: string): string => {
  const dot = id.indexOf('.');
  return dot < 0 ? id : id.slice(0, dot);
};

/** The shard of an id among those of its kind: FNV-1a over its key's UTF-16 units, modulo their number. */
export const shardOf = (id: string, { first, count }: ShardRange = allShards): number => {
  const key = shardKeyOf(id);
  let hash = 0x811c9dc5;
  for (let place = 0; place < key.length; place++) {
    hash ^= key.charCodeAt(place);
    hash = Math.imul(hash, 0x01000193);
  }
  return first + ((hash >>> 0) % count);
};
