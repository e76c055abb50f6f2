/** Writers of the journal of which one fails by a defect: the others go on, and it comes back. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { shardOf } from '#kernel';
import { nodeOf, startTestSystem } from '#kernel/testing';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { createJournalWriters, writerCount } from './journal-writers.ts';
import { takeLease } from './lease.ts';
import { appendOf, gapsIn, outcomeOrOutage } from './testing/stored-journal.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

/** The first back-off of a supervisor. */
const backOffMs = 200;
const connectionsMax = 5;

/** Of the accounts that one writer writes. */
const idOf = (writer: number): string => {
  for (let i = 0; ; i++) if (shardOf(`u${i}`) % writerCount === writer) return `u${i}`;
};

/** A database of which the next copies throw what is no outage: after they are done, as far as the server knows. */
class BreakingDatabase implements Database {
  readonly query: Database['query'];
  readonly close: Database['close'];
  /** Copies that are to break yet. */
  defects = 0;
  /** Statements that looked how far a shard is. */
  placeReads = 0;
  /** Copies wait for it. */
  held: Promise<void> = Promise.resolve();
  private readonly whole: Database;

  constructor(whole: Database) {
    this.whole = whole;
    this.query = whole.query;
    this.close = whole.close;
  }

  withConnection: Database['withConnection'] = (work) =>
    this.whole.withConnection((connection) =>
      work({
        ...connection,
        query: (statement, values) => {
          if (statement.name === 'shard-places') this.placeReads++;
          return connection.query(statement, values);
        },
        copyIn: async (text, rows) => {
          const isBroken = this.defects > 0;
          if (isBroken) this.defects--;
          await this.held;
          await connection.copyIn(text, rows);
          if (isBroken) throw new TypeError('rows is not iterable');
        },
      }),
    );
}

test('a writer that fails by a defect fails alone, and goes on with the places that the database has', async () => {
  const url = await server.database();
  const database = new BreakingDatabase(openDatabase(url, connectionsMax, 'writers test'));
  const lease = await takeLease(database, {
    node: 'test',
    leaseMs: 120_000,
    takeOver: 'when-expired',
    member: null,
    incarnation: 'writers',
  });
  const writers = createJournalWriters(database, lease);
  const records = { name: 'records', strategy: 'one-for-one', children: writers.services } as const;
  const { system, clock, untilReported } = startTestSystem({ kinds: [], foundation: [records] });
  await untilReported('service-started', ({ service }) => service === 'journal-writer-3');
  const outcome = (id: string, seq: number): Promise<string> => outcomeOrOutage(writers.append(appendOf(id, seq)));
  const [broken, other, third] = [idOf(0), idOf(1), idOf(2)];
  for (const id of [broken, other, third]) expect(await outcome(id, 1)).toBe('committed');

  // One is under way when the defect comes, and one waits behind it.
  const hold = Promise.withResolvers<void>();
  database.held = hold.promise;
  database.defects = 1;
  const underWay = outcome(broken, 2);
  await expect.poll(() => database.defects).toBe(0);
  const waiting = outcome(broken, 3);
  hold.resolve();
  expect(await underWay).toBe('outcome-unknown');
  expect(await waiting).toBe('outcome-unknown');
  const failure = { service: 'journal-writer-1', error: { message: 'rows is not iterable' }, retryInMs: backOffMs };
  expect(await untilReported('service-failed')).toMatchObject(failure);

  // What comes before it is back is not taken; the others take theirs.
  expect(await outcome(broken, 3)).toBe('storage-away');
  expect(await outcome(other, 2)).toBe('committed');
  expect(await outcome(third, 2)).toBe('committed');
  const reads = database.placeReads;
  clock.advance(backOffMs);
  await expect.poll(() => nodeOf(system, 'journal-writer-1')).toMatchObject({ status: 'running', restarts: 1 });
  // Of the two whose outcome was not known the first was done; the other was not, and comes again.
  expect(await outcome(broken, 2)).toBe('duplicate');
  expect(await outcome(broken, 3)).toBe('committed');
  expect(database.placeReads).toBe(reads + 1);
  for (const name of ['journal-writer-2', 'journal-writer-3', 'records'])
    expect(nodeOf(system, name), name).toMatchObject({ status: 'running', restarts: 0 });
  expect(await gapsIn(url)).toEqual([]);
  await system.stop();
  await lease.release();
  await database.close();
});
