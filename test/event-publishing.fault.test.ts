/** Events of the journal in JetStream, on real servers: in order, none lost, each once, whatever is killed. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { connect } from '@nats-io/transport-node';
import { DiscardPolicy, jetstreamManager } from '@nats-io/jetstream';
import type { PublicEvent } from '#actors';
import { eventStreamName } from '#cluster';
import { shardOf } from '#kernel';
import { openPostgresJournal } from '#persistence';
import type { PostgresJournal } from '#persistence';
import { startNats, startPostgres } from '#test/servers';
import type { NatsServer, PostgresServer } from '#test/servers';
import { cancelledOrder, readStream, runPublisher, secretEvent, streamLength, writerOf } from './published-events.ts';
import type { RunningPublisher } from './published-events.ts';

let postgres: PostgresServer;
let nats: NatsServer;
let url: string;
let journal: PostgresJournal;
let write: ReturnType<typeof writerOf>;
let running: RunningPublisher | null = null;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => await postgres?.stop());
beforeEach(async () => {
  nats = await startNats();
  url = await postgres.database();
  journal = await openPostgresJournal({ url });
  write = writerOf(journal);
});
afterEach(async () => {
  await running?.end();
  running = null;
  await journal.close();
  await nats.stop();
});

const start = async (options: Parameters<typeof runPublisher>[2] = {}): Promise<RunningPublisher> => {
  running = await runPublisher(url, nats.url, options);
  return running;
};

/** Until nothing is behind. */
const caughtUp = async ({ publisher }: RunningPublisher): Promise<void> => {
  await vi.waitFor(() => expect(publisher.status()).toMatchObject({ eventsBehind: 0, waitsFor: null }), {
    timeout: 60_000,
    interval: 20,
  });
};

const users = Array.from({ length: 20 }, (_, i) => `user${i}`);

/** What is wrong with the order of each shard. */
const disorder = (events: readonly PublicEvent[]): readonly string[] => {
  const last = new Map<number, number>();
  return events.flatMap(({ id, shard, shardSeq }) => {
    const before = last.get(shard) ?? 0;
    last.set(shard, shardSeq);
    return shardSeq > before ? [] : [id];
  });
};

describe('events of the journal', () => {
  test('are in the stream with their envelope, and nothing that is not public', async () => {
    await write('ann.main', [secretEvent, cancelledOrder('o-1', 'by you')], { traceId: 'trace-1' });
    await start();
    const [event, ...rest] = await readStream(nats.url, 1);
    expect(rest).toEqual([]);
    expect(event).toEqual({
      id: `${journal.epoch}:${shardOf('ann.main')}:2`,
      type: 'order.cancelled',
      version: 1,
      time: '2026-01-05T00:00:00.000Z',
      actor: { kind: 'account', id: 'ann.main' },
      userId: 'ann',
      shard: shardOf('ann.main'),
      shardSeq: 2,
      traceId: 'trace-1',
      data: { orderId: 'o-1', accountId: 'ann.main', symbol: 'BTCUSD', reason: 'by you' },
    });
    expect(await streamLength(nats.url)).toBe(1);
  });

  test('say whose they are by the first event of their actor', async () => {
    const spec = { owner: 'ann', strategyId: 'ann.s1', strategyVersion: 3, strategyName: 'Cross', feeds: [] };
    const stored = (event: { readonly type: string }) => ({
      type: event.type,
      version: 1,
      payload: JSON.stringify(event),
    });
    const recorded = { type: 'BacktestRecorded', spec: { ...spec, source: { files: {} }, profile: 'native' }, at: 0 };
    await write('b1', [stored(recorded), stored({ type: 'BacktestCancelled' })], { kind: 'backtest' });
    await start();
    const events = await readStream(nats.url, 2);
    expect(events).toMatchObject([
      { type: 'backtest.submitted', userId: 'ann' },
      { type: 'backtest.cancelled', userId: 'ann', data: { backtestId: 'b1', strategyId: 'ann.s1' } },
    ]);
    expect(JSON.stringify(events)).not.toContain('files');
  });

  test('come in the order of their shards, quickly, and as they are committed', async () => {
    const before = 20_000;
    for (const user of users) {
      const events = Array.from({ length: before / users.length }, (_, i) => cancelledOrder(`o-${i}`));
      await write(`${user}.main`, events);
    }
    const begun = performance.now();
    const { publisher } = await start();
    const events = await readStream(nats.url, before);
    const perSecond = Math.round(before / ((performance.now() - begun) / 1_000));
    process.stderr.write(`${perSecond} events/s from ${users.length} shards, with a reader beside\n`);
    expect(disorder(events)).toEqual([]);
    // Far below what the machine does when it has nothing else to do.
    expect(perSecond).toBeGreaterThan(1_000);
    publisher.committed([await write('user1.main', [cancelledOrder('last')])]);
    const told = performance.now();
    await readStream(nats.url, before + 1);
    // Not by looking every five seconds.
    expect(performance.now() - told).toBeLessThan(4_000);
  });

  test('are read in pages of a bounded size', async () => {
    const events = Array.from({ length: 10 }, (_, i) => cancelledOrder(`o-${i}`, 'x'.repeat(1_000)));
    await write('ann.main', [secretEvent, ...events]);
    const { feed } = await start({ ownedShards: () => [] });
    const options = { limit: 100, types: ['OrderClosed'] };
    const place = { shard: shardOf('ann.main'), shardSeq: 0 };
    const untilOf = async (shardSeq: number, bytesMax: number) =>
      (await feed.after([{ ...place, shardSeq }], { ...options, bytesMax }))[0]?.until;
    expect(await untilOf(0, 2_500)).toBe(3);
    expect(await untilOf(3, 2_500)).toBe(5);
    // One that is larger comes alone.
    expect(await untilOf(5, 10)).toBe(6);
    expect(await untilOf(0, 100_000)).toBe(11);
    expect(await untilOf(11, 10)).toBe(11);
  });

  test('of one shard go one after the other', async () => {
    const count = 5_000;
    await write(
      'ann.main',
      Array.from({ length: count }, (_, i) => cancelledOrder(`o-${i}`)),
    );
    const begun = performance.now();
    await start();
    const events = await readStream(nats.url, count);
    const perSecond = Math.round(count / ((performance.now() - begun) / 1_000));
    process.stderr.write(`${perSecond} events/s from one shard, with a reader beside\n`);
    expect(disorder(events)).toEqual([]);
  });

  test('are all there, once and in order, when NATS is killed while they come', async () => {
    const { publisher } = await start();
    const rounds = 40;
    let written = 0;
    for (let round = 0; round < rounds; round++) {
      const places = await Promise.all(
        users.map((user) =>
          write(
            `${user}.main`,
            Array.from({ length: 5 }, (_, i) => cancelledOrder(`${round}-${i}`)),
          ),
        ),
      );
      written += users.length * 5;
      publisher.committed(places);
      if (round === 15) await nats.kill();
      if (round === 30) await nats.start();
    }
    const events = await readStream(nats.url, written);
    expect(disorder(events)).toEqual([]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(written);
    expect(await streamLength(nats.url)).toBe(written);
  });

  test('are all there, once and in order, when NATS is killed in the middle of many, again and again', async () => {
    const each = 500;
    for (const user of users) {
      await write(
        `${user}.main`,
        Array.from({ length: each }, (_, i) => cancelledOrder(`${i}`)),
      );
    }
    const { publisher } = await start();
    for (const part of [0.1, 0.4, 0.7]) {
      const count = part * each * users.length;
      await vi.waitFor(() => expect(publisher.status().published).toBeGreaterThan(count), {
        timeout: 60_000,
        interval: 5,
      });
      await nats.kill();
      await nats.start();
    }
    const events = await readStream(nats.url, each * users.length);
    expect(disorder(events)).toEqual([]);
    await caughtUp(running as RunningPublisher); // started above
    expect(await streamLength(nats.url)).toBe(each * users.length);
  });

  test('are all there, once and in order, when Postgres is killed in the middle of many', async () => {
    const each = 500;
    for (const user of users) {
      await write(
        `${user}.main`,
        Array.from({ length: each }, (_, i) => cancelledOrder(`${i}`)),
      );
    }
    const { publisher, reports } = await start();
    await vi.waitFor(() => expect(publisher.status().published).toBeGreaterThan(0), { timeout: 60_000, interval: 5 });
    await postgres.kill();
    await vi.waitFor(() => expect(reports.map(({ type }) => type)).toContain('publishing-waits'), { timeout: 60_000 });
    await postgres.start();
    const events = await readStream(nats.url, each * users.length);
    expect(disorder(events)).toEqual([]);
    await caughtUp(running as RunningPublisher); // started above
    expect(await streamLength(nats.url)).toBe(each * users.length);
  });

  test('are all there, once and in order, when the publisher is killed before it has moved its cursors', async () => {
    for (const user of users)
      await write(
        `${user}.main`,
        Array.from({ length: 100 }, (_, i) => cancelledOrder(`${i}`)),
      );
    const first = await start({ forgetsCursors: true });
    await readStream(nats.url, 700);
    await first.end();
    const { feed, publisher } = await start();
    const events = await readStream(nats.url, 2_000);
    expect(disorder(events)).toEqual([]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2_000);
    await caughtUp(running as RunningPublisher); // started above
    expect(publisher.status().duplicates).toBeGreaterThanOrEqual(700);
    expect(await streamLength(nats.url)).toBe(2_000);
    // Cursors only go forward, whoever comes late with an older one.
    const place = { shard: shardOf('user1.main'), shardSeq: 100 };
    await feed.move([{ ...place, shardSeq: 3 }]);
    expect(await feed.cursors([place.shard])).toEqual([place]);
  });

  test('come once when two publishers have the same shards', async () => {
    for (const user of users)
      await write(
        `${user}.main`,
        Array.from({ length: 50 }, (_, i) => cancelledOrder(`${i}`)),
      );
    const [one, other] = await Promise.all([runPublisher(url, nats.url), runPublisher(url, nats.url)]);
    try {
      const events = await readStream(nats.url, 1_000);
      await caughtUp(one);
      await caughtUp(other);
      expect(disorder(events)).toEqual([]);
      expect(await streamLength(nats.url)).toBe(1_000);
      expect(one.publisher.status().published + other.publisher.status().published).toBeGreaterThanOrEqual(1_000);
    } finally {
      await one.end();
      await other.end();
    }
  });

  test('go on from the cursors in a new stream when the server has lost its store', async () => {
    const { publisher, reports } = await start();
    publisher.committed([await write('ann.main', [cancelledOrder('before')])]);
    await readStream(nats.url, 1);
    await caughtUp(running as RunningPublisher); // started above
    await nats.kill();
    await nats.start({ wipe: true });
    publisher.committed([await write('ann.main', [cancelledOrder('after')])]);
    await vi.waitFor(async () => expect(await streamLength(nats.url)).toBe(1), { timeout: 30_000, interval: 100 });
    expect(await readStream(nats.url, 1)).toMatchObject([{ data: { orderId: 'after' } }]);
    // Said when the cursor has moved: later than the message is there.
    await vi.waitFor(() => expect(reports.map(({ type }) => type)).toContain('publishing-goes-on'), {
      timeout: 10_000,
    });
  });

  test('are published by whoever has their shards, from when it has them', async () => {
    let owned: readonly number[] = [];
    await write('ann.main', [cancelledOrder('o-1')]);
    const { publisher } = await start({ ownedShards: () => owned });
    publisher.committed([await write('bob.main', [cancelledOrder('o-2')])]);
    owned = [shardOf('bob.main')];
    publisher.committed([await write('bob.main', [cancelledOrder('o-3')])]);
    expect(await readStream(nats.url, 2)).toMatchObject([{ userId: 'bob' }, { userId: 'bob' }]);
    expect(await streamLength(nats.url)).toBe(2);
  });
});

/** The stream takes nothing more than it has, or messages of a size. */
const limitStream = async (limits: { readonly max_msgs?: number; readonly max_msg_size?: number }): Promise<void> => {
  const connection = await connect({ servers: nats.url });
  await (await jetstreamManager(connection)).streams.update(eventStreamName, { ...limits, discard: DiscardPolicy.New });
  await connection.close();
};

describe('a message that is refused', () => {
  test('is put aside, holds nobody up, and is sent when an operator asks for it', async () => {
    const { publisher, feed, reports } = await start();
    publisher.committed([await write('ann.main', [cancelledOrder('o-1')])]);
    await readStream(nats.url, 1);
    await limitStream({ max_msg_size: 2_000 });
    const large = 'x'.repeat(3_000);
    publisher.committed([await write('ann.main', [cancelledOrder('o-2', large), cancelledOrder('o-3')])]);
    const events = await readStream(nats.url, 2);
    expect(events[1]).toMatchObject({ data: { orderId: 'o-3' } });
    await caughtUp(running as RunningPublisher); // started above
    const place = { shard: shardOf('ann.main'), shardSeq: 2, part: 0 };
    const letters = await feed.list(null, 10);
    expect(letters).toMatchObject([
      { ...place, name: 'order.cancelled', actor: { kind: 'account', id: 'ann.main' }, isAskedFor: false },
    ]);
    expect(reports).toContainEqual(expect.objectContaining({ type: 'message-refused', name: 'order.cancelled' }));

    // Asked for in vain: it stays, and is not tried again by itself.
    expect(await feed.askFor(place)).toMatchObject({ isAskedFor: true });
    await vi.waitFor(async () => expect(await feed.list(null, 10)).toMatchObject([{ isAskedFor: false }]), {
      timeout: 20_000,
      interval: 100,
    });
    await limitStream({ max_msg_size: -1 });
    await feed.askFor(place);
    expect((await readStream(nats.url, 3))[2]).toMatchObject({ data: { orderId: 'o-2', reason: large } });
    await vi.waitFor(async () => expect(await feed.list(null, 10)).toEqual([]), { timeout: 20_000, interval: 100 });
    expect(await feed.askFor(place)).toBeNull();
  });

  test('may be larger than the server takes at all, or of a stream that is full', async () => {
    const { publisher, feed } = await start();
    publisher.committed([await write('ann.main', [cancelledOrder('o-1', 'x'.repeat(2 ** 20)), cancelledOrder('o-2')])]);
    await readStream(nats.url, 1);
    await limitStream({ max_msgs: 1 });
    publisher.committed([await write('ann.main', [cancelledOrder('o-3')])]);
    await vi.waitFor(async () => expect(await feed.list(null, 10)).toHaveLength(2), { timeout: 20_000, interval: 50 });
    expect((await feed.list(null, 10)).map(({ reason }) => reason)).toEqual([
      expect.stringContaining('a message may have'),
      expect.stringContaining('maximum messages exceeded'),
    ]);
    expect(await streamLength(nats.url)).toBe(1);
  });

  test('may be one that this program can not read', async () => {
    const { publisher, feed } = await start();
    const unreadable = { ...cancelledOrder('o-1'), version: 99 };
    publisher.committed([await write('ann.main', [unreadable, cancelledOrder('o-2')])]);
    expect(await readStream(nats.url, 1)).toMatchObject([{ data: { orderId: 'o-2' } }]);
    await vi.waitFor(
      async () => expect(await feed.list(null, 10)).toMatchObject([{ shardSeq: 1, name: 'OrderClosed' }]),
      { timeout: 20_000, interval: 50 },
    );
  });
});
