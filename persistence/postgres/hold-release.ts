/** Shows what a list had passed over, where the program can do now what it could not before. */

import type { AnyKind } from '#kernel';
import type { Connection, Statement } from './database.ts';
import { eventToShow, showOneByOne } from './event-showing.ts';
import type { Showing } from './event-showing.ts';
import type { ListBuild } from './list-build.ts';
import { keepHolds } from './list-holds.ts';
import type { Hold } from './list-holds.ts';

const forget: Statement = {
  name: 'forget-hold',
  text: 'DELETE FROM journal.list_hold WHERE build = $1 AND persistence_id = $2',
};
/** What the cursor has passed already: the rest comes with the next steps. */
const readPassedOver: Statement = {
  name: 'events-passed-over',
  text: `SELECT ${eventToShow} FROM journal.event e WHERE persistence_id = $1 AND seq >= $2 AND shard_seq <= coalesce(
    (SELECT c.shard_seq FROM journal.projection_cursor c JOIN journal.list_build b USING (cursor)
      WHERE b.build = $3 AND c.shard = e.shard), 0)
    ORDER BY seq LIMIT $4`,
};

/** Events of one actor that one transaction makes up for. */
const eventsPerRelease = 500;

/**
 * Tries to show what a build has passed over of an actor, by one transaction. The hold that is left:
 * null when all is shown, a later one when there is more, the same when it still can't be.
 */
export const release = async (
  connection: Connection,
  kinds: ReadonlyMap<string, AnyKind>,
  build: ListBuild,
  { persistenceId, seq, reason }: Hold,
): Promise<Hold | null> => {
  const left = await connection.transaction(async (): Promise<Hold | null> => {
    await connection.query(forget, [build.build, persistenceId]);
    const rows = await connection.query<Showing['rows'][number]>(readPassedOver, [
      persistenceId,
      seq,
      build.build,
      eventsPerRelease,
    ]);
    const [again] = await showOneByOne(connection, { kinds, builds: [{ ...build, held: new Set() }], rows });
    const last = rows.at(-1);
    if (again !== undefined || rows.length < eventsPerRelease || last === undefined) return again ?? null;
    const more: Hold = { build: build.build, persistenceId, seq: last.seq + 1, reason };
    await keepHolds(connection, [more]);
    return more;
  });
  if (left === null) build.held.delete(persistenceId);
  return left;
};
