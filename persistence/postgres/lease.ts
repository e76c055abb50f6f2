/** Whose the shards are: a lease by the database's clock, and epochs that fence whoever had them before. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Unrestartable } from '#kernel';
import type { Service } from '#kernel';
import { DatabaseError } from './database-error.ts';
import type { Connection, Database, Statement } from './database.ts';
import type { OwnedShards } from './shard-writer.ts';

export interface Lease extends OwnedShards {
  /** Whether nobody else can have taken over, as far as the time tells that is counted here. */
  isHeld(): boolean;
  /**
   * Keeps it by renewing it; without this it ends. Fails while the server is away, after which it may
   * still be ours; with `Unrestartable` when another one has taken over.
   */
  readonly renewal: Service;
  /** Gives the shards back, so that the next owner need not wait. Nobody may renew it any more. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  /** The program, as an operator knows it. */
  readonly node: string;
  readonly leaseMs: number;
  /**
   * `at-once` where the former owner is known to be dead or may be cut off; `when-expired` waits until
   * its lease is over, so that it answers nothing from a state that is no longer the newest.
   */
  readonly takeOver: 'at-once' | 'when-expired';
}

const begin: Statement = {
  name: 'lease-begin',
  text: `INSERT INTO journal.node_lease (incarnation, node, lease_until)
    VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')`,
};
/** A dead lease is never renewed: otherwise a renewal could slip in between a takeover's two steps. */
const renew: Statement = {
  name: 'lease-renew',
  text: `UPDATE journal.node_lease SET lease_until = clock_timestamp() + $2 * interval '1 millisecond'
    WHERE incarnation = $1 AND NOT dead RETURNING incarnation`,
};
const end: Statement = {
  name: 'lease-end',
  text: 'UPDATE journal.node_lease SET dead = true WHERE incarnation = $1',
};
const endOthers: Statement = {
  name: 'lease-end-others',
  text: `UPDATE journal.node_lease SET dead = true
    WHERE incarnation <> $1 AND NOT dead AND ($2 OR lease_until < clock_timestamp())`,
};
const remaining: Statement = {
  name: 'lease-remaining',
  text: `SELECT max(extract(epoch FROM lease_until - clock_timestamp()) * 1000)::float8 AS ms
    FROM journal.node_lease WHERE incarnation <> $1 AND NOT dead`,
};
const takeShards: Statement = {
  name: 'lease-take-shards',
  // Locked in the order in which appends lock them.
  text: `WITH locked AS (SELECT shard FROM journal.shard_owner ORDER BY shard FOR UPDATE)
    UPDATE journal.shard_owner o SET epoch = o.epoch + 1, incarnation = $1
    FROM locked WHERE o.shard = locked.shard
      AND EXISTS (SELECT FROM journal.node_lease l WHERE l.incarnation = $1 AND NOT l.dead)
    RETURNING o.shard, o.epoch`,
};
const forgetDead: Statement = {
  name: 'lease-forget-dead',
  text: `DELETE FROM journal.node_lease l WHERE l.dead AND l.incarnation <> $1
    AND NOT EXISTS (SELECT FROM journal.shard_owner o WHERE o.incarnation = l.incarnation)`,
};

/** Renewed this many times in its life, so that one renewal may fail. */
const renewalsPerLease = 3;
/** A dead owner's lease ends within one; an owner that lives keeps renewing it. */
const leasesAwaited = 2;

/** Becomes the owner of all shards and stays it, while it is renewed, until released or another one takes them. */
export const takeLease = async (database: Database, options: LeaseOptions): Promise<Lease> => {
  const incarnation = randomUUID();
  const epochs = new Map<number, number>();
  // Counted from before the request, so that it ends here before it ends in the database.
  let heldUntil = performance.now() + options.leaseMs;
  await database.withConnection((connection) => connection.query(begin, [incarnation, options.node, options.leaseMs]));
  heldUntil = Math.max(heldUntil, await awaitOthers(database, incarnation, options, heldUntil));
  await database.withConnection(async (connection) => {
    await connection.query(forgetDead, [incarnation]);
    const rows = await connection.query<{ shard: number; epoch: number }>(takeShards, [incarnation]);
    for (const { shard, epoch } of rows) epochs.set(shard, epoch);
  });
  if (epochs.size === 0) throw takenMeanwhile();
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {}); // the renewal waits for it
  const renewNow = async (): Promise<void> => {
    const asked = performance.now();
    const isHeld = await database.withConnection((connection) => renewOnce(connection, incarnation, options));
    if (isHeld) heldUntil = asked + options.leaseMs;
    else {
      epochs.clear();
      lost.reject(new Unrestartable('Another program has taken over the journal.'));
    }
  };
  const keep = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const pause = delay(options.leaseMs / renewalsPerLease, undefined, { signal, ref: false });
      await pause.catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      if (!signal.aborted) await renewNow();
    }
  };
  return {
    epochs,
    isHeld: () => epochs.size > 0 && performance.now() < heldUntil,
    lost(shards) {
      for (const shard of shards) epochs.delete(shard);
      // Whoever took these has probably taken all of them: until the next renewal says otherwise.
      heldUntil = -Infinity;
    },
    async ensureHeld() {
      // After an outage longer than the lease it may still be ours: the first who writes asks.
      if (performance.now() >= heldUntil) await renewNow();
    },
    renewal: {
      name: 'journal-lease',
      async run({ signal, started }) {
        // At once: after an outage nobody is answered until it is certain again.
        await renewNow();
        started();
        await Promise.race([keep(signal), lost.promise]);
      },
    },
    async release() {
      epochs.clear();
      await database.withConnection((connection) => connection.query(end, [incarnation]));
    },
  };
};

const renewOnce = async (connection: Connection, incarnation: string, { leaseMs }: LeaseOptions): Promise<boolean> =>
  (await connection.query(renew, [incarnation, leaseMs])).length > 0;

/** Ends the leases of former owners, when they may be ended; returns until when our own is held. */
const awaitOthers = async (
  database: Database,
  incarnation: string,
  options: LeaseOptions,
  heldUntil: number,
): Promise<number> => {
  let until = heldUntil;
  const started = performance.now();
  while (performance.now() - started < leasesAwaited * options.leaseMs) {
    const asked = performance.now();
    const wait = await database.withConnection(async (connection) => {
      if (!(await renewOnce(connection, incarnation, options))) {
        throw takenMeanwhile();
      }
      await connection.query(endOthers, [incarnation, options.takeOver === 'at-once']);
      const [row] = await connection.query<{ ms: number | null }>(remaining, [incarnation]);
      return row?.ms ?? null;
    });
    until = asked + options.leaseMs;
    if (wait === null) return until;
    await delay(Math.max(1, Math.min(wait, options.leaseMs / renewalsPerLease)));
  }
  throw new DatabaseError(
    'journal-in-use',
    'Another program works on this database and keeps its lease on the journal.',
    'Stop that one first, or give this one a database of its own.',
  );
};

const takenMeanwhile = (): DatabaseError =>
  new DatabaseError(
    'journal-in-use',
    'Another program took over the journal while this one was starting.',
    'Start only one, or give this one a database of its own.',
  );
