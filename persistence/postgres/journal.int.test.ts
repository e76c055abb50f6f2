import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { shardOf } from '#kernel';
import { journalContract } from '#kernel/testing';
import type { JournalUnderTest } from '#kernel/testing';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal, PostgresJournalOptions } from './journal.ts';
import { appendOf, gapsIn, queryOn } from './testing/stored-journal.ts';

let server: PostgresServer;
let url: string;
let opened: PostgresJournal[];
/** Of the leases that are renewed. */
let renewing: AbortController;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  opened = [];
  renewing = new AbortController();
});
afterEach(async () => {
  vi.restoreAllMocks();
  renewing.abort();
  for (const journal of opened) await journal.close();
});

const open = async (options: Partial<PostgresJournalOptions> = {}): Promise<PostgresJournal> => {
  const journal = await openPostgresJournal({ url, takeOver: 'at-once', ...options });
  opened.push(journal);
  return journal;
};

/** Keeps the journal's lease, as the tree does; with the reason when that fails. */
const renewed = async ({
  services: [renewal],
}: PostgresJournal): Promise<{ readonly failure: Promise<unknown> | undefined }> => {
  const { promise: hasStarted, resolve: started } = Promise.withResolvers<void>();
  const failure = renewal?.run({ signal: renewing.signal, started }).then(
    () => null,
    (error: unknown) => error,
  );
  await hasStarted;
  return { failure };
};

const openForContract = async (storeUrl: string): Promise<JournalUnderTest> => {
  const journal = await openPostgresJournal({ url: storeUrl });
  return {
    journal,
    async reopen() {
      await journal.close();
      return openForContract(storeUrl);
    },
    async takeShard(shard) {
      await queryOn(storeUrl, `UPDATE journal.shard_owner SET epoch = epoch + 1 WHERE shard = ${shard}`);
    },
    close: () => journal.close(),
  };
};
journalContract('Postgres', async () => openForContract(await server.database()));

describe('appends that are written together', () => {
  test('fail alone: a duplicate, a conflict and a taken value leave the others as they are', async () => {
    const journal = await open();
    const email = { scope: 'email', value: 'a@example.org' };
    await journal.append(appendOf('first', 1, { claims: [email] }));
    const outcomes = await Promise.all([
      ...Array.from({ length: 50 }, (_, i) => journal.append(appendOf(`good-${i}`, 1))),
      journal.append(appendOf('first', 1)),
      journal.append(appendOf('first', 1, { commandId: 'other' })),
      journal.append(appendOf('gap', 3)),
      journal.append(appendOf('second', 1, { claims: [{ scope: 'email', value: 'b@example.org' }, email] })),
    ]);
    expect(outcomes.slice(0, 50).map(({ type }) => type)).toEqual(new Array(50).fill('committed'));
    expect(outcomes.slice(50)).toEqual([
      { type: 'duplicate', answer: '"first-1"' },
      { type: 'conflict' },
      { type: 'conflict' },
      { type: 'claim-taken', index: 1 },
    ]);
    expect(await journal.claimant({ scope: 'email', value: 'b@example.org' })).toBe(null);
    expect(await gapsIn(url)).toEqual([]);
  });

  test('get one value between them when several want it at once', async () => {
    const journal = await open();
    const claims = [{ scope: 'email', value: 'wanted@example.org' }];
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => journal.append(appendOf(`user-${i}`, 1, { claims }))),
    );
    const winners = outcomes.flatMap(({ type }, i) => (type === 'committed' ? [`user-${i}`] : []));
    expect(winners).toHaveLength(1);
    expect(outcomes.filter(({ type }) => type === 'claim-taken')).toHaveLength(39);
    expect(await journal.claimant({ scope: 'email', value: 'wanted@example.org' })).toEqual({
      kind: 'account',
      id: winners[0],
    });
    expect(await gapsIn(url)).toEqual([]);
  });

  test('keep a dense place for each event of a shard, and answer with it', async () => {
    const journal = await open();
    const last = new Map<number, number>();
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        for (let seq = 1; seq <= 6; seq += 2) {
          const events = [1, 2].map((n) => ({ type: 'Deposited', version: 1, payload: `{"n":${n}}` }));
          const outcome = await journal.append(appendOf(`user-${i}`, seq, { events }));
          if (outcome.type !== 'committed') throw new Error(outcome.type);
          const shard = shardOf(`user-${i}`);
          expect(outcome.shardSeq).toBeGreaterThan(last.get(shard) ?? 0);
          last.set(shard, outcome.shardSeq);
        }
      }),
    );
    expect(await gapsIn(url)).toEqual([]);
    expect(await queryOn(url, 'SELECT count(*)::int AS events FROM journal.event')).toEqual([{ events: 1_200 }]);
  });

  test('that can’t be stored at all are a defect of their own', async () => {
    const journal = await open();
    const events = [{ type: 'a\0b', version: 1, payload: '{}' }];
    const [bad, good] = await Promise.allSettled([
      journal.append(appendOf('bad', 1, { events })),
      journal.append(appendOf('good', 1)),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: '22021' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { type: 'committed' } });
  });
});

test('a value too long for an index is its own command’s fault', async () => {
  const journal = await open();
  const commandId = Array.from({ length: 4_000 }, (_, i) => createHash('sha256').update(String(i)).digest('hex')[0]);
  const [bad, good] = await Promise.allSettled([
    journal.append(appendOf('bad', 1, { commandId: commandId.join('') })),
    journal.append(appendOf('good', 1)),
  ]);
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: '54000' } });
  expect(good).toMatchObject({ status: 'fulfilled', value: { type: 'committed' } });
});

test('a recovery from a snapshot has the answers from before it too, newest last', async () => {
  const journal = await open();
  for (let seq = 1; seq <= 4; seq++) await journal.append(appendOf('user', seq));
  const address = { kind: 'account', id: 'user' };
  await journal.saveSnapshot(address, { seq: 3, schema: 1, state: '{}' });
  const [recovery] = await journal.recover([{ address, schema: 1 }]);
  expect(recovery?.events.map(({ seq }) => seq)).toEqual([4]);
  expect(recovery?.answers.map(({ commandId }) => commandId)).toEqual(['user-1', 'user-2', 'user-3', 'user-4']);
});

describe('the fence', () => {
  test('lets a journal that was taken over write nothing more', async () => {
    const first = await open();
    expect(await first.append(appendOf('user', 1))).toMatchObject({ type: 'committed' });
    const second = await open();
    const outcomes = await Promise.all([
      first.append(appendOf('user', 2)),
      ...Array.from({ length: 20 }, (_, i) => first.append(appendOf(`other-${i}`, 1))),
    ]);
    expect(outcomes).toEqual(outcomes.map(() => ({ type: 'fenced' })));
    expect(await second.append(appendOf('user', 2))).toMatchObject({ type: 'committed', shardSeq: 2 });
    expect(first.epoch).toBe(second.epoch);
  });

  test('lets nobody answer from what was read before it was lost', async () => {
    const first = await open();
    expect(first.mayAnswer()).toBe(true);
    const second = await open();
    expect(await first.append(appendOf('user', 1))).toEqual({ type: 'fenced' });
    expect([first.mayAnswer(), second.mayAnswer()]).toEqual([false, true]);
  });

  test('tells its former owner, also one that writes nothing', async () => {
    const first = await open({ leaseMs: 300 });
    const { failure } = await renewed(first);
    await open();
    expect(await failure).toMatchObject({
      name: 'Unrestartable',
      message: 'Another program has taken over the journal.',
    });
    expect(first.mayAnswer()).toBe(false);
  });

  test('lets nobody answer when the lease may be over, as after a long standstill', async () => {
    const journal = await open({ leaseMs: 60_000 });
    const time = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(time + 60_000);
    expect(journal.mayAnswer()).toBe(false);
    // Whoever writes asks first, and holds it again.
    expect(await journal.append(appendOf('user', 1))).toMatchObject({ type: 'committed' });
    expect(journal.mayAnswer()).toBe(true);
  });

  test('holds while both write: nothing is lost, nothing twice', async () => {
    const first = await open();
    const write = async (journal: PostgresJournal, name: string): Promise<number> => {
      let committed = 0;
      for (let seq = 1; seq <= 50; seq++) {
        const outcome = await journal.append(appendOf(name, seq));
        if (outcome.type === 'committed') committed++;
      }
      return committed;
    };
    const writing = Array.from({ length: 30 }, (_, i) => write(first, `one-${i}`));
    const second = await open();
    const counts = await Promise.all([...writing, ...Array.from({ length: 30 }, (_, i) => write(second, `two-${i}`))]);
    const committed = counts.reduce((sum, count) => sum + count, 0);
    expect(await queryOn(url, 'SELECT count(*)::int AS events FROM journal.event')).toEqual([{ events: committed }]);
    expect(counts.slice(30)).toEqual(new Array(30).fill(50));
    expect(await gapsIn(url)).toEqual([]);
    const backwards = `SELECT shard FROM (
      SELECT shard, epoch, lag(epoch) OVER (PARTITION BY shard ORDER BY shard_seq) AS before FROM journal.event
    ) AS e WHERE epoch < before`;
    expect(await queryOn(url, backwards)).toEqual([]);
  });

  test('is not taken from an owner that lives, unless that is asked for', async () => {
    const first = await open({ leaseMs: 300 });
    await renewed(first);
    await expect(openPostgresJournal({ url, leaseMs: 300 })).rejects.toMatchObject({ code: 'journal-in-use' });
    expect(await first.append(appendOf('user', 1))).toMatchObject({ type: 'committed' });
  });

  test('goes to one of several that start at the same time', async () => {
    const starts = await Promise.allSettled(
      Array.from({ length: 3 }, async () => {
        const journal = await openPostgresJournal({ url, leaseMs: 1_000 });
        await renewed(journal);
        return journal;
      }),
    );
    const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    opened.push(...started);
    expect(started).toHaveLength(1);
    expect(await started[0]?.append(appendOf('user', 1))).toMatchObject({ type: 'committed' });
  });

  test('is free at once after an orderly end, and after a lease of the dead has run out', async () => {
    const first = await open({ leaseMs: 60_000 });
    await first.close();
    opened = [];
    const second = await openPostgresJournal({ url, leaseMs: 60_000 });
    opened.push(second);
    await queryOn(url, `UPDATE journal.node_lease SET lease_until = clock_timestamp() - interval '1 second'`);
    const third = await openPostgresJournal({ url, leaseMs: 60_000 });
    opened.push(third);
    expect(await second.append(appendOf('user', 1))).toEqual({ type: 'fenced' });
  });
});
