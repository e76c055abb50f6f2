/** Which projections a database has, how far they have come, and which must be built anew. */

import { randomUUID } from 'node:crypto';
import { shardCount } from '#kernel';
import { textArray } from './binary-array.ts';
import type { Connection, Database, Statement } from './database.ts';
import { listTables } from './list-tables.ts';
import { nameOf } from './projection-group.ts';
import type { AnyProjection, ProjectionGroup } from './projection-group.ts';

const stored: Statement = {
  name: 'projections',
  text: 'SELECT name, version, cursor FROM journal.projection FOR UPDATE',
};
const cursors: Statement = { name: 'cursors', text: 'SELECT cursor, shard, shard_seq FROM journal.projection_cursor' };
const keep: Statement = {
  name: 'keep-projection',
  text: `INSERT INTO journal.projection (name, version, cursor) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, cursor = excluded.cursor`,
};
const join: Statement = {
  name: 'join-projections',
  text: 'UPDATE journal.projection SET cursor = $1 WHERE name = ANY ($2::text[])',
};
/** Their cursors go on without them; should they come back, they begin anew. */
const forgetGone: Statement = {
  name: 'forget-projections',
  text: 'DELETE FROM journal.projection WHERE name <> ALL ($1::text[])',
};
const forgetUnused: Statement = {
  name: 'forget-cursors',
  text: 'DELETE FROM journal.projection_cursor WHERE cursor NOT IN (SELECT cursor FROM journal.projection)',
};

interface StoredProjection {
  readonly name: string;
  readonly version: number;
  readonly cursor: string;
}

/** The groups of a program's projections; those that are new or have changed begin empty, from the first event. */
export const openGroups = (database: Database, projections: readonly AnyProjection[]): Promise<ProjectionGroup[]> =>
  database.withConnection((connection) =>
    connection.transaction(async () => {
      const known = new Map((await connection.query<StoredProjection>(stored, [])).map((row) => [row.name, row]));
      const fresh = randomUUID();
      const groups = new Map<string, ProjectionGroup>();
      for (const projection of projections) {
        const name = nameOf(projection);
        const row = known.get(name);
        const isCurrent = row?.version === projection.version;
        const cursor = isCurrent ? row.cursor : fresh;
        if (!isCurrent) await beginAnew(connection, projection, cursor);
        const group = groups.get(cursor);
        if (group !== undefined) group.projections.push(projection);
        else groups.set(cursor, { cursor, projections: [projection], reached: new Float64Array(shardCount) });
      }
      await connection.query(forgetGone, [textArray(projections.map(nameOf))]);
      await connection.query(forgetUnused, []);
      for (const row of await connection.query<{ cursor: string; shard: number; shard_seq: number }>(cursors, [])) {
        const group = groups.get(row.cursor);
        if (group !== undefined) group.reached[row.shard] = row.shard_seq;
      }
      return [...groups.values()];
    }),
  );

const beginAnew = async (connection: Connection, projection: AnyProjection, cursor: string): Promise<void> => {
  const name = nameOf(projection);
  const { list, version } = projection;
  await connection.query({ name: `empty ${list}`, text: `DELETE FROM ${listTables[list]} WHERE projection = $1` }, [
    name,
  ]);
  await connection.query(keep, [name, version, cursor]);
};

/** Makes one group of those that have come to the same place, so that events are read once for all of them. */
export const joinGroups = async (
  database: Database,
  groups: readonly ProjectionGroup[],
): Promise<ProjectionGroup[]> => {
  const joined: ProjectionGroup[] = [];
  for (const group of groups) {
    const into = joined.find(({ reached }) => reached.every((place, shard) => place === group.reached[shard]));
    if (into === undefined) {
      joined.push(group);
      continue;
    }
    await database.withConnection((connection) =>
      connection.transaction(async () => {
        await connection.query(join, [into.cursor, textArray(group.projections.map(nameOf))]);
        await connection.query(forgetUnused, []);
      }),
    );
    into.projections.push(...group.projections);
  }
  return joined;
};
