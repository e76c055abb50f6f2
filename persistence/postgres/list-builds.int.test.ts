/** What lists promise while the journal goes on: nothing skipped, nothing doubled, and always something to read. */

import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shardCount, shardOf } from '#kernel';
import type { ActorKind, Command, Position, Refusal } from '#kernel';
import type { ListProjection } from '#ports';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openDatabase } from './database.ts';
import type { Connection } from './database.ts';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal } from './journal.ts';
import { definitionsOf } from './list-build.ts';
import type { AnyProjection } from './list-build.ts';
import { ListFollower } from './list-follower.ts';
import type { ListEvent } from './list-follower.ts';
import { openPostgresLists } from './lists.ts';
import { appendTo, counted, filled, orderKind, ordersList, ordersListInNewForm, placed } from './testing/orders.ts';
import { runLists } from './testing/orders.ts';
import type { OrderEvent, RunningLists } from './testing/orders.ts';

let server: PostgresServer;
let url: string;
let journal: PostgresJournal;
let toEnd: (() => Promise<unknown>)[];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  journal = await openPostgresJournal({ url });
  toEnd = [() => journal.close()];
});
afterEach(async () => {
  for (const end of toEnd.toReversed()) await end();
});

const run = async (projections: readonly AnyProjection[], kind = orderKind): Promise<RunningLists> => {
  const running = await runLists(url, projections, kind);
  toEnd.push(running.end);
  return running;
};

/** The lists of a program until it is up to date, when it ends. */
const runOnce = async (projections: readonly AnyProjection[], positions: readonly Position[]): Promise<void> => {
  const { projector, end } = await runLists(url, projections);
  projector.committed(positions);
  for (const { list } of projections) await projector.awaitPositions(list, positions, 10_000);
  await end();
};

const connect = async (): Promise<Client> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  toEnd.push(() => client.end());
  return client;
};

const execute = async (sql: string): Promise<readonly unknown[]> => (await (await connect()).query(sql)).rows;

const append = (id: string, firstSeq: number, events: readonly OrderEvent[]): Promise<Position> =>
  appendTo(journal, id, firstSeq, events);

/** Orders of users of whom no two share a shard. */
const apart = (count: number): readonly string[] => {
  const byShard = new Map<number, string>();
  for (let user = 0; byShard.size < count; user++) byShard.set(shardOf(`u${user}`), `u${user}.1`);
  return [...byShard.values()];
};

const headsOf = (positions: readonly Position[]): Float64Array => {
  const heads = new Float64Array(shardCount);
  for (const { shard, shardSeq } of positions) heads[shard] = Math.max(heads[shard] ?? 0, shardSeq);
  return heads;
};

/** The lists of a program that a test moves by hand, and how they are read meanwhile. */
const byHand = async (
  projections: readonly AnyProjection[],
  work: (hand: {
    readonly follower: ListFollower;
    readonly connection: Connection;
    readonly reports: readonly ListEvent[];
  }) => Promise<void>,
): Promise<void> => {
  const reports: ListEvent[] = [];
  const follower = new ListFollower({
    definitions: definitionsOf(projections),
    kinds: new Map([[orderKind.name, orderKind]]),
    report: (event) => reports.push(event),
    onMoved: () => {},
  });
  const database = openDatabase(url, 1, 'lists');
  try {
    await database.withConnection(async (connection) => {
      await follower.lead(connection, 0);
      await work({ follower, connection, reports });
    });
  } finally {
    await database.close();
  }
};

/** Reads that wait for nothing: whether they would have to is asked of the follower. */
const openReads = () => {
  const lists = openPostgresLists(url, {
    awaitPositions: () => Promise.resolve(),
    status: () => [],
    rebuild: () => {},
  });
  toEnd.push(() => lists.close());
  return lists;
};

describe('a list that is built anew', () => {
  test('is read in its old form, with all that is written meanwhile, until the new one has caught up', async () => {
    // So many shards that one step does not read them all.
    const orders = apart(600);
    const positions = await Promise.all(orders.map((id) => append(id, 1, [placed])));
    await runOnce([ordersList], positions);
    const lists = openReads();
    const count = async (): Promise<Record<string, number>> => {
      const page = await lists.page({ list: 'orders', owner: null, limit: 1_000 });
      const counts: Record<string, number> = {};
      for (const { status } of page.entries) counts[status ?? ''] = (counts[status ?? ''] ?? 0) + 1;
      return counts;
    };
    await byHand([ordersListInNewForm], async ({ follower, connection, reports }) => {
      const written = [...positions];
      const step = (): Promise<boolean> => follower.step(connection, headsOf(written), 0);
      expect(await count()).toEqual({ open: 600 });
      expect(follower.hasReached('orders', written)).toBe(true);
      await step();
      expect(await count()).toEqual({ open: 600 });
      expect(follower.hasReached('orders', written)).toBe(true);
      // What is written while it is built shows at once, old entries and new ones.
      written.push(await append(orders[0] ?? '', 2, [filled]), await append('late.1', 1, [placed]));
      expect(follower.hasReached('orders', written)).toBe(false);
      await step();
      expect(follower.hasReached('orders', written)).toBe(true);
      expect(await count()).toEqual({ open: 599, filled: 1, new: 1 });
      const [status] = follower.status(headsOf(written), 0);
      expect(status).toMatchObject({
        served: { version: 'order 1', eventsBehind: 0 },
        building: { version: 'order 2' },
      });
      expect(status?.building?.eventsBehind).toBeGreaterThan(0);
      expect(reports).toEqual([]);
      await step();
      expect(reports).toEqual([{ type: 'list-served', list: 'orders', version: 'order 2' }]);
      expect(follower.hasReached('orders', written)).toBe(true);
      expect(await count()).toEqual({ new: 600, filled: 1 });
      expect(await lists.get('orders', orders[0] ?? '')).toMatchObject({ doc: { fills: 1, seq: 2 } });
      while (await step());
    });
    // Of the old one nothing is left.
    expect(await execute('SELECT count(*)::int FROM trading.orders')).toEqual([{ count: 601 }]);
    expect(await execute('SELECT version, state FROM journal.list_build')).toEqual([
      { version: 'order 2', state: 'served' },
    ]);
    expect(await execute('SELECT DISTINCT cursor FROM journal.projection_cursor')).toHaveLength(1);
  });

  test('is gone on with where a program that has ended had come to', async () => {
    const positions = await Promise.all(apart(600).map((id) => append(id, 1, [placed])));
    await runOnce([ordersList], positions);
    const { projection, calls } = counted(ordersListInNewForm);
    await byHand([projection], async ({ follower, connection }) => {
      await follower.step(connection, headsOf(positions), 0);
    });
    const atFirst = calls();
    expect(atFirst).toBeLessThan(600);
    const { untilReported, lists } = await run([projection]);
    await untilReported('list-served');
    expect(calls()).toBe(600);
    expect((await lists.page({ list: 'orders', owner: null, limit: 1_000 })).entries).toHaveLength(600);
  });

  test('leaves others as they are, and reads the journal with them when it has caught up', async () => {
    const positions = await Promise.all(apart(40).map((id) => append(id, 1, [placed])));
    await runOnce([ordersList, { ...ordersList, list: 'fills' }], positions);
    const { projection: fills, calls } = counted({ ...ordersList, list: 'fills' });
    const { projector, lists, untilReported } = await run([ordersListInNewForm, fills]);
    await untilReported('list-served');
    expect(calls()).toBe(0);
    const [order = ''] = apart(1);
    const next = await append(order, 2, [filled]);
    projector.committed([next]);
    expect(await lists.get('orders', order, { reached: [next] })).toMatchObject({ status: 'filled' });
    expect(await lists.get('fills', order, { reached: [next] })).toMatchObject({ status: 'filled' });
    expect(calls()).toBe(1);
    expect(await execute('SELECT DISTINCT cursor FROM journal.projection_cursor')).toHaveLength(1);
  });

  test('because an operator asks for it is right again, whatever had happened to its rows', async () => {
    const { projector, lists, untilReported } = await run([ordersList]);
    const positions = await Promise.all(apart(40).map((id) => append(id, 1, [placed, filled])));
    projector.committed(positions);
    await projector.awaitPositions('orders', positions, 10_000);
    await execute(`UPDATE trading.orders SET status = 'wrong'`);
    lists.rebuild('orders');
    await untilReported('list-served');
    const { entries } = await lists.page({ list: 'orders', owner: null, limit: 100 });
    expect(entries.map(({ status, doc }) => [status, doc['fills']])).toEqual(entries.map(() => ['filled', 1]));
    expect(entries).toHaveLength(40);
    expect(lists.status()).toMatchObject([
      { list: 'orders', served: { eventsBehind: 0, secondsBehind: 0, actorsHeld: 0 }, building: null },
    ]);
  });

  test('is given up when the program that began it is replaced by the one before', async () => {
    const positions = await Promise.all(apart(600).map((id) => append(id, 1, [placed])));
    await runOnce([ordersList], positions);
    await byHand([ordersListInNewForm], async ({ follower, connection }) => {
      await follower.step(connection, headsOf(positions), 0);
    });
    await byHand([ordersList], async ({ follower, connection }) => {
      while (await follower.step(connection, headsOf(positions), 0));
    });
    expect(await execute('SELECT version, state FROM journal.list_build')).toEqual([
      { version: 'order 1', state: 'served' },
    ]);
    expect(await execute('SELECT count(*)::int FROM trading.orders')).toEqual([{ count: 600 }]);
  });
});

describe('a list that follows the journal', () => {
  test('misses nothing and waits for nobody while transactions stand open', async () => {
    // Its snapshot and its own writes are older than all that follows.
    const idle = await connect();
    await idle.query('CREATE TABLE public.scratch (n int)');
    await idle.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await idle.query('INSERT INTO public.scratch VALUES (1)');
    // Fills wait right before their commit.
    const gate = await connect();
    await gate.query(`
      CREATE FUNCTION public.wait() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON journal.event DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.type = 'Filled') EXECUTE FUNCTION public.wait();
      SELECT pg_advisory_lock(42);`);
    const { projector, lists } = await run([ordersList]);
    const [first = '', ...others] = apart(100);
    const before = await append(first, 1, [placed]);
    const held = append(first, 2, [filled]);
    for (let isWaiting = false; !isWaiting;) {
      const { rows } = await gate.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
      isWaiting = rows.length > 0;
    }
    // Those that other writers write: this one's waits behind the fill.
    const free = others.filter((id) => shardOf(id) % 3 !== shardOf(first) % 3);
    const reached = [before, ...(await Promise.all(free.map((id) => append(id, 1, [placed]))))];
    projector.committed(reached);
    const page = await lists.page({ list: 'orders', owner: null, limit: 200, reached });
    expect(page.entries).toHaveLength(free.length + 1);
    expect(await lists.get('orders', first)).toMatchObject({ status: 'open' });
    await gate.query('SELECT pg_advisory_unlock(42)');
    const late = await held;
    projector.committed([late]);
    expect(await lists.get('orders', first, { reached: [late] })).toMatchObject({
      status: 'filled',
      doc: { fills: 1 },
    });
    await idle.query('ROLLBACK');
  });

  test('has each event once, however slow and crossed the transactions are that write them', async () => {
    await execute(`
      CREATE FUNCTION public.dawdle() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(random() * 0.03); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON journal.event DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.seq % 7 = 0) EXECUTE FUNCTION public.dawdle();`);
    const { projector, lists } = await run([ordersList]);
    const fillsOf = (place: number): number => 5 + (place % 11);
    const write = async (id: string, fills: number): Promise<Position> => {
      let position = await append(id, 1, [placed]);
      for (let fill = 0; fill < fills; fill++) {
        position = await append(id, fill + 2, [filled]);
        projector.committed([position]);
      }
      return position;
    };
    const orders = apart(60);
    const reached = await Promise.all(orders.map((id, place) => write(id, fillsOf(place))));
    const { entries } = await lists.page({ list: 'orders', owner: null, limit: 100, reached });
    const fills = new Map(entries.map(({ id, doc }) => [id, doc['fills']]));
    expect(orders.map((id) => fills.get(id))).toEqual(orders.map((_, place) => fillsOf(place)));
  });

  test('reads on in every shard, though there is always more in some', async () => {
    const events = [placed, ...Array.from({ length: 19 }, () => filled)];
    const positions = await Promise.all(apart(500).map((id) => append(id, 1, events)));
    await byHand([ordersList], async ({ follower, connection }) => {
      const heads = headsOf(positions);
      await follower.step(connection, heads, 0);
      await follower.step(connection, heads, 0);
      const begun = await execute('SELECT count(*)::int FROM journal.projection_cursor WHERE shard_seq > 0');
      expect(begun).toEqual([{ count: 500 }]);
    });
  });

  test('is moved by one of two programs, read in both with what was just written, and goes on when that one ends', async () => {
    const [one, other] = [counted(ordersList), counted(ordersList)];
    const first = await runLists(url, [one.projection]);
    const second = await run([other.projection]);
    const [order = ''] = apart(1);
    const position = await append(order, 1, [placed, filled]);
    first.projector.committed([position]);
    second.projector.committed([position]);
    for (const { lists } of [first, second]) {
      expect(await lists.get('orders', order, { reached: [position] })).toMatchObject({ doc: { fills: 1 } });
    }
    expect([one.calls(), other.calls()]).toEqual([2, 0]);
    await first.end();
    const next = await append(order, 3, [filled]);
    second.projector.committed([next]);
    expect(await second.lists.get('orders', order, { reached: [next] })).toMatchObject({ doc: { fills: 2 } });
    expect([one.calls(), other.calls()]).toEqual([2, 1]);
  });

  test('is not written by a program whose turn is over though it does not know it', async () => {
    const first = await runLists(url, [ordersList]);
    const [order = ''] = apart(1);
    const position = await append(order, 1, [placed]);
    await execute(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted`);
    const second = await run([ordersList]);
    second.projector.committed([position]);
    await second.projector.awaitPositions('orders', [position], 10_000);
    first.projector.committed([position]);
    await expect(first.done).rejects.toMatchObject({ code: 'outcome-unknown' });
    await first.lists.close();
  });
});

describe('an actor with an event that a list can’t show', () => {
  /** Reads also another form of its events, in which a fill was called an execution. */
  const newerKind: ActorKind<Command, null, OrderEvent, Refusal> = {
    ...orderKind,
    upcast: ({ type, version, payload }) => (version === 2 && type === 'Executed' ? filled : (payload as OrderEvent)), // of this kind
  };

  test('is held back alone, told of, and shown in full by a program that can', async () => {
    const [bad = '', good = ''] = apart(2);
    const first = await runLists(url, [ordersList]);
    const events = [
      await append(bad, 1, [placed, filled]),
      await appendTo(journal, bad, 3, [{ type: 'Executed' }], { version: 2 }),
      // More than one transaction makes up for.
      await append(
        bad,
        4,
        Array.from({ length: 1_200 }, () => filled),
      ),
      await append(good, 1, [placed, filled]),
    ];
    first.projector.committed(events);
    expect(await first.lists.get('orders', bad, { reached: events })).toMatchObject({ doc: { fills: 1 } });
    expect(await first.lists.get('orders', good)).toMatchObject({ doc: { fills: 1 } });
    const reason = 'order has no upcast for Executed of version 2.';
    expect(await first.untilReported('list-holds-actor')).toEqual({
      type: 'list-holds-actor',
      list: 'orders',
      actor: `order/${bad}`,
      seq: 3,
      reason,
    });
    expect(await first.lists.held('orders', 10)).toMatchObject([{ kind: 'order', id: bad, seq: 3, reason }]);
    expect(first.lists.status()).toMatchObject([{ served: { actorsHeld: 1, eventsBehind: 0 } }]);
    await first.end();

    const again = await runLists(url, [ordersList]);
    await again.untilReported('list-holds-actor');
    expect(await again.lists.get('orders', bad)).toMatchObject({ doc: { fills: 1 } });
    await again.end();

    const mended = await run([ordersList], newerKind);
    await mended.untilReported('list-shows-actor');
    expect(await mended.lists.get('orders', bad)).toMatchObject({ doc: { fills: 1_202, seq: 1_203 } });
    expect(await mended.lists.held('orders', 10)).toEqual([]);
    // And it goes on with the others.
    const next = await append(bad, 1_204, [filled]);
    mended.projector.committed([next]);
    expect(await mended.lists.get('orders', bad, { reached: [next] })).toMatchObject({ doc: { fills: 1_203 } });
  });

  test('is shown without it once an operator has told the actor to leave it out, and whenever the list is built', async () => {
    const [bad = ''] = apart(1);
    const positions = [
      await append(bad, 1, [placed, filled]),
      await appendTo(journal, bad, 3, [{ type: 'Executed' }], { version: 2 }),
      await append(bad, 4, [filled]),
    ];
    const lists = openReads();
    await byHand([ordersList], async ({ follower, connection, reports }) => {
      const step = (): Promise<boolean> => follower.step(connection, headsOf(positions), 0);
      while (await step());
      expect(await lists.get('orders', bad)).toMatchObject({ doc: { fills: 1 } });
      await journal.release({ kind: 'order', id: bad }, 3);
      await follower.watch(connection, 0);
      while (await step());
      expect(await lists.get('orders', bad)).toMatchObject({ doc: { fills: 2, seq: 4 } });
      await follower.rebuild(connection, 'orders');
      await follower.watch(connection, 0);
      while (await step());
      expect(reports.map(({ type }) => type)).toEqual(['list-holds-actor', 'list-shows-actor', 'list-served']);
    });
    expect(await lists.get('orders', bad)).toMatchObject({ doc: { fills: 2, seq: 4 } });
  });

  test('is held back alone when the list has no case for it, its entry can’t be changed or the database takes none', async () => {
    const [unknown = '', unpatched = '', unstored = '', good = ''] = apart(4);
    const fussy: ListProjection<OrderEvent> = {
      ...ordersList,
      changes: (event, context) =>
        event.type === 'Filled' && context.id === unpatched
          ? [
              { type: 'put', entry: { ...entryOf(unpatched), status: 'half done' } },
              {
                type: 'patch',
                id: unpatched,
                patch: () => {
                  throw new Error('nothing fits');
                },
              },
            ]
          : ordersList.changes(event, context),
    };
    const entryOf = (id: string) => ({ id, owner: 'x', at: 1, symbol: null, status: null, parent: null, doc: {} });
    const { projector, lists } = await run([fussy, { ...ordersList, list: 'fills' }]);
    const positions = [
      await append(unknown, 1, [placed]),
      await appendTo(journal, unknown, 2, [{ type: 'Renamed' }]),
      await append(unknown, 3, [filled]),
      await append(unpatched, 1, [placed, filled, filled]),
      await append(unstored, 1, [{ type: 'Placed', symbol: 'BTC\0USD' }, filled]),
      await append(good, 1, [placed, filled]),
    ];
    projector.committed(positions);
    const reached = { reached: positions };
    expect(await lists.get('orders', good, reached)).toMatchObject({ status: 'filled', doc: { fills: 1 } });
    expect(await lists.get('orders', unknown)).toMatchObject({ status: 'open', doc: { fills: 0 } });
    // Of an event all is shown or nothing.
    expect(await lists.get('orders', unpatched)).toMatchObject({ status: 'open', doc: { fills: 0 } });
    expect(await lists.get('orders', unstored)).toBeNull();
    const held = new Map((await lists.held('orders', 10)).map(({ id, seq, reason }) => [id, { seq, reason }]));
    expect(held.get(unknown)).toEqual({ seq: 2, reason: 'The list orders has no case for the event Renamed.' });
    expect(held.get(unpatched)).toEqual({ seq: 2, reason: 'nothing fits' });
    expect(held.get(unstored)).toMatchObject({ seq: 1 });
    expect(held.size).toBe(3);
    // A list that can show it does.
    expect(await lists.get('fills', unpatched, reached)).toMatchObject({ doc: { fills: 2 } });
  });
});
