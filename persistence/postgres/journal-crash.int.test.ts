import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Outage, shardOf } from '#kernel';
import type { Append, AppendOutcome } from '#kernel';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openPostgresJournal } from './journal.ts';

/** Of its own: after a kill Postgres looks through all its files, and other tests make many. */
let server: PostgresServer;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.database();
});
afterAll(() => server.stop());

const query = async (sql: string, database = url): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

const append = (id: string, firstSeq: number, parts: Partial<Append> = {}): Append => ({
  address: { kind: 'account', id },
  shard: shardOf(id),
  firstSeq,
  events: [{ type: 'Deposited', version: 1, payload: `{"amount":"${firstSeq}"}` }],
  commandId: `${id}-${firstSeq}`,
  answer: `"${id}-${firstSeq}"`,
  at: 1_764_000_000_000,
  traceId: null,
  claims: [],
  releases: [],
  timers: [],
  outbox: [],
  ...parts,
});

const outcomeOrOutage = async (outcome: Promise<AppendOutcome>): Promise<string> => {
  try {
    return (await outcome).type;
  } catch (error) {
    if (error instanceof Outage) return error.code;
    throw error;
  }
};

/** Shards whose places are not 1, 2, 3, … and actors whose events are not. */
const gaps = async (): Promise<unknown[]> =>
  query(`SELECT shard::text FROM journal.event GROUP BY shard HAVING max(shard_seq) <> count(*)
    UNION ALL SELECT persistence_id FROM journal.event GROUP BY persistence_id HAVING max(seq) <> count(*)`);

test('nothing acknowledged is lost over a kill of Postgres under load, and writing goes on afterwards', async () => {
  const journal = await openPostgresJournal({ url });
  const acknowledged = new Map<string, number>();
  const states = new Map<string, number>();
  const { promise: busy, resolve: isBusy } = Promise.withResolvers<void>();
  const writers = Array.from({ length: 200 }, async (_, i) => {
    const id = `user-${i}`;
    for (let seq = 1; ; seq++) {
      const outcome = await outcomeOrOutage(journal.append(append(id, seq)));
      if (outcome !== 'committed') {
        states.set(outcome, (states.get(outcome) ?? 0) + 1);
        return;
      }
      acknowledged.set(id, seq);
      if (seq === 5) isBusy();
    }
  });
  await busy;
  await server.kill();
  await Promise.all(writers);
  expect([...states.keys()].every((state) => ['outcome-unknown', 'storage-away'].includes(state))).toBe(true);
  expect(await outcomeOrOutage(journal.append(append('later', 1)))).toBe('storage-away');

  await server.start();
  const recovered = await journal.recover(
    Array.from({ length: 200 }, (_, i) => ({ address: { kind: 'account', id: `user-${i}` }, schema: null })),
  );
  for (const [i, { events, answers }] of recovered.entries()) {
    const id = `user-${i}`;
    const told = acknowledged.get(id) ?? 0;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, place) => place + 1));
    // The last one may have been written without an answer, and no more than that.
    expect([told, told + 1]).toContain(events.length);
    // Sent again, each command is answered as it was, and applied once.
    const next = await journal.append(append(id, told + 1));
    expect(next).toEqual(
      events.length === told
        ? { type: 'committed', shardSeq: expect.any(Number) }
        : { type: 'duplicate', answer: answers.at(-1)?.answer },
    );
  }
  expect(await gaps()).toEqual([]);
  await journal.close();
});
