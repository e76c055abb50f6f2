/** What a journal does while Postgres is away, hangs or refuses, and that it goes on by itself afterwards. */

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LocalBus, shardOf, startActorSystem, systemClock } from '#kernel';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openWay } from '#test/way';
import { archiveAfterMsMin, createArchiver } from './archiver.ts';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal } from './journal.ts';
import { counter } from './testing/counter.ts';
import { startLoad } from './testing/journal-load.ts';
import { serverProcessesOf } from './testing/server-processes.ts';
import { appendOf, gapsIn, outcomeOrOutage, queryOn } from './testing/stored-journal.ts';

/** With one database: after a kill Postgres looks through all its files. */
let server: PostgresServer;
let url: string;
let journal: PostgresJournal;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.database();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await queryOn(url, 'TRUNCATE journal.event, journal.event_archive, journal.snapshot, journal.shard_mark');
  journal = await openPostgresJournal({ url, takeOver: 'at-once' });
});
afterEach(() => journal.close());

const outages = ['outcome-unknown', 'storage-away'];

/** Appends wait until it is released. */
const blocked = async () => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock(journal.ownership_lock())');
  const waiting = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  return {
    untilWaiting: async (count: number): Promise<void> => {
      while ((await queryOn(url, waiting))[0]?.['count'] !== count);
    },
    release: async (): Promise<void> => {
      await client.query('COMMIT');
      await client.end();
    },
  };
};

describe('under load', () => {
  /** Enough that batches are under way and others wait at any moment. */
  const size = { writers: 150, commands: 30 };

  test('a kill and a new start of Postgres lose nothing, and writing goes on', async () => {
    const load = startLoad(journal, size);
    await load.untilMore(500);
    await server.kill();
    expect(await outcomeOrOutage(journal.append(appendOf('other', 1)))).toMatch(/outcome-unknown|storage-away/);
    await server.start();
    await load.done;
    expect([...load.heard.keys()].filter((one) => !['committed', 'duplicate', ...outages].includes(one))).toEqual([]);
    expect(await load.check(url)).toEqual([]);
    expect(await gapsIn(url)).toEqual([]);
  });

  test('a stop of Postgres that breaks everything off loses nothing, and writing goes on', async () => {
    const processes = await serverProcessesOf(url);
    const load = startLoad(journal, size);
    await load.untilMore(500);
    await processes.stopImmediately();
    await server.start();
    await load.done;
    expect(await load.check(url)).toEqual([]);
    expect(await gapsIn(url)).toEqual([]);
  });

  test('a Postgres that stands still for longer than the lease has lost nothing when it goes on', async () => {
    await journal.close();
    journal = await openPostgresJournal({ url, leaseMs: 500 });
    const processes = await serverProcessesOf(url);
    const asking = new Client({ connectionString: url, query_timeout: 1_000 });
    await asking.connect();
    const load = startLoad(journal, size);
    await load.untilMore(500);
    processes.freeze();
    try {
      await expect(asking.query('SELECT 1')).rejects.toThrow('timeout');
      expect(journal.mayAnswer()).toBe(false);
    } finally {
      processes.thaw();
    }
    await load.done;
    expect(journal.mayAnswer()).toBe(true);
    await asking.end();
    expect(await load.check(url)).toEqual([]);
    expect(await gapsIn(url)).toEqual([]);
  });

  test('connections that break before the server hears, or before it is heard, lose nothing and count once', async () => {
    const way = await openWay(url);
    const distant = await openPostgresJournal({ url: way.url, takeOver: 'at-once' });
    const load = startLoad(distant, size);
    for (const direction of ['answers', 'requests', 'answers', 'requests'] as const) {
      await load.untilMore(200);
      way.lose(direction);
      await way.untilLost();
      way.cut();
    }
    await load.done;
    // What the server had done and nobody heard of was answered from what is stored.
    expect(load.heard.get('duplicate')).toBeGreaterThan(0);
    expect(load.heard.get('outcome-unknown')).toBeGreaterThan(0);
    expect(await load.check(url)).toEqual([]);
    expect(await gapsIn(url)).toEqual([]);
    await distant.close();
    way.close();
  });
});

describe('an append of which nothing is heard', () => {
  test('and that was written gets its answer when it is sent again', async () => {
    const way = await openWay(url);
    const distant = await openPostgresJournal({ url: way.url, takeOver: 'at-once' });
    await distant.append(appendOf('one', 1));
    way.lose('answers');
    const unheard = outcomeOrOutage(distant.append(appendOf('one', 2)));
    while ((await queryOn(url, `SELECT FROM journal.event WHERE command_id = 'one-2'`)).length === 0);
    way.cut();
    expect(await unheard).toBe('outcome-unknown');
    expect(await distant.append(appendOf('one', 2))).toEqual({ type: 'duplicate', answer: '"one-2"' });
    expect(await distant.append(appendOf('one', 3))).toMatchObject({ type: 'committed' });
    await distant.close();
    way.close();
  });

  test('because it never arrived is applied when it is sent again', async () => {
    const way = await openWay(url);
    const distant = await openPostgresJournal({ url: way.url, takeOver: 'at-once' });
    await distant.append(appendOf('one', 1));
    way.lose('requests');
    const unheard = outcomeOrOutage(distant.append(appendOf('one', 2)));
    await way.untilLost();
    way.cut({ serverNotices: true });
    expect(await unheard).toBe('outcome-unknown');
    expect(await distant.append(appendOf('one', 2))).toMatchObject({ type: 'committed' });
    expect(await gapsIn(url)).toEqual([]);
    await distant.close();
    way.close();
  });

  test('while the server goes on with it leaves no hole and counts once', async () => {
    const way = await openWay(url);
    const distant = await openPostgresJournal({ url: way.url, takeOver: 'at-once' });
    const shard = shardOf('late');
    expect(await distant.append(appendOf('late', 1))).toMatchObject({ type: 'committed' });
    const blocker = await blocked();
    const late = outcomeOrOutage(distant.append(appendOf('late', 2)));
    await blocker.untilWaiting(1);
    way.cut();
    expect(await late).toBe('outcome-unknown');
    const beside = distant.append(appendOf('late.beside', 1));
    await blocker.untilWaiting(2);
    await blocker.release();
    expect(await beside).toMatchObject({ type: 'committed' });
    const again = await distant.append(appendOf('late', 2));
    expect(['committed', 'duplicate']).toContain(again.type);
    expect(await gapsIn(url)).toEqual([]);
    expect(
      await queryOn(
        url,
        `SELECT count(*)::int AS events FROM journal.event WHERE shard = ${shard} AND persistence_id LIKE '%/late%'`,
      ),
    ).toEqual([{ events: 3 }]);
    await distant.close();
    way.close();
  });
});

describe('a server that refuses', () => {
  /** Every insert into the journal fails as the server itself would. */
  const refuseWith = (state: string): Promise<unknown> =>
    queryOn(
      url,
      `CREATE OR REPLACE FUNCTION journal.refuse() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE 'as the test wants it' USING ERRCODE = '${state}'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON journal.event FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse()`,
    );
  const refuseNoMore = (): Promise<unknown> => queryOn(url, 'DROP TRIGGER refuse ON journal.event');

  // The disk is full; memory is; too many connections; it is a copy that takes no writes; it took too long.
  for (const state of ['53100', '53200', '53300', '25006', '57014']) {
    test(`with ${state} has done nothing, says so, and is asked again with the next append`, async () => {
      await refuseWith(state);
      const appends = Array.from({ length: 20 }, (_, i) => outcomeOrOutage(journal.append(appendOf(`one-${i}`, 1))));
      expect(await Promise.all(appends)).toEqual(appends.map(() => 'storage-away'));
      await refuseNoMore();
      expect(await queryOn(url, 'SELECT FROM journal.event')).toEqual([]);
      expect(await journal.append(appendOf('one-1', 1))).toMatchObject({ type: 'committed', shardSeq: 1 });
    });
  }

  test('because a statement takes too long has done nothing, and those who waited are told at once', async () => {
    const blocker = await blocked();
    const first = outcomeOrOutage(journal.append(appendOf('one', 1)));
    await blocker.untilWaiting(1);
    const waiting = Array.from({ length: 50 }, (_, i) => outcomeOrOutage(journal.append(appendOf(`one.${i}`, 1))));
    // What the server does itself when the time is over.
    await queryOn(url, `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
    expect(await Promise.all([first, ...waiting])).toEqual(['storage-away', ...waiting.map(() => 'storage-away')]);
    await blocker.release();
    expect(await journal.append(appendOf('one', 1))).toMatchObject({ type: 'committed', shardSeq: 1 });
  });
});

test('what waits is bounded: more is refused at once, and what was taken is written', async () => {
  const blocker = await blocked();
  const first = journal.append(appendOf('one', 1));
  await blocker.untilWaiting(1);
  const payload = JSON.stringify('x'.repeat(1024 * 1024));
  const large = (i: number) => appendOf(`one.${i}`, 1, { events: [{ type: 'Deposited', version: 1, payload }] });
  const outcomes = Array.from({ length: 80 }, (_, i) => outcomeOrOutage(journal.append(large(i))));
  // Those that were refused know it without the server.
  const refused = outcomes.slice(64);
  expect(await Promise.all(refused)).toEqual(refused.map(() => 'overloaded'));
  await blocker.release();
  expect(await first).toMatchObject({ type: 'committed' });
  const taken = (await Promise.all(outcomes)).filter((outcome) => outcome === 'committed');
  expect(taken.length).toBeGreaterThan(50);
  expect(await queryOn(url, 'SELECT count(*)::int AS events FROM journal.event')).toEqual([
    { events: taken.length + 1 },
  ]);
  expect(await gapsIn(url)).toEqual([]);
});

test('callers of actors hear of an outage, and the actors go on by themselves when it is over', async () => {
  const system = startActorSystem({
    kinds: [counter],
    journal,
    publisher: new LocalBus(),
    clock: systemClock,
    report: () => {},
  });
  const codes = new Set<string>();
  const put = async (id: string, commandId: string): Promise<void> => {
    for (;;) {
      try {
        await system.ask(counter, id, { type: 'Put' }, { commandId });
        return;
      } catch (error) {
        const { name, code } = error as { readonly name: string; readonly code: string }; // looked at below
        expect(name).toBe('Outage');
        codes.add(code);
      }
    }
  };
  const caller = async (id: string): Promise<void> => {
    for (let i = 0; i < 20; i++) await put(id, `${id} ${i}`);
  };
  const ids = Array.from({ length: 100 }, (_, i) => `counter-${i}`);
  const calls = ids.map(caller);
  while ((await queryOn(url, 'SELECT FROM journal.event LIMIT 300')).length < 300);
  await server.kill();
  await server.start();
  await Promise.all(calls);
  expect([...codes].filter((code) => !outages.includes(code))).toEqual([]);
  for (const id of ids) {
    expect(await system.ask(counter, id, { type: 'Put' })).toMatchObject({ reply: 21, position: { seq: 21 } });
  }
  expect(await gapsIn(url)).toEqual([]);
  await system.stop();
});

test('a kill of Postgres while it archives leaves each event in one place, and the service goes on by itself', async () => {
  const ids = ['one', 'two', 'three', 'four'];
  const events = Array.from({ length: 2_000 }, () => ({ type: 'Deposited', version: 1, payload: '{}' }));
  for (const id of ids) {
    for (const firstSeq of [1, 2_001]) await journal.append(appendOf(id, firstSeq, { events }));
    await journal.saveSnapshot({ kind: 'account', id }, { seq: 4_000, schema: 1, state: '{}' });
  }
  await queryOn(
    url,
    `INSERT INTO journal.shard_mark SELECT shard, ${Date.now() - 30 * 86_400_000}, max(shard_seq) FROM journal.event GROUP BY shard`,
  );
  const countIn = async (table: string): Promise<number> =>
    Number((await queryOn(url, `SELECT count(*) AS n FROM journal.${table}`))[0]?.['n']);
  const ending = new AbortController();
  const archiver = createArchiver({ url, afterMs: archiveAfterMsMin, firstPassAfterMs: 0, passEveryMs: 10 });
  const running = archiver.run({ signal: ending.signal, started: () => {} });
  while ((await countIn('event_archive')) === 0);
  await server.kill();
  await server.start();
  expect(await gapsIn(url)).toEqual([]);
  expect(await countIn('every_event')).toBe(16_000);
  while ((await countIn('event')) > ids.length);
  expect(await gapsIn(url)).toEqual([]);
  ending.abort();
  await running;
});
