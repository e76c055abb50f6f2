/** Builds of lists that stand at the same place in the journal, and go on together. */

import { Outage, shardCount } from '#kernel';
import type { AnyKind } from '#kernel';
import { bigintArray, integerArray } from './binary-array.ts';
import type { Connection, Statement } from './database.ts';
import { eventToShow, isOfEvent, showOneByOne, showTogether } from './event-showing.ts';
import type { Showing } from './event-showing.ts';
import type { Lag } from './lag.ts';
import type { ListBuild } from './list-build.ts';
import type { Hold } from './list-holds.ts';

export interface ProjectionGroup {
  /** Under which the database keeps its cursors. */
  readonly cursor: string;
  readonly builds: ListBuild[];
  /** By shard: the place up to which all events are in the lists. */
  readonly reached: Float64Array;
  /** Where the next step begins to look for shards that are behind. */
  nextShard: number;
  readonly lag: Lag;
}

/** Events that one step reads, and shards that it reads them from: a step is one transaction. */
const eventsPerStep = 2_000;
const shardsPerStep = 256;

const readEvents: Statement = {
  name: 'events-after',
  text: `SELECT ${eventToShow} FROM unnest($1::integer[], $2::bigint[]) AS c (in_shard, after)
    CROSS JOIN LATERAL (
      SELECT * FROM journal.every_event e WHERE e.shard = c.in_shard AND e.shard_seq > c.after ORDER BY e.shard_seq LIMIT $3
    ) AS e ORDER BY e.shard, e.shard_seq`,
};
/** Nothing, where another program has moved the cursor since it was read. */
const moveCursors: Statement = {
  name: 'move-cursors',
  text: `INSERT INTO journal.projection_cursor AS c (cursor, shard, shard_seq)
    SELECT $1, m.shard, m.reached FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS m (shard, known, reached)
    ON CONFLICT (cursor, shard) DO UPDATE SET shard_seq = excluded.shard_seq
    WHERE c.shard_seq = (SELECT m.known FROM unnest($2::integer[], $3::bigint[]) AS m (shard, known) WHERE m.shard = c.shard)
    RETURNING shard`,
};

/** What a step came to: null when there was nothing to do; else the actors of which it can show no more. */
export type Step = readonly Hold[] | null;

/**
 * Brings a group up to `heads`, by one transaction at most. An event that can't be shown holds back
 * what follows of its actor, in the builds that can't show it, and nothing else.
 */
export const stepGroup = async (
  connection: Connection,
  kinds: ReadonlyMap<string, AnyKind>,
  group: ProjectionGroup,
  heads: Float64Array,
): Promise<Step> => {
  const { reached, builds } = group;
  const behind = takeBehind(group, heads);
  if (behind.length === 0) return null;
  const rows = await connection.query<Showing['rows'][number]>(readEvents, [
    integerArray(behind),
    bigintArray(behind.map((shard) => reached[shard] ?? 0)),
    Math.ceil(eventsPerStep / behind.length),
  ]);
  const moved = new Map<number, number>();
  for (const { shard, shard_seq } of rows) {
    const before = moved.get(shard) ?? reached[shard] ?? 0;
    if (shard_seq !== before + 1) throw new Error(`shard ${shard} has no event ${before + 1}`);
    moved.set(shard, shard_seq);
  }
  // Whatever is committed can be read: a head beyond it is not this journal's.
  if (moved.size === 0) throw new Error(`shard ${behind[0]} does not reach as far as was told`);
  const moving = (show: typeof showTogether): Promise<readonly Hold[]> =>
    connection.transaction(async () => {
      const holds = await show(connection, { kinds, builds, rows });
      await move(connection, group, moved);
      return holds;
    });
  const holds = await moving(showTogether).catch((error: unknown) => {
    if (!isOfEvent(error)) throw error;
    return moving(showOneByOne);
  });
  for (const { build, persistenceId } of holds) {
    builds.find((one) => one.build === build)?.held.add(persistenceId);
  }
  for (const [shard, shardSeq] of moved) reached[shard] = shardSeq;
  return holds;
};

/** Shards that are behind, from where the last step stopped on: however much comes into some, none is left out. */
const takeBehind = (group: ProjectionGroup, heads: Float64Array): readonly number[] => {
  const behind: number[] = [];
  let shard = group.nextShard;
  for (let looked = 0; looked < shardCount && behind.length < shardsPerStep; looked++) {
    if ((heads[shard] ?? 0) > (group.reached[shard] ?? 0)) behind.push(shard);
    shard = (shard + 1) % shardCount;
  }
  group.nextShard = shard;
  return behind;
};

const move = async (
  connection: Connection,
  { cursor, reached }: ProjectionGroup,
  moved: ReadonlyMap<number, number>,
): Promise<void> => {
  const shards = [...moved.keys()];
  const rows = await connection.query(moveCursors, [
    cursor,
    integerArray(shards),
    bigintArray(shards.map((shard) => reached[shard] ?? 0)),
    bigintArray([...moved.values()]),
  ]);
  if (rows.length < shards.length) {
    throw new Outage('storage-away', 'Another program moves the cursors of the lists.');
  }
};
