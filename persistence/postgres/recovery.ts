/** What actors are made from: snapshots, events and answers of many actors in one read. */

import { answersKept, recoveryEventsMax } from '#kernel';
import type { ActorAddress, Recovery, StoredEvent } from '#kernel';
import { addressOf, persistenceIdOf } from './persistence-id.ts';
import { textArray } from './binary-array.ts';
import type { Database, Statement } from './database.ts';
import { quarantineOf } from './quarantines.ts';
import type { QuarantineRow } from './quarantines.ts';

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

export const storedEvent = (row: EventRow): StoredEvent => eventOf(addressOf(row.persistence_id), row);

const eventOf = (address: ActorAddress, row: Omit<EventRow, 'persistence_id'>): StoredEvent => ({
  address,
  seq: row.seq,
  shard: row.shard,
  shardSeq: row.shard_seq,
  type: row.type,
  version: row.version,
  payload: row.payload,
  at: row.at,
});

/** Of an actor's newest events, those looked through for answers: what a command does is an event or two. */
const answeredEventsMax = 2 * answersKept;

/**
 * Rows of several kinds in one form, so that all come from one snapshot of the database: `s` a snapshot
 * (version: its schema, payload: the state), `e` an event, `a` an answer from before or after those events,
 * `q` a quarantine, `k` an event to leave out. Numbers are dense, so the last event of a page of $3 is known
 * before it is read; one more says that there are more. What follows a fresh snapshot is not in the archive, which
 * is read only where the lowest event that is not in it comes later. They are put in order here: the server would
 * sort the payloads along.
 */
export const recoverText = `WITH actor AS MATERIALIZED (
      SELECT a.place, a.id, coalesce(s.seq, 0) AS seq, coalesce(s.seq, 0) + $3::bigint AS last, s.schema, s.state,
        (SELECT e.seq FROM journal.event e WHERE e.persistence_id = a.id ORDER BY e.seq LIMIT 1) AS lowest,
        (SELECT e.seq FROM journal.event e WHERE e.persistence_id = a.id ORDER BY e.seq DESC LIMIT 1) AS head
      FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS a (id, schema, place)
      LEFT JOIN journal.snapshot s ON s.persistence_id = a.id AND s.schema = a.schema
    )
    SELECT a.place, 'e' AS what, e.seq, e.shard, e.shard_seq, e.type, e.version, e.payload, e.at, e.command_id, e.answer
    FROM actor a JOIN journal.event e ON e.persistence_id = a.id AND e.seq > a.seq AND e.seq <= a.last + 1
    UNION ALL
    SELECT a.place, 'e', e.seq, e.shard, e.shard_seq, e.type, e.version, e.payload, e.at, e.command_id, e.answer
    FROM actor a JOIN journal.event_archive e ON e.persistence_id = a.id AND e.seq > a.seq AND e.seq <= a.last + 1
    WHERE a.lowest > a.seq + 1
    UNION ALL
    SELECT place, 's', seq, 0, 0, '', schema, state, 0, NULL, NULL FROM actor WHERE seq > 0
    UNION ALL
    SELECT a.place, 'a', e.seq, 0, 0, '', 0, '', 0, e.command_id, e.answer
    FROM actor a JOIN journal.event e ON e.persistence_id = a.id AND e.seq > a.head - ${answeredEventsMax} AND e.seq <= a.seq
    WHERE a.seq > 0 AND a.seq > a.head - ${answeredEventsMax} AND e.command_id IS NOT NULL
    UNION ALL
    SELECT a.place, 'a', e.seq, 0, 0, '', 0, '', 0, e.command_id, e.answer
    FROM actor a JOIN journal.event e ON e.persistence_id = a.id AND e.seq > greatest(a.last, a.head - ${answeredEventsMax})
    WHERE a.head > a.last AND e.command_id IS NOT NULL
    UNION ALL
    SELECT a.place, 'q', 0, 0, 0, '', 0, row_to_json(q)::text, 0, NULL, NULL
    FROM actor a JOIN journal.quarantine q ON q.persistence_id = a.id
    UNION ALL
    SELECT a.place, 'k', k.seq, 0, 0, '', 0, '', 0, NULL, NULL
    FROM actor a JOIN journal.skipped_event k ON k.persistence_id = a.id`;
const recover: Statement = { name: 'recover', text: recoverText };

interface RecoveryRow extends Omit<EventRow, 'persistence_id'> {
  readonly place: number;
  readonly what: 's' | 'e' | 'a' | 'q' | 'k';
  readonly command_id: string | null;
  readonly answer: string | null;
}

/** Events in one read, of all its actors together: some ten megabytes with their answers. */
const readEventsMax = 50_000;

/** Recoveries in the order asked for. */
export const recoverActors = async (
  database: Database,
  actors: readonly { readonly address: ActorAddress; readonly schema: number | null }[],
): Promise<readonly Recovery[]> => {
  const eventsMax = Math.min(recoveryEventsMax, Math.ceil(readEventsMax / actors.length));
  const rowsOf = actors.map((): RecoveryRow[] => []);
  const rows = await database.query<RecoveryRow>(recover, [
    textArray(actors.map(({ address }) => persistenceIdOf(address))),
    actors.map(({ schema }) => schema),
    eventsMax,
  ]);
  for (const row of rows) rowsOf[row.place - 1]?.push(row);
  return actors.map(({ address }, i) => recoveryOf(address, rowsOf[i] ?? [], eventsMax));
};

const recoveryOf = (address: ActorAddress, rows: RecoveryRow[], eventsMax: number): Recovery => {
  rows.sort((one, other) => one.seq - other.seq);
  let snapshot: Recovery['snapshot'] = null;
  let quarantine: Recovery['quarantine'] = null;
  let isComplete = true;
  const events: StoredEvent[] = [];
  const answers: Recovery['answers'][number][] = [];
  const skipped: number[] = [];
  for (const row of rows) {
    if (row.what === 's') snapshot = { seq: row.seq, schema: row.version, state: row.payload };
    else if (row.what === 'k') skipped.push(row.seq);
    // Of the columns of its table.
    else if (row.what === 'q') quarantine = quarantineOf(JSON.parse(row.payload) as QuarantineRow);
    else if (row.what === 'e' && events.length === eventsMax) {
      // Its answer comes with those from after the page.
      isComplete = false;
      continue;
    } else if (row.what === 'e') events.push(eventOf(address, row));
    if (row.command_id !== null) answers.push({ commandId: row.command_id, answer: row.answer ?? 'null' });
  }
  return { snapshot, events, isComplete, answers: answers.slice(-answersKept), quarantine, skipped };
};
