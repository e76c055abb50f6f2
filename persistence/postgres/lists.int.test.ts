import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Position } from '#kernel';
import { listNames } from '#ports';
import type { ListEntry } from '#ports';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal } from './journal.ts';
import { createProjector } from './projector.ts';
import { appendTo, ordersList, placed, runLists } from './testing/orders.ts';
import type { OrderEvent, RunningLists } from './testing/orders.ts';

let server: PostgresServer;
let url: string;
let journal: PostgresJournal;
let running: RunningLists[];
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

const run = async (): Promise<RunningLists> => {
  const one = await runLists(url, [ordersList]);
  running.push(one);
  return one;
};

const append = (id: string, firstSeq: number, events: readonly OrderEvent[], at = firstSeq): Promise<Position> =>
  appendTo(journal, id, firstSeq, events, { at });

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
      doc: { id: 'anna.1', seq: 2, fills: 1 },
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
    running = [];
    // Nobody runs while this is written: the next run finds it by itself.
    const later = await append('anna.1', 2, [{ type: 'Filled' }]);
    const { lists } = await run();
    expect(await lists.get('orders', 'anna.1', { reached: [later] })).toMatchObject({ status: 'filled' });
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
