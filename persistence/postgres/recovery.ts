/** What actors are made from: snapshots, events and answers of many actors in one read. */

import { answersKept } from '#kernel';
import type { ActorAddress, Recovery, StoredEvent } from '#kernel';
import { addressOf, persistenceIdOf } from './persistence-id.ts';
import { textArray } from './binary-array.ts';
import type { Database, Statement } from './database.ts';

export interface EventRow {
  readonly persistence_id: string;
  readonly seq: number;
  readonly shard: number;
  readonly shard_seq: number;
  readonly type: string;
  readonly version: number;
  readonly payload: string;
  readonly at: number;
}

export const eventColumns = 'persistence_id, seq, shard, shard_seq, type, version, payload, at';

export const storedEvent = (row: EventRow): StoredEvent => ({
  address: addressOf(row.persistence_id),
  seq: row.seq,
  shard: row.shard,
  shardSeq: row.shard_seq,
  type: row.type,
  version: row.version,
  payload: row.payload,
  at: row.at,
});

/**
 * Rows of three kinds in one form, so that all come from one snapshot of the database: `s` a snapshot
 * (version: its schema, payload: the state), `e` an event, `a` an answer (type: the command's id).
 */
const recover: Statement = {
  name: 'recover',
  text: `WITH actor AS MATERIALIZED (
      SELECT a.place, a.id, s.seq, s.schema, s.state
      FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS a (id, schema, place)
      LEFT JOIN journal.snapshot s ON s.persistence_id = a.id AND s.schema = a.schema
    )
    SELECT place, 's' AS what, seq, 0 AS shard, 0::bigint AS shard_seq, '' AS type, schema AS version,
      state AS payload, 0::bigint AS at
    FROM actor WHERE seq IS NOT NULL
    UNION ALL
    SELECT a.place, 'e', e.seq, e.shard, e.shard_seq, e.type, e.version, e.payload, e.at
    FROM actor a CROSS JOIN LATERAL (
      SELECT * FROM journal.event e WHERE e.persistence_id = a.id AND e.seq > coalesce(a.seq, 0)
    ) e
    UNION ALL
    SELECT a.place, 'a', c.seq, 0, 0, c.command_id, 0, coalesce(c.answer, 'null'), 0
    FROM actor a CROSS JOIN LATERAL (
      SELECT e.seq, e.command_id, e.answer FROM journal.event e
      WHERE e.persistence_id = a.id AND e.command_id IS NOT NULL ORDER BY e.seq DESC LIMIT ${answersKept}
    ) c
    ORDER BY 1, 2, 3`,
};

type RecoveryRow = Omit<EventRow, 'persistence_id'> & { readonly place: number; readonly what: 's' | 'e' | 'a' };

interface Gathered {
  snapshot: Recovery['snapshot'];
  readonly events: StoredEvent[];
  readonly answers: Recovery['answers'][number][];
}

/** Recoveries in the order asked for. */
export const recoverActors = async (
  database: Database,
  actors: readonly { readonly address: ActorAddress; readonly schema: number | null }[],
): Promise<readonly Recovery[]> => {
  const gathered = actors.map((): Gathered => ({ snapshot: null, events: [], answers: [] }));
  const rows = await database.query<RecoveryRow>(recover, [
    textArray(actors.map(({ address }) => persistenceIdOf(address))),
    actors.map(({ schema }) => schema),
  ]);
  for (const { place, what, ...row } of rows) {
    const [actor, into] = [actors[place - 1], gathered[place - 1]];
    if (actor === undefined || into === undefined) throw new Error('a recovery that nobody asked for');
    if (what === 's') into.snapshot = { seq: row.seq, schema: row.version, state: row.payload };
    else if (what === 'a') into.answers.push({ commandId: row.type, answer: row.payload });
    else into.events.push(storedEvent({ ...row, persistence_id: persistenceIdOf(actor.address) }));
  }
  return gathered;
};
