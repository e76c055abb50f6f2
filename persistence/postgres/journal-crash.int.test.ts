import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shardOf } from '#kernel';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openPostgresJournal } from './journal.ts';
import { appendOf, gapsIn, outcomeOrOutage, queryOn } from './testing/stored-journal.ts';

/** Of its own: after a kill Postgres looks through all its files, and other tests make many. */
let server: PostgresServer;
let url: string;
beforeAll(async () => {
  server = await startPostgres();
  url = await server.database();
});
afterAll(() => server.stop());

test('nothing acknowledged is lost over a kill of Postgres under load, and writing goes on afterwards', async () => {
  const journal = await openPostgresJournal({ url });
  const acknowledged = new Map<string, number>();
  const states = new Map<string, number>();
  const { promise: busy, resolve: isBusy } = Promise.withResolvers<void>();
  const writers = Array.from({ length: 200 }, async (_, i) => {
    const id = `user-${i}`;
    for (let seq = 1; ; seq++) {
      const outcome = await outcomeOrOutage(journal.append(appendOf(id, seq)));
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
  expect(await outcomeOrOutage(journal.append(appendOf('later', 1)))).toBe('storage-away');

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
    const next = await journal.append(appendOf(id, told + 1));
    expect(next).toEqual(
      events.length === told
        ? { type: 'committed', shardSeq: expect.any(Number) }
        : { type: 'duplicate', answer: answers.at(-1)?.answer },
    );
  }
  expect(await gapsIn(url)).toEqual([]);
  await journal.close();
});

/** A way to the server that can be cut without the server noticing. */
const openWay = async () => {
  const { hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const sockets = new Set<Socket>();
  const upstreams = new Set<Socket>();
  const proxy = createServer((socket) => {
    const upstream =
      folder === null ? connect(Number(port), hostname) : connect(`${folder}/.s.PGSQL.${port === '' ? '5432' : port}`);
    sockets.add(socket);
    upstreams.add(upstream);
    socket.on('error', () => {}).on('data', (data) => upstream.write(data));
    upstream.on('error', () => {}).on('data', (data) => socket.write(data));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  proxy.listen(0, '127.0.0.1', resolve);
  await promise;
  const way = new URL(url);
  way.searchParams.delete('host');
  way.hostname = '127.0.0.1';
  way.port = String((proxy.address() as AddressInfo).port); // it listens on a port
  return {
    url: way.href,
    cut: () => {
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    close: () => {
      for (const socket of [...sockets, ...upstreams]) socket.destroy();
      proxy.close();
    },
  };
};

test('a write that the server goes on with after its connection is cut leaves no hole and counts once', async () => {
  const way = await openWay();
  const journal = await openPostgresJournal({ url: way.url, takeOver: 'at-once' });
  const shard = shardOf('late');
  expect(await journal.append(appendOf('late', 1))).toMatchObject({ type: 'committed' });
  const blocker = new Client({ connectionString: url });
  await blocker.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT pg_advisory_xact_lock(journal.ownership_lock())');
  const untilBlocked = async (count: number): Promise<void> => {
    const blocked = `SELECT count(*)::int AS blocked FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
    while ((await queryOn(url, blocked))[0]?.['blocked'] !== count);
  };
  const late = outcomeOrOutage(journal.append(appendOf('late', 2)));
  await untilBlocked(1);
  way.cut();
  expect(await late).toBe('outcome-unknown');
  const beside = journal.append(appendOf('late.beside', 1));
  await untilBlocked(2);
  await blocker.query('COMMIT');
  await blocker.end();
  expect(await beside).toMatchObject({ type: 'committed' });
  const again = await journal.append(appendOf('late', 2));
  expect(['committed', 'duplicate']).toContain(again.type);
  expect(await gapsIn(url)).toEqual([]);
  expect(
    await queryOn(
      url,
      `SELECT count(*)::int AS events FROM journal.event WHERE shard = ${shard} AND persistence_id LIKE '%/late%'`,
    ),
  ).toEqual([{ events: 3 }]);
  await journal.close();
  way.close();
});
