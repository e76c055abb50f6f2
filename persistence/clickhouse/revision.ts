/**
 * Whether bars are still the same, without reading them. ClickHouse keeps rows in parts that never
 * change: whatever is written, replaced or removed makes other parts. So the parts that hold rows of a
 * span, in their order, by the hashes of their files, determine what is in it.
 */

import { createHash } from 'node:crypto';
import type { StoredInterval } from '#ports';
import type { ClickHouse } from './clickhouse.ts';

export interface StoredSpan {
  readonly symbol: string;
  readonly interval: StoredInterval;
  /** Milliseconds UTC, half-open. */
  readonly from: number;
  readonly to: number;
}

/** Of a table that one server has for itself. */
const engineAlone = 'ReplacingMergeTree';

/**
 * Hashes of what the parts hold, and not their names: after a table was emptied these begin anew. The
 * order counts, since of two rows with one key the later one is given out. Merges make other parts of
 * the same rows: then the revision is another one, and the bars are not.
 *
 * null where a part's hash is not to be seen, since a server may hide `system.parts` from its user, and
 * where a server has made the table one of several copies: bars may come from another one than the hashes.
 */
export const revisionOf = async (clickHouse: ClickHouse, span: StoredSpan): Promise<string | null> => {
  const { symbol, interval, from, to } = span;
  const found = await clickHouse.select(
    `SELECT toString(ifNull(held.hash, '')) AS hash, toString(ifNull(held.engine, '')) AS kind
     FROM (SELECT DISTINCT _part AS part FROM bar WHERE symbol = {symbol:String} AND interval = {interval:String}
       AND time >= {from:Int64} AND time < {to:Int64}) AS found
     LEFT JOIN (SELECT name, min_block_number AS block, hash_of_all_files AS hash, engine
       FROM system.parts WHERE database = currentDatabase() AND table = 'bar') AS held ON found.part = held.name
     ORDER BY held.block, found.part`,
    { symbol, interval, from, to },
  );
  const hashes = found.texts('hash');
  if (hashes.includes('') || found.texts('kind').some((kind) => kind !== engineAlone)) return null;
  return createHash('sha256')
    .update([interval, ...hashes].join('\n'))
    .digest('hex');
};
