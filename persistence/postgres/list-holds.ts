/**
 * Actors that a list holds back: from an event on that can't be shown, it passes over what comes of that
 * actor, and of no other. What was passed over is shown when the program can do it, or when the list is
 * built anew.
 */

import { bigintArray, integerArray, textArray } from './binary-array.ts';
import type { Connection, Statement } from './database.ts';

export interface Hold {
  readonly build: number;
  readonly persistenceId: string;
  /** Of the first event that is not shown. */
  readonly seq: number;
  readonly reason: string;
}

/** As much as an operator reads. */
const reasonLengthMax = 500;

const keep: Statement = {
  name: 'keep-holds',
  text: `INSERT INTO journal.list_hold (build, persistence_id, seq, reason, tried_at)
    SELECT build, persistence_id, seq, reason, extract(epoch FROM clock_timestamp()) * 1000
    FROM unnest($1::integer[], $2::text[], $3::bigint[], $4::text[]) AS h (build, persistence_id, seq, reason)`,
};
const readAll: Statement = {
  name: 'holds',
  text: 'SELECT build, persistence_id, seq, reason FROM journal.list_hold ORDER BY build, persistence_id',
};
const readSkipped: Statement = {
  name: 'holds-to-skip',
  text: `SELECT build, persistence_id, seq, reason
    FROM journal.list_hold JOIN journal.skipped_event USING (persistence_id, seq) ORDER BY build, persistence_id`,
};

export const keepHolds = async (connection: Connection, holds: readonly Hold[]): Promise<void> => {
  if (holds.length === 0) return;
  await connection.query(keep, [
    integerArray(holds.map(({ build }) => build)),
    textArray(holds.map(({ persistenceId }) => persistenceId)),
    bigintArray(holds.map(({ seq }) => seq)),
    // A reason may quote what the database does not store.
    textArray(holds.map(({ reason }) => reason.slice(0, reasonLengthMax).replaceAll('\0', '�'))),
  ]);
};

export const readHolds = (connection: Connection): Promise<readonly Hold[]> => holdsBy(connection, readAll);

/** Holds at an event that an operator has told to leave out since. */
export const readHoldsToSkip = (connection: Connection): Promise<readonly Hold[]> => holdsBy(connection, readSkipped);

const holdsBy = async (connection: Connection, statement: Statement): Promise<readonly Hold[]> => {
  const rows = await connection.query<{ build: number; persistence_id: string; seq: number; reason: string }>(
    statement,
    [],
  );
  return rows.map(({ persistence_id, ...row }) => ({ ...row, persistenceId: persistence_id }));
};
