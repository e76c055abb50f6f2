/** Becomes the owner of all shards, when nobody else's lease stands in the way. */

import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseError } from './database-error.ts';
import { sqlState } from './database.ts';
import type { Database, Statement } from './database.ts';

export interface TakerOptions {
  readonly incarnation: string;
  readonly leaseMs: number;
  /** Ends the leases of others, whether they last or not. */
  readonly isAtOnce: boolean;
  /** Renews the taker's own lease; false when it is dead. */
  readonly renew: () => Promise<boolean>;
}

interface TakenShard {
  readonly shard: number;
}

/** Whoever has more to wait for than appends under way waits for one that hangs. */
const lockMsMax = 1_000;
export const patience: Statement = {
  name: 'lease-patience',
  text: `SELECT set_config('lock_timeout', '${lockMsMax}', true)`,
};
const take: Statement = {
  name: 'lease-take-shards',
  text: 'SELECT shard FROM journal.take_shards($1, $2)',
};
/**
 * Of a former owner that was frozen, or cut off, in the middle of an append: its server process waits for the
 * rest for ever, with the lock that keeps its shards. Not while one lives.
 */
const endHungAppends: Statement = {
  name: 'lease-end-hung-appends',
  text: `SELECT pg_terminate_backend(l.pid) FROM pg_locks l
    WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.mode = 'ShareLock'
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32 | l.objid::bigint) = journal.ownership_lock()
      AND ($2 OR NOT EXISTS (
        SELECT FROM journal.living_owner o WHERE o.incarnation <> $1 AND o.lease_until >= clock_timestamp()
      ))`,
};
const remaining: Statement = {
  name: 'lease-remaining',
  text: `SELECT max(extract(epoch FROM lease_until - clock_timestamp()) * 1000)::float8 AS ms
    FROM journal.living_owner WHERE incarnation <> $1`,
};
/** A dead owner's lease ends within one; an owner that lives keeps renewing it. */
const leasesAwaited = 2;
/** Its own lease is kept meanwhile. */
const looksPerLease = 3;

/** Takes the shards as soon as the leases of former owners are over, or may be ended; keeps its own meanwhile. */
export const takeShards = async (database: Database, options: TakerOptions): Promise<void> => {
  const { incarnation, leaseMs, isAtOnce, renew } = options;
  const started = performance.now();
  while (performance.now() - started < leasesAwaited * leaseMs) {
    if (!(await renew())) throw takenMeanwhile();
    const [others] = await database.query<{ ms: number | null }>(remaining, [incarnation]);
    const waitMs = isAtOnce ? 0 : (others?.ms ?? 0);
    if (waitMs <= 0) {
      const taken = (await tryTake(database, options)) ?? (await afterHungAppends(database, options));
      if (taken.length > 0) return;
    }
    await delay(Math.max(1, Math.min(waitMs, leaseMs / looksPerLease)));
  }
  throw new DatabaseError(
    'journal-in-use',
    'Another program works on this database and keeps its lease on the journal.',
    'Stop that one first, or give this one a database of its own.',
  );
};

/** Nothing where another one keeps them; null where an append takes too long to be waited for. */
const tryTake = (database: Database, { incarnation, isAtOnce }: TakerOptions): Promise<readonly TakenShard[] | null> =>
  database.withConnection(async (connection) => {
    try {
      return await connection.transaction(async () => {
        await connection.query(patience, []);
        return connection.query<TakenShard>(take, [incarnation, isAtOnce]);
      });
    } catch (error) {
      const lockNotAvailable = '55P03';
      if (sqlState(error) === lockNotAvailable) return null;
      throw error;
    }
  });

const afterHungAppends = async (database: Database, options: TakerOptions): Promise<readonly TakenShard[]> => {
  await database.query(endHungAppends, [options.incarnation, options.isAtOnce]);
  return (await tryTake(database, options)) ?? [];
};

const takenMeanwhile = (): DatabaseError =>
  new DatabaseError(
    'journal-in-use',
    'Another program took over the journal while this one was starting.',
    'Start only one, or give this one a database of its own.',
  );
