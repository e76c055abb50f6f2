/**
 * Which builds of its lists a database has: begun when a list is new or has changed, served in place of
 * the one before when they have caught up, and removed bit by bit when nobody reads them any more.
 */

import { randomUUID } from 'node:crypto';
import { shardCount } from '#kernel';
import { integerArray } from './binary-array.ts';
import type { Connection, Statement } from './database.ts';
import { hasReached } from './lag.ts';
import type { Lag } from './lag.ts';
import type { ListBuild, ListDefinition } from './list-build.ts';
import { listTables } from './list-tables.ts';
import type { ProjectionGroup } from './projection-group.ts';

interface BuildRow {
  readonly build: number;
  readonly list: string;
  readonly version: string;
  readonly state: 'building' | 'served' | 'retired';
  readonly cursor: string;
}

const readBuilds: Statement = {
  name: 'list-builds',
  text: 'SELECT build, list, version, state, cursor FROM journal.list_build ORDER BY build',
};
/** Whoever begins builds is alone with them: the table is small, and this is rare. */
const lockBuilds: Statement = { name: 'lock-list-builds', text: 'LOCK TABLE journal.list_build IN EXCLUSIVE MODE' };
const begin: Statement = {
  name: 'begin-list-build',
  text: 'INSERT INTO journal.list_build (list, version, state, cursor) VALUES ($1, $2, $3, $4)',
};
const setState: Statement = {
  name: 'set-build-state',
  text: 'UPDATE journal.list_build SET state = $2 WHERE build = $1',
};
const setCursor: Statement = {
  name: 'set-build-cursor',
  text: 'UPDATE journal.list_build SET cursor = $1 WHERE build = ANY ($2::integer[])',
};
const forgetCursors: Statement = {
  name: 'forget-cursors',
  text: `DELETE FROM journal.projection_cursor
    WHERE cursor NOT IN (SELECT cursor FROM journal.list_build WHERE state <> 'retired')`,
};
const readCursors: Statement = {
  name: 'cursors',
  text: 'SELECT cursor, shard, shard_seq FROM journal.projection_cursor',
};
const readCursorsOf: Statement = {
  name: 'cursors-of-shards',
  text: 'SELECT cursor, shard, shard_seq FROM journal.projection_cursor WHERE shard = ANY ($1::integer[])',
};
const readHeld: Statement = { name: 'held-actors', text: 'SELECT build, persistence_id FROM journal.list_hold' };
const forgetBuild: Statement = { name: 'forget-list-build', text: 'DELETE FROM journal.list_build WHERE build = $1' };

/** Sees to it that each list has a build to be read, and begins those of lists that have changed. */
export const ensureBuilds = (connection: Connection, definitions: readonly ListDefinition[]): Promise<void> =>
  connection.transaction(async () => {
    await connection.query(lockBuilds, []);
    const rows = await connection.query<BuildRow>(readBuilds, []);
    // What begins at the same time reads the journal together.
    const cursor = randomUUID();
    for (const { list, version } of definitions) {
      const served = rows.find((row) => row.list === list && row.state === 'served');
      const building = rows.find((row) => row.list === list && row.state === 'building');
      const isOther = building !== undefined && building.version !== version;
      if (isOther) await connection.query(setState, [building.build, 'retired']);
      // Where there is nothing to be read meanwhile, a build is shown as it grows.
      if (served === undefined) await connection.query(begin, [list, version, 'served', cursor]);
      else if (served.version !== version && (building === undefined || isOther)) {
        await connection.query(begin, [list, version, 'building', cursor]);
      }
    }
    // Their cursors would go on without them; should they come back, they begin anew.
    for (const { build, list, state } of rows) {
      if (state !== 'retired' && !definitions.some((definition) => definition.list === list)) {
        await connection.query(setState, [build, 'retired']);
      }
    }
    await connection.query(forgetCursors, []);
  });

/** Has a list built anew; nothing where it is being built already. */
export const beginAnew = (connection: Connection, { list, version }: ListDefinition): Promise<void> =>
  connection.transaction(async () => {
    await connection.query(lockBuilds, []);
    const rows = await connection.query<BuildRow>(readBuilds, []);
    if (rows.some((row) => row.list === list && row.state === 'building')) return;
    await connection.query(begin, [list, version, 'building', randomUUID()]);
  });

/** Those that stand at the same place, by their cursors; only of lists that the program has. */
export const readGroups = async (
  connection: Connection,
  definitions: readonly ListDefinition[],
  lagOf: (cursor: string) => Lag,
): Promise<ProjectionGroup[]> => {
  const groups = new Map<string, ProjectionGroup>();
  const builds = new Map<number, ListBuild>();
  for (const { build, list, version, state, cursor } of await connection.query<BuildRow>(readBuilds, [])) {
    const definition = definitions.find((one) => one.list === list);
    if (definition === undefined || state === 'retired') continue;
    const one: ListBuild = { build, definition, version, state, held: new Set() };
    builds.set(build, one);
    const group = groups.get(cursor);
    if (group !== undefined) group.builds.push(one);
    else {
      const reached = new Float64Array(shardCount);
      groups.set(cursor, { cursor, builds: [one], reached, nextShard: 0, lag: lagOf(cursor) });
    }
  }
  for (const row of await connection.query<{ cursor: string; shard: number; shard_seq: number }>(readCursors, [])) {
    const group = groups.get(row.cursor);
    if (group !== undefined) group.reached[row.shard] = row.shard_seq;
  }
  for (const row of await connection.query<{ build: number; persistence_id: string }>(readHeld, [])) {
    builds.get(row.build)?.held.add(row.persistence_id);
  }
  return [...groups.values()];
};

/** Sees how far groups have come in some shards, whoever moves them. */
export const readPlaces = async (
  connection: Connection,
  groups: readonly ProjectionGroup[],
  shards: readonly number[],
): Promise<void> => {
  const rows = await connection.query<{ cursor: string; shard: number; shard_seq: number }>(readCursorsOf, [
    integerArray(shards),
  ]);
  for (const row of rows) {
    const group = groups.find(({ cursor }) => cursor === row.cursor);
    if (group !== undefined) group.reached[row.shard] = row.shard_seq;
  }
};

/**
 * Has those that have caught up read in place of the ones before. What a reader has seen in the old
 * rows is in the new ones: they are at least as far in every shard.
 */
export const serveReady = async (
  connection: Connection,
  groups: readonly ProjectionGroup[],
): Promise<readonly ListBuild[]> => {
  const ready: ListBuild[] = [];
  for (const group of groups) {
    for (const build of group.builds.filter(({ state }) => state === 'building')) {
      const before = servedOf(groups, build);
      if (before === null || !isAsFar(group, before.group)) continue;
      await connection.transaction(async () => {
        await connection.query(setState, [before.build.build, 'retired']);
        await connection.query(setState, [build.build, 'served']);
        await connection.query(forgetCursors, []);
      });
      before.group.builds.splice(before.group.builds.indexOf(before.build), 1);
      build.state = 'served';
      ready.push(build);
    }
  }
  return ready;
};

const servedOf = (
  groups: readonly ProjectionGroup[],
  { definition }: ListBuild,
): { readonly group: ProjectionGroup; readonly build: ListBuild } | null => {
  for (const group of groups) {
    const build = group.builds.find((one) => one.state === 'served' && one.definition.list === definition.list);
    if (build !== undefined) return { group, build };
  }
  return null;
};

const isAsFar = ({ reached }: ProjectionGroup, other: ProjectionGroup): boolean => hasReached(reached, other.reached);

/** Makes one group of those that have come to the same place, so that events are read once for all of them. */
export const joinGroups = async (
  connection: Connection,
  groups: readonly ProjectionGroup[],
): Promise<ProjectionGroup[]> => {
  const joined: ProjectionGroup[] = [];
  for (const group of groups) {
    if (group.builds.length === 0) continue;
    const into = joined.find((one) => isAsFar(one, group) && isAsFar(group, one));
    if (into === undefined) {
      joined.push(group);
      continue;
    }
    await connection.transaction(async () => {
      await connection.query(setCursor, [into.cursor, integerArray(group.builds.map(({ build }) => build))]);
      await connection.query(forgetCursors, []);
    });
    into.builds.push(...group.builds);
  }
  return joined;
};

/** Rows of retired builds that one transaction removes: a moment's work, so that nobody waits for it. */
const rowsPerSweep = 2_000;

/** Removes some rows of builds that nobody reads any more. False when there was nothing to remove. */
export const sweepRetired = async (connection: Connection): Promise<boolean> => {
  for (const { build, list, state } of await connection.query<BuildRow>(readBuilds, [])) {
    if (state !== 'retired') continue;
    // Of a newer program, which may come back: its tables are not known here.
    if (!isListName(list)) continue;
    const rows = await connection.query(
      {
        name: `sweep ${list}`,
        text: `DELETE FROM ${listTables[list]} WHERE (build, id) IN
          (SELECT build, id FROM ${listTables[list]} WHERE build = $1 LIMIT ${rowsPerSweep}) RETURNING build`,
      },
      [build],
    );
    if (rows.length < rowsPerSweep) await connection.query(forgetBuild, [build]);
    return true;
  }
  return false;
};

const isListName = (list: string): list is keyof typeof listTables => Object.hasOwn(listTables, list);
