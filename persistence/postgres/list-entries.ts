/** What a batch of events makes of the entries of lists, and how it is written. */

import type { ListChange, ListEntry, ListName } from '#ports';
import { bigintArray, textArray } from './binary-array.ts';
import type { Connection } from './database.ts';
import { entryColumns, listTables } from './list-tables.ts';
import type { EntryRow } from './list-tables.ts';

export interface PlacedChange {
  readonly list: ListName;
  /** Whose rows are changed. */
  readonly build: number;
  readonly change: ListChange;
}

/** The rows of one build of a list. */
interface Rows {
  readonly table: string;
  readonly build: number;
}

/** Entries by their ids; null for those that are removed. */
type Altered = ReadonlyMap<string, ListEntry | null>;

/** Applies changes in their order to entries as they are, and writes what has come of it. */
export const applyChanges = async (connection: Connection, changes: readonly PlacedChange[]): Promise<void> => {
  for (const [build, placed] of Map.groupBy(changes, (change) => change.build)) {
    const [{ list }] = placed as [PlacedChange, ...PlacedChange[]]; // a group has what made it
    const rows = { table: listTables[list], build };
    const ofBuild = placed.map(({ change }) => change);
    await write(connection, rows, alteredBy(ofBuild, await readPatched(connection, rows, ofBuild)));
  }
};

/** The entries that are patched before anything else is done to them. */
const readPatched = async (
  connection: Connection,
  { table, build }: Rows,
  changes: readonly ListChange[],
): Promise<ReadonlyMap<string, ListEntry>> => {
  const seen = new Set<string>();
  const patched: string[] = [];
  for (const change of changes) {
    const id = idOf(change);
    if (!seen.has(id) && change.type === 'patch') patched.push(id);
    seen.add(id);
  }
  if (patched.length === 0) return new Map();
  const rows = await connection.query<EntryRow>(
    {
      name: `patched ${table}`,
      text: `SELECT ${entryColumns} FROM ${table} WHERE build = $1 AND id = ANY ($2::text[])`,
    },
    [build, textArray(patched)],
  );
  return new Map(rows.map((row) => [row.id, entryOf(row)]));
};

const alteredBy = (changes: readonly ListChange[], known: ReadonlyMap<string, ListEntry>): Altered => {
  const altered = new Map<string, ListEntry | null>();
  for (const change of changes) {
    const id = idOf(change);
    if (change.type === 'put') altered.set(id, change.entry);
    else if (change.type === 'remove') altered.set(id, null);
    else {
      const before = altered.get(id);
      const entry = before === undefined ? known.get(id) : before;
      if (entry != null) altered.set(id, change.patch(entry));
    }
  }
  return altered;
};

const idOf = (change: ListChange): string => (change.type === 'put' ? change.entry.id : change.id);

const write = async (connection: Connection, { table, build }: Rows, altered: Altered): Promise<void> => {
  const removed = [...altered].filter(([, entry]) => entry === null).map(([id]) => id);
  if (removed.length > 0) {
    await connection.query(
      { name: `remove ${table}`, text: `DELETE FROM ${table} WHERE build = $1 AND id = ANY ($2::text[])` },
      [build, textArray(removed)],
    );
  }
  const kept = [...altered.values()].filter((entry) => entry !== null);
  if (kept.length === 0) return;
  const texts = (value: (entry: ListEntry) => string | null): Buffer => textArray(kept.map(value));
  await connection.query(
    {
      name: `put ${table}`,
      text: `INSERT INTO ${table} (build, ${entryColumns})
        SELECT $1, * FROM unnest(
          $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[]
        )
        ON CONFLICT (build, id) DO UPDATE SET owner = excluded.owner, at = excluded.at, symbol = excluded.symbol,
          status = excluded.status, parent = excluded.parent, doc = excluded.doc`,
    },
    [
      build,
      texts(({ id }) => id),
      texts(({ owner }) => owner),
      bigintArray(kept.map(({ at }) => at)),
      texts(({ symbol }) => symbol),
      texts(({ status }) => status),
      texts(({ parent }) => parent),
      texts(({ doc }) => JSON.stringify(doc)),
    ],
  );
};

export const entryOf = ({ doc, ...row }: EntryRow): ListEntry => ({
  ...row,
  // Written above from a JSON object.
  doc: JSON.parse(doc) as ListEntry['doc'],
});
