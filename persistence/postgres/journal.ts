/** The journal on Postgres: appends through writers by shard, reads through connections of their own. */

import { randomUUID } from 'node:crypto';
import { Outage, allShards, shardCount, shardOf } from '#kernel';
import type { Command, Journal, OutboxMessage, Ownership, Service, ShardRange, WaitingMessage } from '#kernel';
import { integerArray } from './binary-array.ts';
import { addressOf, persistenceIdOf } from './persistence-id.ts';
import { openDatabase } from './database.ts';
import { createJournalWriters, writerCount } from './journal-writers.ts';
import type { Statement } from './database.ts';
import { takeLease } from './lease.ts';
import type { LeaseOptions } from './lease.ts';
import { quarantinesOn } from './quarantines.ts';
import { readRoleShards } from './role-shards.ts';
import { eventColumns, recoverActors, storedEvent } from './recovery.ts';
import type { EventRow } from './recovery.ts';

export interface PostgresJournal extends Journal {
  /** To hang on the tree in this order, what they rest on before them: what keeps the lease, and the writers. */
  readonly services: readonly Service[];
  /** Of a member of a cluster; null for a program that is alone, which has all shards. */
  readonly ownership: Ownership | null;
  /** By shard: the role of the nodes that may have it; empty where any node with actors may have any. */
  readonly roles: readonly string[];
  /** Finishes what is under way and gives the shards back. */
  close(): Promise<void>;
}

export interface PostgresJournalOptions extends Partial<Omit<LeaseOptions, 'incarnation'>> {
  /** A database brought up to date by `migrate`. */
  readonly url: string;
  /** Of nodes that have actors of a kind; null: there are no such roles, and all kinds share all shards. */
  readonly roleOf?: ((kind: string) => string) | null;
}

const readersMax = 4;
const leaseMsDefault = 10_000;

/** Opens the journal as the owner of all its shards; rejects with `journal-in-use` when another one keeps them. */
export const openPostgresJournal = async (options: PostgresJournalOptions): Promise<PostgresJournal> => {
  const { url, node = String(process.pid), leaseMs = leaseMsDefault, member = null, roleOf = null } = options;
  const incarnation = randomUUID().replaceAll('-', '');
  // More than there are writers, so that neither renewals of the lease nor claims of shards ever wait for them.
  const writing = openDatabase(url, writerCount + 2, `journal ${incarnation}`);
  const reading = openDatabase(url, readersMax, 'recovery');
  const close = async (): Promise<void> => {
    await Promise.all([writing.close(), reading.close()]);
  };
  try {
    const epoch = await readIdentity(reading);
    const { roles, shardsOf } = await shardsBy(roleOf, reading);
    const { takeOver = 'when-expired' } = options;
    const lease = await takeLease(writing, { node, leaseMs, takeOver, member, incarnation });
    const writers = createJournalWriters(writing, lease);
    return {
      epoch,
      shardsOf,
      roles,
      services: [lease.renewal, ...writers.services],
      ownership: lease.ownership,
      mayAnswer: () => lease.isHeld(),
      append: (append) => writers.append(append),
      ...readsOf(reading, shardsOf, lease.epochs),
      ...quarantinesOn(reading, shardsOf, lease.epochs),
      async close() {
        await writers.idle();
        try {
          await lease.release();
        } catch (error) {
          // Where Postgres is away, the lease ends by itself.
          if (!(error instanceof Outage)) throw error;
        } finally {
          await close();
        }
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};

type Reading = ReturnType<typeof openDatabase>;

const identity: Statement = { name: 'identity', text: 'SELECT epoch FROM journal.identity' };

const readIdentity = async (database: Reading): Promise<string> => {
  const [row] = await database.query<{ epoch: string }>(identity, []);
  if (row === undefined) throw new Error('a journal without an identity');
  return row.epoch;
};

/** For each kind, and, by shard, for each node. */
const shardsBy = async (roleOf: ((kind: string) => string) | null, database: Reading) => {
  if (roleOf === null) return { roles: [], shardsOf: () => allShards };
  const byRole = await readRoleShards(database);
  return { roles: byRole.roles, shardsOf: (kind: string) => byRole.of(roleOf(kind)) };
};

const readAfter: Statement = {
  name: 'read-after',
  text: `SELECT ${eventColumns} FROM journal.every_event WHERE persistence_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
};
const saveSnapshot: Statement = {
  name: 'save-snapshot',
  // Of two of one schema the newer one stays, whichever is written last.
  text: `INSERT INTO journal.snapshot AS old (persistence_id, shard, seq, schema, state) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (persistence_id) DO UPDATE SET seq = excluded.seq, schema = excluded.schema, state = excluded.state
    WHERE excluded.seq >= old.seq OR excluded.schema <> old.schema`,
};
const timersByTime: Statement = {
  name: 'timers-by-time',
  text: `SELECT persistence_id, name, due_at, command FROM journal.timer
    WHERE $2::integer[] IS NULL OR shard = ANY ($2) ORDER BY due_at LIMIT $1`,
};
const clearTimer: Statement = {
  name: 'clear-timer',
  text: 'DELETE FROM journal.timer WHERE persistence_id = $1 AND name = $2 AND due_at = $3',
};
const undelivered: Statement = {
  name: 'undelivered',
  text: `SELECT id, place, recipient, command FROM journal.outbox
    WHERE place > coalesce((SELECT place FROM journal.outbox WHERE id = $1), $2)
      AND ($4::integer[] IS NULL OR shard = ANY ($4)) ORDER BY place LIMIT $3`,
};
const delivered: Statement = { name: 'delivered', text: 'DELETE FROM journal.outbox WHERE id = ANY ($1::text[])' };
const waitingMessageById: Statement = {
  name: 'waiting-message',
  text: 'SELECT shard, id, recipient, command FROM journal.outbox WHERE id = $1',
};
const outbox: Statement = {
  name: 'outbox',
  // One row at least, so that there is a count also where the page is empty.
  text: `SELECT total, page.* FROM (SELECT count(*) AS total FROM journal.outbox) AS every
    LEFT JOIN (
      SELECT id, place, recipient, command, created_at FROM journal.outbox WHERE place > $1 ORDER BY place LIMIT $2
    ) AS page ON true ORDER BY place`,
};
const claimant: Statement = {
  name: 'claimant',
  text: 'SELECT persistence_id FROM journal.unique_claim WHERE scope = $1 AND value = $2',
};

interface OutboxRow {
  readonly id: string;
  readonly place: number;
  readonly recipient: string;
  readonly command: string;
}

interface WaitingRow extends OutboxRow {
  /** 0: from before this was written down. */
  readonly created_at: number;
}

interface TimerRow {
  readonly persistence_id: string;
  readonly name: string;
  readonly due_at: number;
  readonly command: string;
}

/** All that is no append; what of it changes something may be done twice without harm. */
const readsOf = (
  database: Reading,
  shardsOf: (kind: string) => ShardRange,
  owned: ReadonlyMap<number, number>,
): Omit<Journal, 'epoch' | 'shardsOf' | 'mayAnswer' | 'append' | 'quarantine' | 'release' | 'quarantines'> => {
  /** Null for all of them, which need not be looked for. */
  const own = (): Buffer | null => (owned.size === shardCount ? null : integerArray([...owned.keys()]));
  /** Where the last page of undelivered messages ended: its last message may have been delivered since. */
  let lastRead = { id: '', place: 0 };
  return {
    recover: (actors) => recoverActors(database, actors),
    async read(address, afterSeq, limit) {
      const rows = await database.query<EventRow>(readAfter, [persistenceIdOf(address), afterSeq, limit]);
      return rows.map(storedEvent);
    },
    async saveSnapshot(address, { seq, schema, state }) {
      const shard = shardOf(address.id, shardsOf(address.kind));
      await database.query(saveSnapshot, [persistenceIdOf(address), shard, seq, schema, state]);
    },
    async dueTimers(now, limit) {
      const rows = await database.query<TimerRow>(timersByTime, [limit + 1, own()]);
      const due = rows.slice(0, limit).filter(({ due_at }) => due_at <= now);
      return {
        due: due.map((row) => ({
          address: addressOf(row.persistence_id),
          name: row.name,
          at: row.due_at,
          // Written by `append` from a command.
          command: JSON.parse(row.command),
        })),
        nextAt: rows[due.length]?.due_at ?? null,
      };
    },
    async clearTimer({ address, name, at }) {
      await database.query(clearTimer, [persistenceIdOf(address), name, at]);
    },
    async undelivered(afterId, limit) {
      const from = afterId === lastRead.id ? lastRead.place : 0;
      const rows = await database.query<OutboxRow>(undelivered, [afterId, from, limit, own()]);
      lastRead = rows.at(-1) ?? lastRead;
      return rows.map(outboxMessage);
    },
    async delivered(ids) {
      await database.query(delivered, [[...ids]]);
    },
    async waitingMessage(id) {
      const [row] = await database.query<Omit<OutboxRow, 'place'> & { readonly shard: number }>(waitingMessageById, [
        id,
      ]);
      return row === undefined ? null : { shard: row.shard, message: outboxMessage(row) };
    },
    async outbox(afterPlace, limit) {
      const rows = await database.query<{ readonly total: number } & (WaitingRow | { readonly id: null })>(outbox, [
        afterPlace ?? 0,
        limit,
      ]);
      return {
        total: rows[0]?.total ?? 0,
        messages: rows.flatMap((row) => (row.id === null ? [] : [waitingMessage(row)])),
      };
    },
    async claimant({ scope, value }) {
      const [row] = await database.query<{ persistence_id: string }>(claimant, [scope, value]);
      return row === undefined ? null : addressOf(row.persistence_id);
    },
  };
};

const outboxMessage = ({ id, recipient, command }: Omit<OutboxRow, 'place'>): OutboxMessage => ({
  id,
  to: addressOf(recipient),
  // Written by `append` from a command.
  command: JSON.parse(command),
});

/** The command is read here: what Postgres itself takes for JSON is less than what a command may hold. */
const waitingMessage = ({ id, place, recipient, command, created_at }: WaitingRow): WaitingMessage => {
  // Written by `append` from a command.
  const { type } = JSON.parse(command) as Command;
  return { id, place, to: addressOf(recipient), type, since: created_at === 0 ? null : created_at };
};
