/** Whose the shards are: a lease by the database's clock, and epochs that fence whoever had them before. */

import { setTimeout as delay } from 'node:timers/promises';
import { Unrestartable } from '#kernel';
import type { NodeFacts, Ownership, Service } from '#kernel';
import type { Connection, Database, Statement } from './database.ts';
import { Deadline } from './lease-deadline.ts';
import { awaitOthersAlone, ownershipOn } from './ownership.ts';
import type { OwnedShards } from './shard-writer.ts';
import { takeShards } from './takeover.ts';

export interface Lease extends OwnedShards {
  /** Whether nobody else can have taken over, as far as the time tells that is counted here. */
  isHeld(): boolean;
  /**
   * Keeps it by renewing it; without this it ends. Fails while the server is away, after which it may
   * still be ours; with `Unrestartable` when another one has taken over.
   */
  readonly renewal: Service;
  /** For a member of a cluster, which owns nothing at first; null for a program that is alone. */
  readonly ownership: Ownership | null;
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
  /** To be one of many: no shards are taken but those that are claimed. Null: alone. */
  readonly member: NodeFacts | null;
  /** This run of the program. Letters and digits, never the same twice. */
  readonly incarnation: string;
}

const begin: Statement = {
  name: 'lease-begin',
  text: `INSERT INTO journal.node_lease (incarnation, node, lease_until, is_alone, facts)
    VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond', $4, $5)`,
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

/** Two leases of a program that is alone: a dead one's ends within one. */
const aloneMsMax = 20_000;

/** Renewed this many times in its life, so that one renewal may fail. */
const renewalsPerLease = 3;

/** Joins: alone, as the owner of all shards, or as a member that owns what it claims; until released or declared dead. */
export const takeLease = async (database: Database, options: LeaseOptions): Promise<Lease> => {
  const { incarnation, leaseMs, member } = options;
  const deadline = new Deadline(leaseMs);
  if (member !== null) await awaitOthersAlone(database, aloneMsMax);
  const begun = deadline.reading();
  const facts = [member === null, JSON.stringify(member ?? {})];
  await database.withConnection((connection) =>
    connection.query(begin, [incarnation, options.node, leaseMs, ...facts]),
  );
  deadline.renewedAt(begun);
  const renewOnce = async (): Promise<boolean> => {
    const asked = deadline.reading();
    const renewed = await database.withConnection((connection) => connection.query(renew, [incarnation, leaseMs]));
    if (renewed.length > 0) deadline.renewedAt(asked);
    return renewed.length > 0;
  };
  const epochs = new Map<number, number>();
  let version = NaN;
  let isDead = false;
  const givenUp = new Set<number>();
  /**
   * Compares with what the database says is this node's, all at one moment; which of those that it had are lost: one
   * with another epoch has been another's meanwhile. `isClaim`: there may be more than there were.
   */
  const compare = async (connection: Connection, isClaim: boolean): Promise<readonly number[]> => {
    const rows = await connection.query<OwnedRow>(owned, [incarnation]);
    const now = new Map(rows.map(({ shard, epoch }) => [shard, epoch]));
    const lost = [...epochs.keys()].filter((shard) => now.get(shard) !== epochs.get(shard) && !givenUp.has(shard));
    for (const shard of lost) epochs.delete(shard);
    for (const [shard, epoch] of isClaim ? now : []) {
      if (shard === null || epoch === null || lost.includes(shard) || givenUp.has(shard)) continue;
      epochs.set(shard, epoch);
    }
    version = rows[0]?.version ?? NaN;
    return lost;
  };
  const look = (connection: Connection) => compare(connection, true);
  if (member === null) {
    await takeShards(database, { incarnation, leaseMs, isAtOnce: options.takeOver === 'at-once', renew: renewOnce });
    await database.withConnection(look);
  }
  const loss = Promise.withResolvers<never>();
  loss.promise.catch(() => {}); // the renewal waits for it
  const renewNow = async (): Promise<void> => {
    if (await renewOnce()) return;
    isDead = true;
    epochs.clear();
    loss.reject(new LeaseLost());
  };
  const ensureHeld = async (): Promise<void> => {
    if (deadline.isPast() && !isDead) await renewNow();
  };
  const keep = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const pause = delay(leaseMs / renewalsPerLease, undefined, { signal, ref: false });
      await pause.catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      if (!signal.aborted) await renewNow();
    }
  };
  return {
    epochs,
    version: () => version,
    // One of many has its lease whether it owns something or not.
    isHeld: () => !isDead && (member !== null || epochs.size > 0) && !deadline.isPast(),
    ownership: member === null ? null : ownershipOn(database, { incarnation, look, givenUp, epochs, ensureHeld }),
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
      const lost = await compare(connection, false);
      // Whoever took some has probably taken all of them: until the next renewal says otherwise.
      if (lost.length > 0) deadline.end();
    },
    // After an outage longer than the lease it may still be ours: the first who writes asks.
    ensureHeld,
    async release() {
      isDead = true;
      epochs.clear();
      await database.withConnection((connection) => connection.query(end, [incarnation]));
    },
  };
};

/** Whoever has the journal now may have written: this run of the program can only end. */
class LeaseLost extends Unrestartable {
  readonly code = 'lease-lost';

  constructor() {
    super('Another program has taken over the journal.');
  }
}

/** Without a shard where none is owned. */
interface OwnedRow {
  /** Of the ownership of all shards. */
  readonly version: number;
  readonly shard: number | null;
  readonly epoch: number | null;
}
