/** Which member of the cluster has which shard, in Postgres. */

import { setTimeout as delay } from 'node:timers/promises';
import { shardCount } from '#kernel';
import type { Member, NodeFacts, Ownership, OwnershipView } from '#kernel';
import { integerArray } from './binary-array.ts';
import { DatabaseError } from './database-error.ts';
import { sqlState } from './database.ts';
import type { Connection, Database, Statement } from './database.ts';
import { patience } from './takeover.ts';

interface OwnershipNeeds {
  readonly incarnation: string;
  /** Reads what is this node's, on the connection on which that has changed. */
  readonly look: (connection: Connection) => Promise<unknown>;
  /** Shards that are being given back: no longer this node's, whatever the database still says. */
  readonly givenUp: Set<number>;
  /** Of the shards that this node may write to. */
  readonly epochs: Map<number, number>;
  /** Renews the lease where it may be over. */
  readonly ensureHeld: () => Promise<void>;
}

/**
 * Of all that may change of members. An incarnation is there once, so that no two hashes cancel each other out. Without
 * the dead, which never come back: those whose lease is over may.
 */
const tagOf = (source: string): string =>
  `count(*) || ':' || coalesce(bit_xor(hashtextextended(incarnation,
    is_leaving::integer + 2 * is_cut_off::integer + 4 * is_lapsed::integer)), 0) FROM ${source}`;
const living = `SELECT *, lease_until < clock_timestamp() AS is_lapsed FROM journal.node_lease WHERE NOT is_alone AND NOT dead`;
/** Every node asks for it all the time: of each other one it is told only where this has changed. */
const seenNow: Statement = {
  name: 'members-tag',
  text: `SELECT v.version, (SELECT ${tagOf(`(${living}) l`)}) AS tag FROM journal.ownership v`,
};
const members: Statement = {
  name: 'members',
  text: `WITH l AS MATERIALIZED (${living})
    SELECT (SELECT ${tagOf('l')}) AS tag, incarnation, facts, is_leaving, is_cut_off, is_lapsed,
      extract(epoch FROM clock_timestamp() - joined_at)::float8 * 1000 AS joined_ms_ago
    FROM l`,
};
/** With the version in the same statement: a change in between is seen by the next look. */
const owners: Statement = {
  name: 'shard-owners',
  text: `SELECT v.version, o.shard, o.incarnation FROM journal.ownership v CROSS JOIN journal.shard_owner o`,
};
const claim: Statement = { name: 'claim-shards', text: 'SELECT shard FROM journal.claim_shards($1, $2)' };
const release: Statement = { name: 'release-shards', text: 'SELECT journal.release_shards($1, $2)' };
const cutOff: Statement = {
  name: 'lease-cut-off',
  text: 'UPDATE journal.node_lease SET is_cut_off = $2 WHERE incarnation = $1',
};
const leave: Statement = {
  name: 'lease-leave',
  text: 'UPDATE journal.node_lease SET is_leaving = $2 WHERE incarnation = $1',
};
/**
 * Of nodes whose lease is over: frozen, or cut off, in the middle of an append, each holds the lock that keeps
 * the shards. Their connections carry their incarnation in the name (`journal.ts`).
 */
const endHungAppends: Statement = {
  name: 'members-end-hung-appends',
  text: `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN journal.node_lease l
      ON a.application_name LIKE '%' || l.incarnation || '%'
    WHERE l.dead OR l.lease_until < clock_timestamp()`,
};

export const ownershipOn = (database: Database, needs: OwnershipNeeds): Ownership => {
  const { incarnation, look, givenUp, epochs, ensureHeld } = needs;
  const tryClaim = (shards: readonly number[]): Promise<readonly number[] | null> =>
    database.withConnection(async (connection) => {
      try {
        const rows = await connection.transaction(async () => {
          await connection.query(patience, []);
          return connection.query<{ shard: number }>(claim, [incarnation, integerArray([...shards])]);
        });
        await look(connection);
        return rows.map(({ shard }) => shard).filter((shard) => !givenUp.has(shard));
      } catch (error) {
        const lockNotAvailable = '55P03';
        if (sqlState(error) === lockNotAvailable) return null;
        throw error;
      }
    });
  return {
    incarnation,
    async look(seen) {
      // Whoever comes back from an outage is to be seen alive by others that do, before they claim what it has.
      await ensureHeld();
      const [{ version, tag } = nothingThere] = await database.query<SeenRow>(seenNow, []);
      const hasSeen = { members: tag === seen?.membersTag, owners: version === seen?.version };
      const there = hasSeen.members ? { membersTag: tag, members: null } : await readMembers(database);
      return { ...there, ...(hasSeen.owners ? { version, owners: null } : await readOwners(database)) };
    },
    async claim(shards) {
      const claimed = await tryClaim(shards);
      if (claimed !== null) return claimed;
      await database.query(endHungAppends, []);
      return (await tryClaim(shards)) ?? [];
    },
    async release(shards) {
      for (const shard of shards) {
        givenUp.add(shard);
        // Otherwise the next append would take it for one that somebody else has taken.
        epochs.delete(shard);
      }
      try {
        await database.withConnection((connection) =>
          connection.query(release, [incarnation, integerArray([...shards])]),
        );
      } finally {
        // Where that failed they may still be this node's: whoever looks next sees it.
        for (const shard of shards) givenUp.delete(shard);
      }
    },
    async cutOff(isCutOff) {
      await database.query(cutOff, [incarnation, isCutOff]);
    },
    async leave(isLeaving, of = incarnation) {
      await database.query(leave, [of, isLeaving]);
    },
  };
};

const readMembers = async (database: Database): Promise<Pick<OwnershipView, 'members' | 'membersTag'>> => {
  const rows = await database.query<MemberRow>(members, []);
  return { members: rows.map(memberOf), membersTag: rows[0]?.tag ?? '' };
};

const readOwners = async (database: Database): Promise<Pick<OwnershipView, 'owners' | 'version'>> => {
  const rows = await database.query<OwnerRow>(owners, []);
  const found = Array.from({ length: shardCount }, (): string | null => null);
  for (const { shard, incarnation } of rows) found[shard] = incarnation;
  return { owners: found, version: rows[0]?.version ?? NaN };
};

const memberOf = (row: MemberRow): Member => ({
  // Written by `takeLease` from what the node gave, perhaps by another version of the program.
  ...factsMissing,
  ...(JSON.parse(row.facts) as Partial<NodeFacts>),
  incarnation: row.incarnation,
  joinedMsAgo: row.joined_ms_ago,
  isLeaving: row.is_leaving,
  isCutOff: row.is_cut_off,
  isLapsed: row.is_lapsed,
});

/** A database that is being made. */
const nothingThere: SeenRow = { version: NaN, tag: '' };

const factsMissing: NodeFacts = { node: '', roles: [], weight: 0, runners: 0, version: '', address: null };

interface SeenRow {
  readonly version: number;
  readonly tag: string;
}

interface MemberRow {
  readonly tag: string;
  readonly incarnation: string;
  readonly facts: string;
  readonly is_leaving: boolean;
  readonly is_cut_off: boolean;
  readonly is_lapsed: boolean;
  readonly joined_ms_ago: number;
}

interface OwnerRow {
  readonly version: number;
  readonly shard: number;
  readonly incarnation: string | null;
}

const remaining: Statement = {
  name: 'lease-alone',
  text: `SELECT max(extract(epoch FROM lease_until - clock_timestamp()) * 1000)::float8 AS ms
    FROM journal.node_lease WHERE is_alone AND NOT dead`,
};

/** A program that is alone has all shards: resolves when its lease is over, rejects when it keeps it. */
export const awaitOthersAlone = async (database: Database, waitMsMax: number): Promise<void> => {
  const started = performance.now();
  while (performance.now() - started < waitMsMax) {
    const [others] = await database.query<{ ms: number | null }>(remaining, []);
    const waitMs = others?.ms ?? 0;
    if (waitMs <= 0) return;
    await delay(Math.min(waitMs, lookEveryMs));
  }
  throw new DatabaseError(
    'journal-in-use',
    'A program without a cluster works on this database and keeps its lease on the journal.',
    'Stop that one, or give it the NATS_URL of this cluster, too.',
  );
};

const lookEveryMs = 500;
