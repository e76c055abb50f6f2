/** Actors that are left alone, and why, in Postgres: written by the owner of their shard alone. */

import { Outage, boundedQuarantine, shardOf } from '#kernel';
import type { ActorAddress, Journal, Quarantine, ShardRange } from '#kernel';
import { addressOf, persistenceIdOf } from './persistence-id.ts';
import type { Database, Statement } from './database.ts';

/** As `row_to_json` gives it, too. */
export interface QuarantineRow {
  readonly cause: Quarantine['cause'];
  readonly reason: string;
  readonly detail: string;
  readonly at: number;
  readonly command_id: string | null;
  readonly command_type: string | null;
  readonly command: string | null;
  readonly seq: number | null;
}

/** Held until the statement is done: a takeover waits for it or comes before it. */
const owner = 'owner AS (SELECT FROM journal.shard_owner WHERE shard = $1 AND epoch = $2 FOR SHARE)';

const keep: Statement = {
  name: 'quarantine',
  text: `WITH ${owner}
    INSERT INTO journal.quarantine (
      persistence_id, cause, reason, detail, at, command_id, command_type, command, seq
    ) SELECT $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM owner
    ON CONFLICT (persistence_id) DO UPDATE SET cause = excluded.cause, reason = excluded.reason,
      detail = excluded.detail, at = excluded.at, command_id = excluded.command_id,
      command_type = excluded.command_type, command = excluded.command, seq = excluded.seq
    RETURNING persistence_id`,
};
const lift: Statement = {
  name: 'quarantine-lift',
  text: `WITH ${owner},
    lifted AS (DELETE FROM journal.quarantine q USING owner WHERE q.persistence_id = $3),
    skipped AS (
      INSERT INTO journal.skipped_event (persistence_id, seq)
      SELECT $3, $4::bigint FROM owner WHERE $4::bigint IS NOT NULL ON CONFLICT DO NOTHING
    ) SELECT 1 AS is_owner FROM owner`,
};
const page: Statement = {
  name: 'quarantines',
  text: `SELECT persistence_id, cause, reason, detail, at, command_id, command_type, command, seq
    FROM journal.quarantine WHERE persistence_id > $1 ORDER BY persistence_id LIMIT $2`,
};

/** `epochs` of the shards that this process owns. */
export const quarantinesOn = (
  database: Database,
  shardsOf: (kind: string) => ShardRange,
  epochs: ReadonlyMap<number, number>,
): Pick<Journal, 'quarantine' | 'release' | 'quarantines'> => {
  const asOwner = async (statement: Statement, { kind, id }: ActorAddress, values: readonly unknown[]) => {
    const shard = shardOf(id, shardsOf(kind));
    const rows = await database.query(statement, [
      shard,
      epochs.get(shard) ?? null,
      persistenceIdOf({ kind, id }),
      ...values,
    ]);
    if (rows.length === 0) throw new Outage('stopping', 'This process has lost the actor’s shard: nothing was done.');
  };
  return {
    async quarantine(address, record) {
      const { cause, reason, detail, at, command, seq } = boundedQuarantine(record);
      const ofCommand = [command?.id ?? null, command?.type ?? null, command?.json ?? null];
      await asOwner(keep, address, [cause, reason, detail, at, ...ofCommand, seq]);
    },
    async release(address, skip) {
      await asOwner(lift, address, [skip]);
    },
    async quarantines(afterId, limit) {
      // No id is empty: all come after it.
      const rows = await database.query<QuarantineRow & { persistence_id: string }>(page, [afterId ?? '', limit]);
      return rows.map((row) => ({ address: addressOf(row.persistence_id), quarantine: quarantineOf(row) }));
    },
  };
};

export const quarantineOf = (row: QuarantineRow): Quarantine => ({
  cause: row.cause,
  reason: row.reason,
  detail: row.detail,
  at: row.at,
  command:
    row.command_type === null ? null : { id: row.command_id, type: row.command_type, json: row.command ?? 'null' },
  seq: row.seq,
});
