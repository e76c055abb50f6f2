/** Whose the shards are: a lease by the database's clock, and epochs that fence whoever had them before. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Unrestartable } from '#kernel';
import type { Service } from '#kernel';
import type { Database, Statement } from './database.ts';
import { Deadline } from './lease-deadline.ts';
import type { OwnedShards } from './shard-writer.ts';
import { takeShards } from './takeover.ts';
import type { TakenShard } from './takeover.ts';

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
const owned: Statement = {
  name: 'lease-owned',
  // One statement, so that the version belongs to the shards.
  text: `SELECT v.version, o.shard, o.epoch FROM journal.ownership v
    LEFT JOIN journal.shard_owner o ON o.incarnation = $1`,
};

/** Renewed this many times in its life, so that one renewal may fail. */
const renewalsPerLease = 3;

/** Becomes the owner of all shards and stays it, while it is renewed, until released or another one takes them. */
export const takeLease = async (database: Database, options: LeaseOptions): Promise<Lease> => {
  const incarnation = randomUUID();
  const deadline = new Deadline(options.leaseMs);
  const begun = deadline.reading();
  await database.withConnection((connection) => connection.query(begin, [incarnation, options.node, options.leaseMs]));
  deadline.renewedAt(begun);
  const renewOnce = async (): Promise<boolean> => {
    const asked = deadline.reading();
    const renewed = await database.withConnection((connection) =>
      connection.query(renew, [incarnation, options.leaseMs]),
    );
    if (renewed.length > 0) deadline.renewedAt(asked);
    return renewed.length > 0;
  };
  const taken = await takeShards(database, {
    incarnation,
    leaseMs: options.leaseMs,
    isAtOnce: options.takeOver === 'at-once',
    renew: renewOnce,
  });
  const epochs = new Map(taken.map(({ shard, epoch }) => [shard, epoch]));
  let version = taken[0]?.version ?? NaN;
  const loss = Promise.withResolvers<never>();
  loss.promise.catch(() => {}); // the renewal waits for it
  const renewNow = async (): Promise<void> => {
    if (await renewOnce()) return;
    epochs.clear();
    loss.reject(new Unrestartable('Another program has taken over the journal.'));
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
    version: () => version,
    isHeld: () => epochs.size > 0 && !deadline.isPast(),
    renewal: {
      name: 'journal-lease',
      async run({ signal, started }) {
        // At once: after an outage nobody is answered until it is certain again.
        await renewNow();
        started();
        await Promise.race([keep(signal), loss.promise]);
      },
    },
    async ownersChanged(connection) {
      const rows = await connection.query<OwnedRow>(owned, [incarnation]);
      const now = new Map(rows.map(({ shard, epoch }) => [shard, epoch]));
      const lost = [...epochs].filter(([shard, epoch]) => now.get(shard) !== epoch).map(([shard]) => shard);
      for (const shard of lost) epochs.delete(shard);
      version = rows[0]?.version ?? NaN;
      // Whoever took some has probably taken all of them: until the next renewal says otherwise.
      if (lost.length > 0) deadline.end();
    },
    async ensureHeld() {
      // After an outage longer than the lease it may still be ours: the first who writes asks.
      if (deadline.isPast()) await renewNow();
    },
    async release() {
      epochs.clear();
      await database.withConnection((connection) => connection.query(end, [incarnation]));
    },
  };
};

/** Without a shard where none is owned. */
interface OwnedRow extends Pick<TakenShard, 'version'> {
  readonly shard: number | null;
  readonly epoch: number | null;
}
