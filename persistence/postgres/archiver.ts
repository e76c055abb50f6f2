/**
 * Moves old events out of the way: those that a snapshot has made needless for recovery, when no command that
 * stands among them can be delivered again. Who reads all events reads both tables as one.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { Outage, commandRetentionMs } from '#kernel';
import type { Service } from '#kernel';
import { openDatabase } from './database.ts';
import type { Database, Statement } from './database.ts';

export interface ArchiverOptions {
  readonly url: string;
  /** How old events must be; not less than {@link archiveAfterMsMin}. */
  readonly afterMs: number;
  /** A start has better things to do. */
  readonly firstPassAfterMs?: number;
  /** Often enough that a pass has little to do, and seldom enough that looking costs nothing. */
  readonly passEveryMs?: number;
}

/** Ids of commands carry the clocks of clients: one that runs ahead by this much is still told from a late one. */
const clockAheadMsMax = 24 * 60 * 60_000;
/** With an event its command's id leaves the index in which redeliveries are found. */
export const archiveAfterMsMin = commandRetentionMs + clockAheadMsMax;

const passEveryMsDefault = 60 * 60_000;
const firstPassAfterMsDefault = 60_000;
/** Marks are as fine as this: the least that an event is archived late by. */
const markEveryMs = 12 * 60 * 60_000;
/** Events moved by one transaction: a tenth of a second, in which nobody waits for it. */
const portionEvents = 2_000;
/** Actors looked at by one transaction, most of which have nothing to spare. */
const portionActors = 500;

const mark: Statement = {
  name: 'archive-mark',
  text: `INSERT INTO journal.shard_mark (shard, at, shard_seq)
    SELECT h.shard, journal.clock_ms(), h.head FROM (
      SELECT o.shard, (SELECT max(e.shard_seq) FROM journal.event e WHERE e.shard = o.shard) AS head
      FROM journal.shard_owner o
    ) h WHERE h.head IS NOT NULL AND NOT EXISTS (
      SELECT FROM journal.shard_mark m WHERE m.shard = h.shard
        AND (m.shard_seq = h.head OR m.at > journal.clock_ms() - $1)
    )`,
};
/** Of marks that are old enough the newest one is needed. */
const sparable: Statement = {
  name: 'archive-sparable',
  text: `WITH horizon AS MATERIALIZED (SELECT journal.archive_horizon($1) AS at), passed AS (
      DELETE FROM journal.shard_mark m USING horizon h WHERE EXISTS (
        SELECT FROM journal.shard_mark n WHERE n.shard = m.shard AND n.at > m.at AND n.at <= h.at
      )
    ) SELECT m.shard, max(m.shard_seq) AS up_to FROM journal.shard_mark m, horizon h
    WHERE m.at <= h.at GROUP BY m.shard ORDER BY m.shard`,
};
const archive: Statement = {
  name: 'archive',
  text: 'SELECT moved, next_id, next_seq FROM journal.archive($1, $2, $3, $4, $5, $6)',
};

/** A service that has to be supervised. While Postgres is away it waits for the next pass. */
export const createArchiver = ({
  url,
  afterMs,
  firstPassAfterMs = firstPassAfterMsDefault,
  passEveryMs = passEveryMsDefault,
}: ArchiverOptions): Service => ({
  name: 'archive',
  async run({ signal, started }) {
    const database = openDatabase(url, 1, 'archive');
    try {
      started();
      await pause(firstPassAfterMs, signal);
      while (!signal.aborted) {
        await archiveOnce(database, afterMs, signal).catch((error: unknown) => {
          if (!(error instanceof Outage)) throw error;
        });
        await pause(passEveryMs, signal);
      }
    } finally {
      await database.close();
    }
  },
});

/** One pass over all shards; returns how many events it has moved. Several at a time do no harm. */
export const archiveOnce = async (database: Database, afterMs: number, signal: AbortSignal): Promise<number> => {
  await database.query(mark, [markEveryMs]);
  const shards = await database.query<{ shard: number; up_to: number }>(sparable, [
    Math.max(afterMs, archiveAfterMsMin),
  ]);
  let count = 0;
  for (const { shard, up_to: upTo } of shards) {
    // No id comes before the empty one.
    let from: Pick<Portion, 'next_id' | 'next_seq'> = { next_id: '', next_seq: null };
    while (from.next_id !== null && !signal.aborted) {
      const begun = performance.now();
      const [portion] = await database.query<Portion>(archive, [
        shard,
        upTo,
        from.next_id,
        from.next_seq,
        portionEvents,
        portionActors,
      ]);
      if (portion === undefined) throw new Error('a portion without a result');
      count += portion.moved;
      from = portion;
      // As long as it took: half of the time belongs to the others.
      if (portion.moved > 0) await pause(performance.now() - begun, signal);
    }
  }
  return count;
};

interface Portion {
  readonly moved: number;
  /** Where to go on; null when the shard is done. */
  readonly next_id: string | null;
  readonly next_seq: number | null;
}

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal, ref: false }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
};
