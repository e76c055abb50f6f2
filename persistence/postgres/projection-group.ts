/** Projections that stand at the same place in the journal, and go on together. */

import { Outage, fromStored, shardCount } from '#kernel';
import type { AnyKind, DomainEvent } from '#kernel';
import type { ListProjection } from '#ports';
import { addressOf } from './persistence-id.ts';
import { bigintArray, integerArray } from './binary-array.ts';
import type { Connection, Database, Statement } from './database.ts';
import { applyChanges } from './list-entries.ts';
import type { PlacedChange } from './list-entries.ts';
import { eventColumns } from './recovery.ts';
import type { EventRow } from './recovery.ts';

export interface ProjectionGroup {
  /** Under which the database keeps its cursors. */
  readonly cursor: string;
  readonly projections: AnyProjection[];
  /** By shard: the place up to which all events are in the lists. */
  readonly reached: Float64Array;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a projection is contravariant in its events: there is no other common type
export type AnyProjection = ListProjection<any>;

/** Of what a database remembers of a projection. */
export const nameOf = ({ list, kind }: AnyProjection): string => `${list} of ${kind}`;

/** Events that one step reads, and shards that it reads them from: a step is one transaction. */
const eventsPerStep = 2_000;
const shardsPerStep = 256;

const readEvents: Statement = {
  name: 'events-after',
  text: `SELECT ${eventColumns} FROM unnest($1::integer[], $2::bigint[]) AS c (in_shard, after)
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

/**
 * Brings a group up to `heads`, by one transaction at most. False when there was nothing to do.
 * Throws when an event can't be read: then the lists stand still until the program is mended.
 */
export const stepGroup = async (
  database: Database,
  kinds: ReadonlyMap<string, AnyKind>,
  group: ProjectionGroup,
  heads: Float64Array,
): Promise<boolean> => {
  const { reached } = group;
  const behind: number[] = [];
  for (let shard = 0; shard < shardCount && behind.length < shardsPerStep; shard++) {
    if ((heads[shard] ?? 0) > (reached[shard] ?? 0)) behind.push(shard);
  }
  if (behind.length === 0) return false;
  const rows = await database.query<EventRow>(readEvents, [
    integerArray(behind),
    bigintArray(behind.map((shard) => reached[shard] ?? 0)),
    Math.ceil(eventsPerStep / behind.length),
  ]);
  const moved = new Map<number, number>();
  const changes: PlacedChange[] = [];
  for (const row of rows) {
    const before = moved.get(row.shard) ?? reached[row.shard] ?? 0;
    if (row.shard_seq !== before + 1) throw new Error(`shard ${row.shard} has no event ${before + 1}`);
    moved.set(row.shard, row.shard_seq);
    changes.push(...changesBy(kinds, group.projections, row));
  }
  // Whatever is committed can be read: a head beyond it is not this journal's.
  if (moved.size === 0) throw new Error(`shard ${behind[0]} does not reach as far as was told`);
  await database.withConnection((connection) =>
    connection.transaction(async () => {
      await applyChanges(connection, changes);
      await move(connection, group, moved);
    }),
  );
  for (const [shard, shardSeq] of moved) reached[shard] = shardSeq;
  return true;
};

const changesBy = (
  kinds: ReadonlyMap<string, AnyKind>,
  projections: readonly AnyProjection[],
  row: EventRow,
): readonly PlacedChange[] => {
  const address = addressOf(row.persistence_id);
  const interested = projections.filter(({ kind }) => kind === address.kind);
  const kind = kinds.get(address.kind);
  if (interested.length === 0 || kind === undefined) return [];
  const event: DomainEvent | null = fromStored(kind, row);
  if (event === null) return [];
  const context = { id: address.id, seq: row.seq, at: row.at };
  return interested.flatMap((projection) =>
    projection
      .changes(event, context)
      .map((change) => ({ list: projection.list, projection: nameOf(projection), change })),
  );
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
