/** The journal as it is told to those outside: pages of events by shard, cursors, and what could not be told. */

import type { DeadLetter, EventFeed, FedEvent, ShardPage, ShardPlace } from '#kernel';
import type { DeadLetters } from '#ports';
import { bigintArray, integerArray, textArray } from './binary-array.ts';
import { openDatabase } from './database.ts';
import type { Statement } from './database.ts';
import { addressOf, persistenceIdOf } from './persistence-id.ts';
import { eventColumns, storedEvent } from './recovery.ts';
import type { EventRow } from './recovery.ts';

export interface PostgresEventFeed extends EventFeed, DeadLetters {
  close(): Promise<void>;
}

/** Pages and cursors one after the other, and somebody who looks at dead letters. */
const connectionsMax = 2;

const identity: Statement = { name: 'feed-identity', text: 'SELECT epoch FROM journal.identity' };
const cursors: Statement = {
  name: 'feed-cursors',
  text: `SELECT a.shard, coalesce(c.shard_seq, 0) AS shard_seq
    FROM unnest($1::integer[]) WITH ORDINALITY AS a (shard, place) LEFT JOIN journal.publishing_cursor c USING (shard)
    ORDER BY a.place`,
};
// The newest event of a shard is never archived.
const heads: Statement = {
  name: 'feed-heads',
  text: `SELECT a.shard, coalesce((SELECT max(e.shard_seq) FROM journal.event e WHERE e.shard = a.shard), 0) AS shard_seq
    FROM unnest($1::integer[]) WITH ORDINALITY AS a (shard, place) ORDER BY a.place`,
};
/** Of the other types, which are most, nothing is read but where they stand. */
const after: Statement = {
  name: 'feed-after',
  text: `SELECT e.shard, e.shard_seq, w.persistence_id, w.seq, w.type, w.version, w.payload, w.at, w.metadata
    FROM unnest($1::integer[], $2::bigint[]) AS c (in_shard, after)
    CROSS JOIN LATERAL (
      SELECT * FROM (
        SELECT n.*, row_number() OVER (ORDER BY n.shard_seq) AS place,
          sum(octet_length(n.payload)) FILTER (WHERE n.type = ANY ($4::text[])) OVER (ORDER BY n.shard_seq) AS bytes
        FROM (
          SELECT * FROM journal.every_event e WHERE e.shard = c.in_shard AND e.shard_seq > c.after
          ORDER BY e.shard_seq LIMIT $3
        ) AS n
      ) AS n WHERE n.place = 1 OR n.bytes IS NULL OR n.bytes <= $5
    ) AS e
    LEFT JOIN LATERAL (
      SELECT e.persistence_id, e.seq, e.type, e.version, e.payload, e.at, e.metadata WHERE e.type = ANY ($4::text[])
    ) AS w ON true
    ORDER BY e.shard, e.shard_seq`,
};
const single: Statement = {
  name: 'feed-at',
  text: `SELECT ${eventColumns}, metadata FROM journal.every_event e
    WHERE (e.shard, e.shard_seq) IN (SELECT * FROM unnest($1::integer[], $2::bigint[]))`,
};
const first: Statement = {
  name: 'feed-first',
  text: `SELECT ${eventColumns} FROM journal.every_event WHERE persistence_id = ANY ($1::text[]) AND seq = 1`,
};
const move: Statement = {
  name: 'feed-move',
  text: `INSERT INTO journal.publishing_cursor AS c (shard, shard_seq)
    SELECT * FROM unnest($1::integer[], $2::bigint[]) AS m (shard, shard_seq) ORDER BY m.shard
    ON CONFLICT (shard) DO UPDATE SET shard_seq = greatest(c.shard_seq, excluded.shard_seq)`,
};

const letterColumns = 'shard, shard_seq, part, name, persistence_id, reason, at, is_asked_for';
const bury: Statement = {
  name: 'bury',
  text: `INSERT INTO journal.dead_letter (shard, shard_seq, part, name, persistence_id, reason, at)
    SELECT * FROM unnest($1::integer[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::bigint[])
      AS l (shard, shard_seq, part) ORDER BY l.shard, l.shard_seq, l.part
    ON CONFLICT (shard, shard_seq, part) DO UPDATE
      SET name = excluded.name, reason = excluded.reason, at = excluded.at, is_asked_for = false`,
};
const askedFor: Statement = {
  name: 'letters-asked-for',
  text: `SELECT ${letterColumns} FROM journal.dead_letter
    WHERE is_asked_for AND shard = ANY ($1::integer[]) ORDER BY shard, shard_seq, part LIMIT $2`,
};
const unbury: Statement = {
  name: 'unbury',
  text: `DELETE FROM journal.dead_letter
    WHERE (shard, shard_seq, part) IN (SELECT * FROM unnest($1::integer[], $2::bigint[], $3::integer[]))`,
};
const buried: Statement = { name: 'buried', text: 'SELECT count(*) AS count FROM journal.dead_letter' };
const listed: Statement = {
  name: 'letters',
  text: `SELECT ${letterColumns} FROM journal.dead_letter WHERE (shard, shard_seq, part) > ($1, $2, $3)
    ORDER BY shard, shard_seq, part LIMIT $4`,
};
const letterAt: Statement = {
  name: 'letter-at',
  text: `SELECT ${letterColumns} FROM journal.dead_letter WHERE shard = $1 AND shard_seq = $2 AND part = $3`,
};
const ask: Statement = {
  name: 'ask-for-letter',
  text: `UPDATE journal.dead_letter SET is_asked_for = true WHERE shard = $1 AND shard_seq = $2 AND part = $3
    RETURNING ${letterColumns}`,
};

export const openPostgresEventFeed = async (url: string): Promise<PostgresEventFeed> => {
  const database = openDatabase(url, connectionsMax, 'events');
  const [known] = await database.query<{ epoch: string }>(identity, []).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  if (known === undefined) throw new Error('a journal without an identity');
  const letters = async (statement: Statement, values: readonly unknown[]): Promise<readonly DeadLetter[]> =>
    (await database.query<LetterRow>(statement, values)).map(letterOf);
  return {
    epoch: known.epoch,
    async cursors(shards) {
      return (await database.query<PlaceRow>(cursors, [integerArray(shards)])).map(placeOf);
    },
    async heads(shards) {
      return (await database.query<PlaceRow>(heads, [integerArray(shards)])).map(placeOf);
    },
    async after(places, { limit, bytesMax, types }) {
      const rows = await database.query<PageRow>(after, [...placeArrays(places), limit, textArray(types), bytesMax]);
      const byShard = Map.groupBy(rows, ({ shard }) => shard);
      return places.map((place) => pageAfter(place, byShard.get(place.shard) ?? []));
    },
    async at(places) {
      return (await database.query<FedRow>(single, placeArrays(places))).map(fedEvent);
    },
    async first(actors) {
      return (await database.query<EventRow>(first, [textArray(actors.map(persistenceIdOf))])).map(storedEvent);
    },
    async move(places) {
      await database.query(move, placeArrays(places));
    },
    async bury(dead) {
      await database.query(bury, [
        ...placeArrays(dead),
        integerArray(dead.map(({ part }) => part)),
        textArray(dead.map(({ name }) => name)),
        textArray(dead.map(({ actor }) => persistenceIdOf(actor))),
        textArray(dead.map(({ reason }) => reason.slice(0, reasonMax))),
        bigintArray(dead.map(({ at }) => at)),
      ]);
    },
    askedFor: (shards, limit) => letters(askedFor, [integerArray(shards), limit]),
    async unbury(places) {
      await database.query(unbury, [...placeArrays(places), integerArray(places.map(({ part }) => part))]);
    },
    async buried() {
      return (await database.query<{ count: number }>(buried, []))[0]?.count ?? 0;
    },
    list: (from, limit) => letters(listed, [from?.shard ?? -1, from?.shardSeq ?? 0, from?.part ?? 0, limit]),
    async find({ shard, shardSeq, part }) {
      return (await letters(letterAt, [shard, shardSeq, part]))[0] ?? null;
    },
    async askFor({ shard, shardSeq, part }) {
      return (await letters(ask, [shard, shardSeq, part]))[0] ?? null;
    },
    close: () => database.close(),
  };
};

/** Characters: one line of a list. */
const reasonMax = 500;

interface PlaceRow {
  readonly shard: number;
  readonly shard_seq: number;
}

interface FedRow extends EventRow {
  readonly metadata: string | null;
}

/** Without an id where the type was not asked for. */
type PageRow = FedRow | (PlaceRow & { readonly persistence_id: null });

interface LetterRow extends PlaceRow {
  readonly part: number;
  readonly name: string;
  readonly persistence_id: string;
  readonly reason: string;
  readonly at: number;
  readonly is_asked_for: boolean;
}

const placeOf = ({ shard, shard_seq }: PlaceRow): ShardPlace => ({ shard, shardSeq: shard_seq });

const placeArrays = (places: readonly ShardPlace[]): readonly [Buffer, Buffer] => [
  integerArray(places.map(({ shard }) => shard)),
  bigintArray(places.map(({ shardSeq }) => shardSeq)),
];

const pageAfter = ({ shard, shardSeq }: ShardPlace, rows: readonly PageRow[]): ShardPage => {
  let until = shardSeq;
  const events: FedEvent[] = [];
  for (const row of rows) {
    if (row.shard_seq !== until + 1) throw new Error(`shard ${shard} has no event ${until + 1}`);
    until = row.shard_seq;
    if (row.persistence_id !== null) events.push(fedEvent(row));
  }
  return { shard, until, events };
};

const fedEvent = (row: FedRow): FedEvent => ({ ...storedEvent(row), traceId: traceIdOf(row.metadata) });

const traceIdOf = (metadata: string | null): string | null =>
  // Written by `event-copy.ts`.
  metadata === null ? null : ((JSON.parse(metadata) as { readonly traceId?: string }).traceId ?? null);

const letterOf = (row: LetterRow): DeadLetter => ({
  ...placeOf(row),
  part: row.part,
  name: row.name,
  actor: addressOf(row.persistence_id),
  reason: row.reason,
  at: row.at,
  isAskedFor: row.is_asked_for,
});
