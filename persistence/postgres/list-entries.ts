/** What a batch of events makes of the entries of lists, and how it is written. */

import type { ListChange, ListEntry, ListName } from '#ports';
import { bigintArray, textArray } from './binary-array.ts';
import type { Connection } from './database.ts';
import { entryColumns, listTables } from './list-tables.ts';
import type { EntryRow } from './list-tables.ts';

export interface PlacedChange {
  readonly list: ListName;
  /** By which the entry's rows are found when the projection is built anew. */
  readonly projection: string;
  readonly change: ListChange;
}

interface Altered {
  readonly projection: string;
  /** Null when it is removed. */
  readonly entry: ListEntry | null;
}

/** Applies changes in their order to entries as they are, and writes what has come of it. */
export const applyChanges = async (connection: Connection, changes: readonly PlacedChange[]): Promise<void> => {
  for (const list of new Set(changes.map((change) => change.list))) {
    const ofList = changes.filter((change) => change.list === list);
    await write(connection, list, alteredBy(ofList, await readPatched(connection, list, ofList)));
  }
};

/** The entries that are patched before anything else is done to them. */
const readPatched = async (
  connection: Connection,
  list: ListName,
  changes: readonly PlacedChange[],
): Promise<ReadonlyMap<string, ListEntry>> => {
  const seen = new Set<string>();
  const patched: string[] = [];
  for (const { change } of changes) {
    const id = idOf(change);
    if (!seen.has(id) && change.type === 'patch') patched.push(id);
    seen.add(id);
  }
  if (patched.length === 0) return new Map();
  const rows = await connection.query<EntryRow>(
    {
      name: `patched ${list}`,
      text: `SELECT ${entryColumns} FROM ${listTables[list]} WHERE id = ANY ($1::text[])`,
    },
    [textArray(patched)],
  );
  return new Map(rows.map((row) => [row.id, entryOf(row)]));
};

const alteredBy = (
  changes: readonly PlacedChange[],
  known: ReadonlyMap<string, ListEntry>,
): ReadonlyMap<string, Altered> => {
  const altered = new Map<string, Altered>();
  for (const { projection, change } of changes) {
    const id = idOf(change);
    if (change.type === 'put') altered.set(id, { projection, entry: change.entry });
    else if (change.type === 'remove') altered.set(id, { projection, entry: null });
    else {
      const before = altered.get(id);
      const entry = before === undefined ? known.get(id) : before.entry;
      if (entry != null) altered.set(id, { projection, entry: change.patch(entry) });
    }
  }
  return altered;
};

const idOf = (change: ListChange): string => (change.type === 'put' ? change.entry.id : change.id);

const write = async (connection: Connection, list: ListName, altered: ReadonlyMap<string, Altered>): Promise<void> => {
  const table = listTables[list];
  const removed = [...altered].filter(([, { entry }]) => entry === null).map(([id]) => id);
  if (removed.length > 0) {
    await connection.query({ name: `remove ${list}`, text: `DELETE FROM ${table} WHERE id = ANY ($1::text[])` }, [
      textArray(removed),
    ]);
  }
  const kept = [...altered.values()].flatMap(({ projection, entry }) =>
    entry === null ? [] : [{ projection, entry }],
  );
  if (kept.length === 0) return;
  const texts = (value: (entry: ListEntry) => string | null): Buffer =>
    textArray(kept.map(({ entry }) => value(entry)));
  await connection.query(
    {
      name: `put ${list}`,
      text: `INSERT INTO ${table} (${entryColumns}, projection)
        SELECT * FROM unnest(
          $1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]
        )
        ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, at = excluded.at, symbol = excluded.symbol,
          status = excluded.status, parent = excluded.parent, doc = excluded.doc, projection = excluded.projection`,
    },
    [
      texts(({ id }) => id),
      texts(({ owner }) => owner),
      bigintArray(kept.map(({ entry }) => entry.at)),
      texts(({ symbol }) => symbol),
      texts(({ status }) => status),
      texts(({ parent }) => parent),
      texts(({ doc }) => JSON.stringify(doc)),
      textArray(kept.map(({ projection }) => projection)),
    ],
  );
};

export const entryOf = ({ doc, ...row }: EntryRow): ListEntry => ({
  ...row,
  // Written above from a JSON object.
  doc: JSON.parse(doc) as ListEntry['doc'],
});
