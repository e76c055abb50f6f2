/** The lists as they are read: pages by time and id, entries, counts. */

import { listNames } from '#ports';
import type { ListCare, ListName, ListQuery, Lists } from '#ports';
import { openDatabase } from './database.ts';
import type { Statement } from './database.ts';
import { entryOf } from './list-entries.ts';
import { entryColumns, listTables } from './list-tables.ts';
import type { EntryRow } from './list-tables.ts';
import { addressOf } from './persistence-id.ts';
import type { Projector } from './projector.ts';

export interface PostgresLists extends Lists, ListCare {
  close(): Promise<void>;
}

const connectionsMax = 4;
/** How long a reader waits for its own writes: lists are milliseconds behind, unless one is being built anew. */
const reachMsMax = 5_000;

type ProjectorOfLists = Pick<Projector, 'awaitPositions' | 'status' | 'rebuild'>;

export const openPostgresLists = (url: string, projector: ProjectorOfLists): PostgresLists => {
  const database = openDatabase(url, connectionsMax, 'lists');
  const reach = async (list: ListName, reached: ListQuery['reached']): Promise<void> => {
    if (reached !== undefined && reached.length > 0) await projector.awaitPositions(list, reached, reachMsMax);
  };
  return {
    async page(query) {
      await reach(query.list, query.reached);
      const { statement, values } = pageStatement(query);
      const rows = await database.query<EntryRow>(statement, values);
      return { entries: rows.slice(0, query.limit).map(entryOf), hasMore: rows.length > query.limit };
    },
    async get(list, id, { reached } = {}) {
      await reach(list, reached);
      const [row] = await database.query<EntryRow>(entryStatements[list], [id]);
      return row === undefined ? null : entryOf(row);
    },
    async count(list, owner) {
      const rows = await database.query<{ status: string; count: number }>(countStatements[list], [owner]);
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    status: projector.status,
    async held(list, limit) {
      const rows = await database.query<HeldRow>(heldActors, [list, limit]);
      return rows.map(({ persistence_id, seq, reason, tried_at }) => {
        return { ...addressOf(persistence_id), seq, reason, triedAt: tried_at };
      });
    },
    rebuild: projector.rebuild,
    close: () => database.close(),
  };
};

const eachList = (statement: (list: ListName, table: string) => Statement): Readonly<Record<ListName, Statement>> =>
  // an entry for each name
  Object.fromEntries(listNames.map((list) => [list, statement(list, listTables[list])])) as Record<ListName, Statement>;

/** Its rows that are read; which they are may change between two statements, and not within one. */
const served = (list: ListName): string =>
  `build = (SELECT build FROM journal.list_build WHERE list = '${list}' AND state = 'served')`;

const entryStatements = eachList((list, table) => ({
  name: `entry ${list}`,
  text: `SELECT ${entryColumns} FROM ${table} WHERE ${served(list)} AND id = $1`,
}));

const countStatements = eachList((list, table) => ({
  name: `count ${list}`,
  text: `SELECT coalesce(status, '') AS status, count(*) AS count FROM ${table}
    WHERE ${served(list)} AND owner = $1 GROUP BY 1`,
}));

interface HeldRow {
  readonly persistence_id: string;
  readonly seq: number;
  readonly reason: string;
  readonly tried_at: number;
}

const heldActors: Statement = {
  name: 'held-of-list',
  text: `SELECT persistence_id, seq, reason, tried_at FROM journal.list_hold JOIN journal.list_build USING (build)
    WHERE list = $1 AND state = 'served' ORDER BY persistence_id LIMIT $2`,
};

/** One prepared statement for each combination of conditions that is asked for. */
const pageStatement = (query: ListQuery): { readonly statement: Statement; readonly values: readonly unknown[] } => {
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  const conditions = [served(query.list)];
  const [before, order] = query.ascending === true ? ['>', 'at, id'] : ['<', 'at DESC, id DESC'];
  if (query.owner !== null) conditions.push(`owner = ${value(query.owner)}`);
  if (query.parent !== undefined) conditions.push(`parent = ${value(query.parent)}`);
  if (query.symbol !== undefined) conditions.push(`symbol = ${value(query.symbol)}`);
  if (query.status !== undefined) conditions.push(`status = ANY (${value([...query.status])}::text[])`);
  const where = Object.entries(query.where ?? {});
  for (const [field, text] of where) conditions.push(`doc::json ->> ${value(field)}::text = ${value(text)}`);
  if (query.from !== undefined) conditions.push(`at >= ${value(query.from)}::bigint`);
  if (query.to !== undefined) conditions.push(`at < ${value(query.to)}::bigint`);
  if (query.after !== undefined) {
    conditions.push(`(at, id) ${before} (${value(query.after.at)}::bigint, ${value(query.after.id)})`);
  }
  const text = `SELECT ${entryColumns} FROM ${listTables[query.list]} WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${value(query.limit + 1)}::integer`;
  // Names longer than 63 bytes are cut by Postgres: the conditions are told apart by their letters.
  const shape = [
    query.owner !== null && 'o',
    query.parent !== undefined && 'p',
    query.symbol !== undefined && 'y',
    query.status !== undefined && 's',
    where.length > 0 && `w${where.length}`,
    query.from !== undefined && 'f',
    query.to !== undefined && 't',
    query.after !== undefined && 'a',
    query.ascending === true && 'u',
  ];
  return { statement: { name: `page ${query.list} ${shape.filter((part) => part !== false).join('')}`, text }, values };
};
