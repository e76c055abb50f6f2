/** What is archived, when, and that nobody who reads notices. */

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shardOf } from '#kernel';
import type { ActorAddress, Append } from '#kernel';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { archiveAfterMsMin, archiveOnce } from './archiver.ts';
import { openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal } from './journal.ts';
import { recoverText } from './recovery.ts';
import { appendOf, gapsIn, queryOn } from './testing/stored-journal.ts';

let server: PostgresServer;
let url: string;
let journal: PostgresJournal;
let database: Database;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  journal = await openPostgresJournal({ url, takeOver: 'at-once' });
  database = openDatabase(url, 2, 'archive test');
});
afterEach(async () => {
  await database.close();
  await journal.close();
});

const dayMs = 86_400_000;
const never = new AbortController().signal;
const account = (id: string): ActorAddress => ({ kind: 'account', id });

const write = async (id: string, firstSeq: number, count: number, parts: Partial<Append> = {}): Promise<void> => {
  const events = Array.from({ length: count }, (_, i) => ({
    type: 'Deposited',
    version: 1,
    payload: `{"amount":"${firstSeq + i}"}`,
  }));
  const outcome = await journal.append(appendOf(id, firstSeq, { events, ...parts }));
  expect(outcome).toMatchObject({ type: 'committed' });
};
const snapshot = (id: string, seq: number): Promise<void> =>
  journal.saveSnapshot(account(id), { seq, schema: 1, state: `{"at":${seq}}` });

/** Marks where the shards stand, as if that had been so many days ago. */
const pass = async (days: number): Promise<void> => {
  await archiveOnce(database, archiveAfterMsMin, never);
  await queryOn(url, `UPDATE journal.shard_mark SET at = at - ${days * dayMs}`);
};
const archive = (): Promise<number> => archiveOnce(database, archiveAfterMsMin, never);
const seqsIn = async (table: string, id: string): Promise<unknown> => {
  const [row] = await queryOn(
    url,
    `SELECT coalesce(json_agg(seq ORDER BY seq), '[]') AS seqs FROM journal.${table} WHERE persistence_id = 'account/${id}'`,
  );
  return row?.['seqs'];
};

describe('events before a snapshot', () => {
  test('are archived when they are old enough; those after it, and those of actors without one, stay', async () => {
    await write('one', 1, 10);
    await write('other', 1, 3);
    await snapshot('one', 8);
    await pass(30);
    await write('one', 11, 4);
    await snapshot('one', 14);
    expect(await archive()).toBe(10);
    expect(await seqsIn('event', 'one')).toEqual([11, 12, 13, 14]);
    expect(await seqsIn('event_archive', 'one')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await seqsIn('event', 'other')).toEqual([1, 2, 3]);
    expect(await archive()).toBe(0);
  });

  test('stay where the newest one is its snapshot’s own', async () => {
    await write('one', 1, 5);
    await snapshot('one', 5);
    await pass(30);
    expect(await archive()).toBe(4);
    expect(await seqsIn('event', 'one')).toEqual([5]);
    await write('one', 6, 1);
  });

  test('are moved in portions, also of one actor that has more than a portion holds', async () => {
    for (let firstSeq = 1; firstSeq <= 5_000; firstSeq += 1_000) await write('one', firstSeq, 1_000);
    for (const id of ['one.a', 'one.b']) {
      await write(id, 1, 3);
      await snapshot(id, 3);
    }
    await snapshot('one', 4_990);
    await pass(30);
    expect(await archive()).toBe(4_989 + 2 + 2);
    expect(await gapsIn(url)).toEqual([]);
  });

  test('are not archived before anything may have been delivered for the last time, whatever is asked for', async () => {
    await write('one', 1, 5);
    await snapshot('one', 5);
    await pass(7.5);
    expect(await archiveOnce(database, 0, never)).toBe(0);
    await queryOn(url, `UPDATE journal.shard_mark SET at = at - ${dayMs}`);
    expect(await archiveOnce(database, 0, never)).toBe(4);
  });

  test('wait for messages that are not delivered, and for timers that have not rung', async () => {
    await write('one', 1, 5);
    await snapshot('one', 5);
    await pass(30);
    const command = { type: 'Ring' };
    await write('sender', 1, 1, {
      outbox: [{ id: 'm', to: account('one'), command }],
      timers: [{ type: 'set', name: 't', at: Date.now() - 31 * dayMs, command }],
    });
    // As a message from before such times were noted.
    await queryOn(url, 'UPDATE journal.outbox SET created_at = 0');
    expect(await archive()).toBe(0);
    await journal.delivered(['m']);
    expect(await archive()).toBe(0);
    await write('sender', 2, 1, { timers: [{ type: 'set', name: 't', at: Date.now() + dayMs, command }] });
    expect(await archive()).toBe(4);
  });
});

describe('archived events', () => {
  beforeEach(async () => {
    await write('one', 1, 100, { commandId: 'first', answer: '1' });
    await snapshot('one', 100);
    await pass(30);
    await write('one', 101, 100, { commandId: 'second', answer: '2' });
    await snapshot('one', 150);
    expect(await archive()).toBe(100);
  });

  test('come back in their order, whoever reads all of them', async () => {
    const all = Array.from({ length: 200 }, (_, i) => i + 1);
    expect((await journal.read(account('one'), 0, 1_000)).map(({ seq }) => seq)).toEqual(all);
    expect((await journal.read(account('one'), 90, 20)).map(({ seq }) => seq)).toEqual(all.slice(90, 110));
    // A snapshot of another form, or one that can't be read.
    for (const schema of [2, null]) {
      const [recovery] = await journal.recover([{ address: account('one'), schema }]);
      expect(recovery).toMatchObject({ snapshot: null, isComplete: true });
      expect(recovery?.events.map(({ seq, payload }) => [seq, payload])).toEqual(
        all.map((seq) => [seq, `{"amount":"${seq}"}`]),
      );
    }
    const many = Array.from({ length: 1_000 }, (_, i) => ({ address: account(`nobody-${i}`), schema: null }));
    const [page] = await journal.recover([{ address: account('one'), schema: null }, ...many]);
    expect(page).toMatchObject({ isComplete: false, answers: [{ commandId: 'first' }, { commandId: 'second' }] });
    expect(page?.events.map(({ seq }) => seq)).toEqual(all.slice(0, page?.events.length));
    expect(await gapsIn(url)).toEqual([]);
  });

  test('are not looked at for a recovery from a fresh snapshot', async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    const nodesOf = async (schema: number | null): Promise<string> => {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE) ${recoverText}`, [
        ['account/one'],
        [schema],
        1_000,
      ]);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    expect(await nodesOf(1)).toMatch(/ on event_archive .*never executed/);
    expect(await nodesOf(null)).not.toMatch(/ on event_archive .*never executed/);
    await client.end();
    const [recovery] = await journal.recover([{ address: account('one'), schema: 1 }]);
    expect(recovery).toMatchObject({ snapshot: { seq: 150 }, answers: [{ commandId: 'second', answer: '2' }] });
    expect(recovery?.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, i) => 151 + i));
  });

  test('keep their places: whoever takes the actor for a new one, or for an old state of itself, has a conflict', async () => {
    for (const firstSeq of [1, 2, 50, 101, 102]) {
      expect(await journal.append(appendOf('one', firstSeq, { commandId: `late ${firstSeq}` }))).toEqual({
        type: 'conflict',
      });
    }
    await write('one', 201, 1);
    await journal.close();
    journal = await openPostgresJournal({ url });
    for (const firstSeq of [1, 2, 50, 101]) {
      expect(await journal.append(appendOf('one', firstSeq, { commandId: `later ${firstSeq}` }))).toEqual({
        type: 'conflict',
      });
    }
    await write('one', 202, 1);
    expect(await gapsIn(url)).toEqual([]);
  });
});

/** Events of one actor or shard: from the first one on without a hole. */
const expectDense = (numbers: readonly number[]): void => {
  const wrong = numbers.findIndex((number, place) => number !== place + 1);
  if (wrong >= 0) throw new Error(`${numbers[wrong]} stands in place ${wrong + 1}`);
};

describe('while events are archived', () => {
  const ids = Array.from({ length: 24 }, (_, i) => `busy-${i}`);

  test('whoever appends, recovers and follows the shards at the same time loses nothing and sees nothing twice', async () => {
    const acknowledged = new Map(ids.map((id) => [id, 0]));
    const over = new AbortController();
    const append = async (id: string): Promise<void> => {
      for (let seq = 1; seq <= 240; seq += 4) {
        await write(id, seq, 4);
        acknowledged.set(id, seq + 3);
        if (seq % 20 === 1) await snapshot(id, seq + 3);
      }
    };
    const archiving = async (): Promise<number> => {
      let moved = 0;
      while (!over.signal.aborted) {
        await pass(30);
        moved += await archive();
      }
      return moved;
    };
    const recovering = async (): Promise<void> => {
      for (let turn = 0; !over.signal.aborted; turn++) {
        const id = ids[turn % ids.length] ?? '';
        const told = acknowledged.get(id) ?? 0;
        const [recovery] = await journal.recover([{ address: account(id), schema: turn % 2 }]);
        const first = recovery?.snapshot?.seq ?? 0;
        const numbers = recovery?.events.map(({ seq }) => seq - first) ?? [];
        expectDense(numbers);
        expect(first + numbers.length).toBeGreaterThanOrEqual(told);
      }
    };
    /** As the lists do: after a cursor, and now and then from the first event on. */
    const following = async (): Promise<void> => {
      const shards = [...new Set(ids.map((id) => shardOf(id)))];
      const readShard = async (shard: number, after: number): Promise<readonly number[]> =>
        (
          await queryOn(
            url,
            `SELECT shard_seq::int FROM journal.every_event WHERE shard = ${shard} AND shard_seq > ${after} ORDER BY shard_seq`,
          )
        ).map((row) => Number(row['shard_seq']));
      const reached = new Map<number, number>();
      for (let turn = 0; !over.signal.aborted; turn++) {
        const shard = shards[turn % shards.length] ?? 0;
        const after = turn % 3 === 0 ? 0 : (reached.get(shard) ?? 0);
        const numbers = await readShard(shard, after);
        expectDense(numbers.map((number) => number - after));
        reached.set(shard, after + numbers.length);
      }
    };
    const others = [archiving(), recovering(), following()] as const;
    await Promise.all(ids.map(append));
    over.abort();
    const [moved] = await Promise.all(others);
    expect(moved).toBeGreaterThan(0);
    expect(await gapsIn(url)).toEqual([]);
    expect(await queryOn(url, 'SELECT count(*)::int AS events FROM journal.every_event')).toEqual([
      { events: ids.length * 240 },
    ]);
  });
});
