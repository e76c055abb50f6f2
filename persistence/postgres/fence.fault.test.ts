/** Who may write and answer, while processes freeze, wake, renew and take over at the same time. */

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Query } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LocalBus, shardOf, startActorSystem, systemClock } from '#kernel';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { copyEvents } from './event-copy.ts';
import { openDatabase } from './database.ts';
import { openPostgresJournal } from './journal.ts';
import { takeLease } from './lease.ts';
import type { Lease } from './lease.ts';
import { createShardWriter } from './shard-writer.ts';
import { counter } from './testing/counter.ts';
import { countersOfProcess, lostExitCode, sharedMicroseconds } from './testing/counting-process.ts';
import type { Told } from './testing/counting-process.ts';
import { appendOf, gapsIn, queryOn } from './testing/stored-journal.ts';

let server: PostgresServer;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
});

/** Events that an owner has written after a later one had. */
const writtenLate = `SELECT * FROM (
    SELECT shard, shard_seq, epoch, max(epoch) OVER (PARTITION BY shard ORDER BY shard_seq) AS newest FROM journal.event
  ) AS e WHERE epoch < newest`;

const program = fileURLToPath(new URL('testing/counting-process.ts', import.meta.url));

const startCounting = (leaseMs: number): { readonly process: ChildProcess; readonly told: Told[] } => {
  const child = fork(program, [url, String(leaseMs)], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const told: Told[] = [];
  child.on('message', (message) => {
    told.push(message as Told); // it sends nothing else
  });
  return { process: child, told };
};

describe('a process that is frozen while another takes over', () => {
  // Frozen wherever it happens to be: reading, deciding, writing.
  test.each([1, 2, 3])('commits nothing, answers nothing from what it knew, and ends (%i)', async () => {
    const leaseMs = 600;
    const { process: child, told } = startCounting(leaseMs);
    while (told.length < 2_000) await once(child, 'message');
    child.kill('SIGSTOP');
    const journal = await openPostgresJournal({ url, leaseMs });
    const takenAt = sharedMicroseconds();
    const system = startActorSystem({
      kinds: [counter],
      journal,
      publisher: new LocalBus(),
      clock: systemClock,
      report: () => {},
      foundation: [{ name: 'records', strategy: 'one-for-one', children: journal.services }],
    });
    const ids = Array.from({ length: countersOfProcess }, (_, i) => `counter-${i}`);
    const counts = new Map<string, number>();
    for (const id of ids) {
      const answer = await system.ask(counter, id, { type: 'Put' });
      counts.set(id, answer.type === 'replied' ? answer.reply : NaN);
    }
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    expect(await ended).toEqual([lostExitCode, null]);
    expect(told.filter(({ askedAt }) => askedAt > takenAt)).toEqual([]);
    // Of what it was asked before it may tell what it had committed: the next one has found it.
    expect(told.filter(({ id, count }) => count >= (counts.get(id) ?? NaN))).toEqual([]);
    for (const id of ids) {
      expect(await system.ask(counter, id, { type: 'Read' })).toMatchObject({ reply: counts.get(id) });
    }
    await system.stop();
    await journal.close();
    expect(await queryOn(url, writtenLate)).toEqual([]);
    expect(await gapsIn(url)).toEqual([]);
  });

  test('does not hold it up by an append of which it has sent a part', async () => {
    const frozen = new Client({ connectionString: url });
    await frozen.connect();
    const broken = once(frozen, 'error');
    const half = new Query({ text: `SELECT journal.fence(1);${copyEvents}` }, () => {});
    // The server asks for the rows, and waits.
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    frozen.query(Object.assign(half, { handleCopyInResponse: () => resolve() }));
    await asked;
    const journal = await openPostgresJournal({ url });
    expect(await journal.append(appendOf('one', 1))).toMatchObject({ type: 'committed', shardSeq: 1 });
    await broken;
    await journal.close();
  });
});

test('an append that waits for a takeover is refused by it', async () => {
  const journal = await openPostgresJournal({ url });
  expect(await journal.append(appendOf('one', 1))).toMatchObject({ type: 'committed' });
  const taking = new Client({ connectionString: url });
  await taking.connect();
  await taking.query('BEGIN');
  await taking.query('UPDATE journal.shard_owner SET epoch = epoch + 1');
  const late = journal.append(appendOf('one', 2));
  const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  while ((await queryOn(url, waiting)).length === 0);
  await taking.query('COMMIT');
  expect(await late).toEqual({ type: 'fenced' });
  expect(await queryOn(url, 'SELECT seq::int FROM journal.event')).toEqual([{ seq: 1 }]);
  await taking.end();
  await journal.close();
});

test('a takeover waits while the owner’s lease lasts, whatever the owner has under way', async () => {
  const owner = await openPostgresJournal({ url, leaseMs: 60_000 });
  const writing = new Client({ connectionString: url });
  await writing.connect();
  await writing.query('BEGIN');
  await writing.query('SELECT journal.fence((SELECT version FROM journal.ownership))');
  await expect(openPostgresJournal({ url, leaseMs: 300 })).rejects.toMatchObject({ code: 'journal-in-use' });
  await writing.query('COMMIT');
  await writing.end();
  expect(await owner.append(appendOf('one', 1))).toMatchObject({ type: 'committed' });
  await owner.close();
});

describe('a renewal and a takeover at the same moment', () => {
  const database = () => openDatabase(url, 8, 'fence test');

  test('of a lease that is just over: one of them has it', async () => {
    const connections = database();
    const run = async (text: string): Promise<number> => (await connections.query({ name: '', text }, [])).length;
    const seen = new Set<string>();
    for (let round = 0; round < 100; round++) {
      await run(`INSERT INTO journal.node_lease VALUES ('old${round}', '', clock_timestamp()),
        ('new${round}', '', clock_timestamp() + interval '1 hour')`);
      await run(`UPDATE journal.shard_owner SET incarnation = 'old${round}'`);
      const renew = `UPDATE journal.node_lease SET lease_until = clock_timestamp() + interval '1 hour'
        WHERE incarnation = 'old${round}' AND NOT dead RETURNING 1`;
      const take = `SELECT FROM journal.take_shards('new${round}', false)`;
      const both = round % 2 === 0 ? [run(renew), run(take)] : [run(take), run(renew)].toReversed();
      const [renewed = NaN, taken = NaN] = await Promise.all(both);
      expect([renewed, taken]).toEqual(renewed === 1 ? [1, 0] : [0, 1_024]);
      seen.add(renewed === 1 ? 'renewed' : 'taken');
      // Whoever has come too late stays so.
      if (taken > 0) expect(await run(renew)).toBe(0);
      await run('DELETE FROM journal.node_lease');
    }
    expect([...seen].sort()).toEqual(['renewed', 'taken']);
    await connections.close();
  });

  /** Freezes, wakes, gives back and is followed, many times; all in one process, so that one look sees all of them. */
  test('many times: there are never two who may answer, and nobody writes after the next one has', async () => {
    const connections = database();
    const leases = new Map<Lease, string>();
    const takeoversWanted = 30;
    let takeovers = 0;
    let commits = 0;
    const others = (lease: Lease): readonly string[] =>
      [...leases].filter(([other]) => other !== lease && other.isHeld()).map(([, name]) => name);
    const lookAll = (): void => {
      for (const [lease, name] of leases)
        if (lease.isHeld()) expect({ name, others: others(lease) }).toEqual({ name, others: [] });
    };
    const between = (low: number, high: number): number => low + Math.random() * (high - low);

    const write = async (lease: Lease, until: AbortSignal): Promise<void> => {
      const writer = createShardWriter(connections, lease);
      const head = {
        name: 'head',
        text: `SELECT coalesce(max(seq), 0) AS head FROM journal.event WHERE persistence_id = 'account/contended'`,
      };
      while (!until.aborted) {
        const [row] = await connections.query<{ head: number }>(head, []);
        const firstSeq = (row?.head ?? 0) + 1;
        const { type } = await writer.append(appendOf('contended', firstSeq, { commandId: null, answer: null }));
        if (type === 'fenced') return;
        expect(['committed', 'conflict']).toContain(type);
        if (type === 'conflict') continue;
        commits++;
        expect(others(lease)).toEqual([]);
      }
    };
    const contend = async (name: string): Promise<void> => {
      while (takeovers < takeoversWanted) {
        const leaseMs = between(60, 200);
        const incarnation = randomUUID();
        const options = { node: name, leaseMs, takeOver: 'when-expired', member: null, incarnation } as const;
        const lease = await takeLease(connections, options).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'journal-in-use' });
          return null;
        });
        if (lease === null) continue;
        takeovers++;
        leases.set(lease, name);
        lookAll();
        const writingEnds = new AbortController();
        const writing = write(lease, writingEnds.signal);
        const renewFor = async (ms: number): Promise<void> => {
          const signal = AbortSignal.timeout(Math.ceil(ms));
          await lease.renewal.run({ signal, started: () => {} }).catch((error: unknown) => {
            expect(error).toMatchObject({ name: 'Unrestartable' });
          });
        };
        await renewFor(between(0, 2 * leaseMs));
        // Frozen, as far as its lease goes; then it wakes, or gives it back, or is never heard of again.
        const end = Math.random();
        await delay(between(0, 2 * leaseMs));
        if (end < 0.5) await renewFor(between(0, leaseMs));
        writingEnds.abort();
        await writing;
        if (end > 0.8) await lease.release();
        lookAll();
      }
    };
    const over = new AbortController();
    const looking = (async () => {
      while (!over.signal.aborted) {
        lookAll();
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await Promise.all(['one', 'two', 'three'].map(contend));
    over.abort();
    await looking;
    expect(commits).toBeGreaterThan(0);
    expect(new Set(leases.values()).size).toBeGreaterThan(1);
    expect(await queryOn(url, writtenLate)).toEqual([]);
    expect(
      await queryOn(url, `SELECT count(*)::int AS events FROM journal.event WHERE shard = ${shardOf('contended')}`),
    ).toEqual([{ events: commits }]);
    expect(await gapsIn(url)).toEqual([]);
    await connections.close();
  });
});
