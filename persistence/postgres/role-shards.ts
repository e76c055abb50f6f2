/** Which shards belong to which role of nodes, as it was decided when the journal was made. */

import { allShards, shardCount } from '#kernel';
import type { ShardRange } from '#kernel';
import type { Database, Statement } from './database.ts';

export interface RoleShards {
  /** By shard: the role of the nodes that may have it; empty where all kinds share all shards. */
  readonly roles: readonly string[];
  /** Of the actors of a role. */
  of(role: string): ShardRange;
}

/** Of a journal whose kinds share all shards. */
const shared: RoleShards = { roles: [], of: () => allShards };

const roleShards: Statement = { name: 'role-shards', text: 'SELECT role, first, count FROM journal.role_shards' };

export const readRoleShards = async (database: Database): Promise<RoleShards> => {
  const rows = await database.query<{ role: string } & ShardRange>(roleShards, []);
  if (rows.length === 0) return shared;
  const roles = Array.from({ length: shardCount }, () => '');
  for (const { role, first, count } of rows) roles.fill(role, first, first + count);
  const ranges = new Map(rows.map(({ role, first, count }) => [role, { first, count }]));
  return {
    roles,
    of(role) {
      const range = ranges.get(role);
      if (range === undefined) throw new Error(`The journal has no shards for the role ${role}.`);
      return range;
    },
  };
};
