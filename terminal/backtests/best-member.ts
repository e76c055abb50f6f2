/** The member of a batch that a cell of its heat map shows. */

import type { Batch, BatchMember, ParamValues } from '#sdk';
import { client } from '../session/session.ts';

const pageRows = 1_000;
/** Larger batches are searched so far. */
const pagesMax = 20;

interface Cell {
  /** Values of the two parameters of the map. */
  readonly cell: ParamValues;
  readonly symbols: readonly string[];
  readonly rankBy: string;
}

/** The first of the ranking that fits; null where none has a result. */
export const bestMember = async (batch: Batch, { cell, symbols, rankBy }: Cell): Promise<BatchMember | null> => {
  const fits = (member: BatchMember): boolean =>
    Object.entries(cell).every(([name, value]) => member.params[name] === value) &&
    (batch.feedSets.length === 1 || member.symbols.join() === symbols.join());
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const asked = { rankBy, limit: pageRows, ...(cursor === null ? {} : { cursor }) };
    // One page after the other: the next is only needed where this one has no such member.
    const { data, nextCursor } = await client.backtests.ranking(batch.id, asked);
    const found = data.find(fits);
    if (found !== undefined) return found;
    if (nextCursor === null) return null;
    cursor = nextCursor;
  }
  return null;
};
