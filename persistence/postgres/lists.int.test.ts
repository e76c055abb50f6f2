import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { shardOf } from '#kernel';
import type { ActorKind, Command, Position, Refusal } from '#kernel';
import { listNames } from '#ports';
import type { ListEntry, ListProjection } from '#ports';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal } from './journal.ts';
import { openPostgresLists } from './lists.ts';
import type { PostgresLists } from './lists.ts';
import { createProjector } from './projector.ts';
import type { Projector } from './projector.ts';

type OrderEvent =
  | { readonly type: 'Placed'; readonly symbol: string }
  | { readonly type: 'Filled' }
  | { readonly type: 'Withdrawn' };

/** Only what a projector reads of a kind: its events. */
const orderKind: ActorKind<Command, null, OrderEvent, Refusal> = {
  name: 'order',
  durability: 'journal',
  initialState: () => null,
  decide: {},
  evolve: (state) => state,
};

const ordersList: ListProjection<OrderEvent> = {
  list: 'orders',
  version: 1,
  kind: 'order',
  changes: (event, { id, at, seq }) => {
    switch (event.type) {
      case 'Placed': {
        const owner = id.split('.')[0] ?? id;
        const doc = { id, seq };
        return [{ type: 'put', entry: { id, owner, at, symbol: event.symbol, status: 'open', parent: null, doc } }];
      }
      case 'Filled':
        return [{ type: 'patch', id, patch: (entry) => ({ ...entry, status: 'filled', doc: { ...entry.doc, seq } }) }];
      case 'Withdrawn':
        return [{ type: 'remove', id }];
    }
  },
};

let server: PostgresServer;
let url: string;
let journal: PostgresJournal;
let running: Running[];
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  url = await server.database();
  journal = await openPostgresJournal({ url });
  running = [];
});
afterEach(async () => {
  for (const one of running) await one.end();
  await journal.close();
});

interface Running {
  readonly projector: Projector;
  readonly lists: PostgresLists;
  /** The end of the projector's run. */
  readonly done: Promise<void>;
  readonly end: () => Promise<void>;
}

/** The lists as a program runs them, with a projection that is the given one or a variation of it. */
const run = async (projections: readonly ListProjection<OrderEvent>[] = [ordersList]): Promise<Running> => {
  const projector = createProjector({ url, projections, kinds: [orderKind] });
  const stopping = new AbortController();
  const { promise: isStarted, resolve: started } = Promise.withResolvers<void>();
  const done = projector.run({ signal: stopping.signal, started });
  await Promise.race([isStarted, done]);
  const lists = openPostgresLists(url, projector);
  const one = {
    projector,
    lists,
    done,
    end: async () => {
      stopping.abort();
      await done;
      await lists.close();
      running = running.filter((other) => other !== one);
    },
  };
  running.push(one);
  return one;
};

const append = async (
  id: string,
  firstSeq: number,
  events: readonly OrderEvent[],
  at = firstSeq,
): Promise<Position> => {
  const outcome = await journal.append({
    address: { kind: 'order', id },
    shard: shardOf(id),
    firstSeq,
    events: events.map((event) => ({ type: event.type, version: 1, payload: JSON.stringify(event) })),
    commandId: null,
    answer: null,
    at,
    traceId: null,
    claims: [],
    releases: [],
    timers: [],
    outbox: [],
  });
  if (outcome.type !== 'committed') throw new Error(outcome.type);
  return { shard: shardOf(id), shardSeq: outcome.shardSeq, seq: firstSeq + events.length - 1 };
};

const placed: OrderEvent = { type: 'Placed', symbol: 'BTCUSD' };
const idsOf = (entries: readonly ListEntry[]): readonly string[] => entries.map(({ id }) => id);

describe('a list', () => {
  test('shows what was written before it is read, when the reader says what that was', async () => {
    const { projector, lists } = await run();
    const position = await append('anna.1', 1, [placed, { type: 'Filled' }]);
    projector.committed([position]);
    expect(await lists.get('orders', 'anna.1', { reached: [position] })).toEqual({
      id: 'anna.1',
      owner: 'anna',
      at: 1,
      symbol: 'BTCUSD',
      status: 'filled',
      parent: null,
      doc: { id: 'anna.1', seq: 2 },
    });
    const removed = await append('anna.1', 3, [{ type: 'Withdrawn' }]);
    projector.committed([removed]);
    expect((await lists.page({ list: 'orders', owner: null, limit: 10, reached: [removed] })).entries).toEqual([]);
  });

  test('keeps changes of entries that came in former steps and former runs', async () => {
    const first = await run();
    const position = await append('anna.1', 1, [placed]);
    first.projector.committed([position]);
    await first.projector.awaitPositions('orders', [position], 5_000);
    await first.end();
    // Nobody runs while this is written: the next run finds it by itself.
    const later = await append('anna.1', 2, [{ type: 'Filled' }]);
    const { lists } = await run();
    expect(await lists.get('orders', 'anna.1', { reached: [later] })).toMatchObject({ status: 'filled' });
  });

  test('is built anew from the first event when its projection has another version, while others stay', async () => {
    const alone: ListProjection<OrderEvent> = { ...ordersList, list: 'fills' };
    const first = await run([ordersList, alone]);
    const positions: Position[] = [];
    for (let i = 0; i < 40; i++) positions.push(await append(`user-${i}.1`, 1, [placed]));
    first.projector.committed(positions);
    await first.projector.awaitPositions('orders', positions, 5_000);
    await first.end();
    let calls = 0;
    const counted: ListProjection<OrderEvent> = {
      ...alone,
      changes: (event, context) => {
        calls++;
        return alone.changes(event, context);
      },
    };
    const changed: ListProjection<OrderEvent> = {
      ...ordersList,
      version: 2,
      changes: (event, context) =>
        ordersList
          .changes(event, context)
          .map((change) =>
            change.type === 'put' ? { type: 'put', entry: { ...change.entry, status: 'new' } } : change,
          ),
    };
    const second = await run([changed, counted]);
    await second.projector.awaitPositions('orders', positions, 5_000);
    expect(await second.lists.count('orders', 'user-7')).toEqual({ new: 1 });
    expect(await second.lists.count('fills', 'user-7')).toEqual({ open: 1 });
    expect(calls).toBe(0);
    // From now on both read together.
    const next = await append('user-7.1', 2, [{ type: 'Filled' }]);
    second.projector.committed([next]);
    expect(await second.lists.get('orders', 'user-7.1', { reached: [next] })).toMatchObject({ status: 'filled' });
    expect(await second.lists.get('fills', 'user-7.1', { reached: [next] })).toMatchObject({ status: 'filled' });
    expect(calls).toBe(1);
  });

  test('of any name can be read, and is empty before anything has happened', async () => {
    const { lists } = await run();
    for (const list of listNames) {
      expect(await lists.page({ list, owner: 'anna', limit: 10 })).toEqual({ entries: [], hasMore: false });
    }
  });

  test('says so when it does not come to a place in time', async () => {
    const { projector } = await run();
    const never = { shard: 1, shardSeq: 1_000, seq: 1 };
    await expect(projector.awaitPositions('orders', [never], 1)).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  test('is one program’s work: a second one on the same cursors moves nothing twice', async () => {
    const [first, second] = [await run(), await run()];
    const position = await append('anna.1', 1, [placed]);
    first.projector.committed([position]);
    await first.projector.awaitPositions('orders', [position], 5_000);
    second.projector.committed([position]);
    await expect(second.done).rejects.toMatchObject({ code: 'storage-away' });
    running = [first];
    await second.lists.close();
  });
});

describe('pages', () => {
  test('are cut by time and id in both directions, and say whether there is more', async () => {
    const { projector, lists } = await run();
    const reached: Position[] = [];
    // Two entries of one time, so that the id decides.
    for (const [id, at] of [
      ['a', 1],
      ['b', 2],
      ['c', 2],
      ['d', 3],
      ['e', 4],
    ] as const) {
      reached.push(await append(`anna.${id}`, 1, [placed], at));
    }
    reached.push(await append('bert.x', 1, [{ type: 'Placed', symbol: 'ETHUSD' }, { type: 'Filled' }], 2));
    projector.committed(reached);
    const query = { list: 'orders', owner: 'anna', reached } as const;
    const first = await lists.page({ ...query, limit: 2 });
    expect(idsOf(first.entries)).toEqual(['anna.e', 'anna.d']);
    expect(first.hasMore).toBe(true);
    const second = await lists.page({ ...query, limit: 2, after: { at: 3, id: 'anna.d' } });
    expect(idsOf(second.entries)).toEqual(['anna.c', 'anna.b']);
    const third = await lists.page({ ...query, limit: 2, after: { at: 2, id: 'anna.b' } });
    expect(idsOf(third.entries)).toEqual(['anna.a']);
    expect(third.hasMore).toBe(false);
    const upwards = await lists.page({ ...query, limit: 2, ascending: true, after: { at: 2, id: 'anna.b' } });
    expect(idsOf(upwards.entries)).toEqual(['anna.c', 'anna.d']);
  });

  test('hold what was asked for: owner, symbol, status, times', async () => {
    const { projector, lists } = await run();
    const reached = [
      await append('anna.1', 1, [placed], 10),
      await append('anna.2', 1, [{ type: 'Placed', symbol: 'ETHUSD' }], 20),
      await append('bert.1', 1, [placed, { type: 'Filled' }], 30),
    ];
    projector.committed(reached);
    const idsBy = async (conditions: object): Promise<readonly string[]> =>
      idsOf((await lists.page({ list: 'orders', owner: null, limit: 10, reached, ...conditions })).entries);
    expect(await idsBy({})).toEqual(['bert.1', 'anna.2', 'anna.1']);
    expect(await idsBy({ owner: 'anna' })).toEqual(['anna.2', 'anna.1']);
    expect(await idsBy({ symbol: 'BTCUSD' })).toEqual(['bert.1', 'anna.1']);
    expect(await idsBy({ status: ['filled', 'rejected'] })).toEqual(['bert.1']);
    expect(await idsBy({ from: 10, to: 30 })).toEqual(['anna.2', 'anna.1']);
    expect(await idsBy({ parent: 'nobody' })).toEqual([]);
    expect(await idsBy({ where: { id: 'anna.2' } })).toEqual(['anna.2']);
    expect(await idsBy({ where: { id: 'anna.2', seq: '2' } })).toEqual([]);
    expect(await idsBy({ where: { "no'thing": 'x' } })).toEqual([]);
    expect(await lists.count('orders', 'anna')).toEqual({ open: 2 });
  });
});

test('a list of a kind that the program does not have is refused, for its events would be passed over', () => {
  expect(() => createProjector({ url, projections: [ordersList], kinds: [] })).toThrow('No kind of actor is called');
});
