/** Finds which appends of a refused batch can't be, and why; those that are left may be tried again. */

import type { Append, AppendOutcome } from '#kernel';
import { persistenceIdOf } from './persistence-id.ts';
import { bigintArray, textArray } from './binary-array.ts';
import type { Connection, Statement } from './database.ts';

const standings: Statement = {
  name: 'append-standings',
  text: `SELECT
      (SELECT max(e.seq) FROM journal.event e WHERE e.persistence_id = a.id) AS head,
      d.command_id IS NOT NULL AS duplicate, d.answer
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a (id, command_id, place)
    LEFT JOIN journal.event d ON d.persistence_id = a.id AND d.command_id = a.command_id
    ORDER BY a.place`,
};

const holders: Statement = {
  name: 'append-holders',
  text: `SELECT c.place, u.persistence_id AS holder
    FROM unnest($1::text[], $2::text[], $3::bigint[]) AS c (scope, value, place)
    JOIN journal.unique_claim u USING (scope, value)`,
};

interface Standing {
  readonly head: number | null;
  readonly duplicate: boolean;
  readonly answer: string | null;
}

/** An outcome for each append that fails by what is stored; null for the others. */
export const findConflicts = async (
  connection: Connection,
  batch: readonly Append[],
): Promise<readonly (AppendOutcome | null)[]> => {
  const found = await connection.query<Standing>(standings, [
    textArray(batch.map(({ address }) => persistenceIdOf(address))),
    textArray(batch.map(({ commandId }) => commandId)),
  ]);
  const taken = await takenClaims(connection, batch);
  // Several appends of one actor may stand in a batch, each after the other.
  const heads = new Map<string, number>();
  return batch.map((append, place): AppendOutcome | null => {
    const standing = found[place];
    if (standing === undefined) throw new Error('an append without an answer about it');
    if (standing.duplicate) return { type: 'duplicate', answer: standing.answer ?? 'null' };
    const id = persistenceIdOf(append.address);
    const head = heads.get(id) ?? standing.head ?? 0;
    if (append.firstSeq !== head + 1) return { type: 'conflict' };
    const index = taken.get(place);
    if (index !== undefined) return { type: 'claim-taken', index };
    heads.set(id, head + append.events.length);
    return null;
  });
};

/** Place of an append → index of the first of its claims that another actor holds. */
const takenClaims = async (connection: Connection, batch: readonly Append[]): Promise<ReadonlyMap<number, number>> => {
  const claims = batch.flatMap(({ address, claims: own }, place) =>
    own.map((claim, index) => ({ ...claim, id: persistenceIdOf(address), place, index })),
  );
  if (claims.length === 0) return new Map();
  const rows = await connection.query<{ place: number; holder: string }>(holders, [
    textArray(claims.map(({ scope }) => scope)),
    textArray(claims.map(({ value }) => value)),
    bigintArray(claims.map((_, i) => i)),
  ]);
  const taken = new Map<number, number>();
  for (const { place: i, holder } of rows) {
    const claim = claims[i];
    if (claim === undefined || claim.id === holder) continue;
    taken.set(claim.place, Math.min(claim.index, taken.get(claim.place) ?? Infinity));
  }
  return taken;
};
