/** What events do to the rows of builds, written to the database; and what of them can't be shown. */

import { DatabaseError as ServerError } from 'pg';
import { Outage, fromStored } from '#kernel';
import type { AnyKind, DomainEvent } from '#kernel';
import type { ListChange } from '#ports';
import type { Connection } from './database.ts';
import { sqlState } from './database.ts';
import type { AnyProjection, ListBuild } from './list-build.ts';
import { applyChanges } from './list-entries.ts';
import type { PlacedChange } from './list-entries.ts';
import { keepHolds } from './list-holds.ts';
import type { Hold } from './list-holds.ts';
import { addressOf } from './persistence-id.ts';
import { eventColumns } from './recovery.ts';
import type { EventRow } from './recovery.ts';

interface EventToShow extends EventRow {
  /** An operator has told its actor to leave it out. */
  readonly is_skipped: boolean;
}

/** Of rows `e` of `journal.event`. */
export const eventToShow = `${eventColumns}, EXISTS (
  SELECT FROM journal.skipped_event k WHERE k.persistence_id = e.persistence_id AND k.seq = e.seq
) AS is_skipped`;

export interface Showing {
  readonly kinds: ReadonlyMap<string, AnyKind>;
  readonly builds: readonly ListBuild[];
  /** In the order of their shards. */
  readonly rows: readonly EventToShow[];
}

/** All at once. Throws what `isOfEvent` when the rows of lists, or the database, do not take some event. */
export const showTogether = async (
  connection: Connection,
  { kinds, builds, rows }: Showing,
): Promise<readonly Hold[]> => {
  const holds = new Holds();
  const changes: PlacedChange[] = [];
  for (const row of rows) {
    for (const { build, projections } of readersOf(builds, row, holds)) {
      try {
        changes.push(...changesOf(kinds, build, projections, row));
      } catch (error) {
        holds.add(build, row, error);
      }
    }
  }
  await applyChanges(connection, changes);
  await keepHolds(connection, holds.all);
  return holds.all;
};

/** One event after the other, so that those which can't be shown are told from the others. */
export const showOneByOne = async (
  connection: Connection,
  { kinds, builds, rows }: Showing,
): Promise<readonly Hold[]> => {
  const holds = new Holds();
  for (const row of rows) {
    for (const { build, projections } of readersOf(builds, row, holds)) {
      try {
        await connection.attempt(() => applyChanges(connection, changesOf(kinds, build, projections, row)));
      } catch (error) {
        if (!isOfEvent(error)) throw error;
        holds.add(build, row, error);
      }
    }
  }
  await keepHolds(connection, holds.all);
  return holds.all;
};

/** Whether an event is to blame, not the database or the program around it: it would fail again and again. */
export const isOfEvent = (error: unknown): boolean =>
  error instanceof ServerError
    ? // 22: data that can't be stored; 23: a constraint; 54: too large for an index
      /^(22|23|54)/.test(sqlState(error) ?? '')
    : !(error instanceof Outage);

class Holds {
  readonly all: Hold[] = [];
  readonly #keys = new Set<string>();

  has({ build }: ListBuild, { persistence_id }: EventRow): boolean {
    return this.#keys.has(`${build} ${persistence_id}`);
  }

  add({ build }: ListBuild, { persistence_id, seq }: EventRow, error: unknown): void {
    this.#keys.add(`${build} ${persistence_id}`);
    const reason = error instanceof Error ? error.message : String(error);
    this.all.push({ build, persistenceId: persistence_id, seq, reason });
  }
}

interface Reader {
  readonly build: ListBuild;
  readonly projections: readonly AnyProjection[];
}

/** Builds that read the event's kind and do not hold its actor. */
const readersOf = (builds: readonly ListBuild[], row: EventToShow, holds: Holds): readonly Reader[] => {
  if (row.is_skipped) return [];
  const { kind } = addressOf(row.persistence_id);
  return builds.flatMap((build) => {
    const projections = build.definition.projections.filter((projection) => projection.kind === kind);
    const isHeld = build.held.has(row.persistence_id) || holds.has(build, row);
    return projections.length === 0 || isHeld ? [] : [{ build, projections }];
  });
};

/** Throws on an event that can't be read, and on one that a projection can't show. */
const changesOf = (
  kinds: ReadonlyMap<string, AnyKind>,
  { build, definition: { list } }: ListBuild,
  projections: readonly AnyProjection[],
  row: EventRow,
): readonly PlacedChange[] => {
  const address = addressOf(row.persistence_id);
  const kind = kinds.get(address.kind);
  if (kind === undefined) throw new Error(`No kind of actor is called ${address.kind}.`);
  const event: DomainEvent | null = fromStored(kind, row);
  if (event === null) return [];
  const context = { id: address.id, seq: row.seq, at: row.at };
  return projections.flatMap((projection) => {
    // A projection has a case for each event of its kind, as far as the compiler knows.
    const changes: readonly ListChange[] | undefined = projection.changes(event, context);
    if (changes === undefined) throw new Error(`The list ${list} has no case for the event ${event.type}.`);
    return changes.map((change) => ({ build, list, change }));
  });
};
