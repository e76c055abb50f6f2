/** How many messages of a shard are under way, and what is known of them afterwards. */

import { expect, test } from 'vitest';
import type { FedEvent } from '#kernel';
import { VirtualClock } from '#kernel/testing';
import type { PublishOutcome, Streams } from '../nats-streams.ts';
import { DeadMessages } from './dead-messages.ts';
import { Origins } from './origins.ts';
import { ShardRun } from './shard-run.ts';

const eventAt = (shardSeq: number): FedEvent => ({
  address: { kind: 'account', id: 'ann.main' },
  shard: 1,
  shardSeq,
  seq: shardSeq,
  type: 'OrderClosed',
  version: 1,
  payload: '{}',
  at: 0,
  traceId: null,
});

const stored: PublishOutcome = { type: 'stored', isDuplicate: false };

/** A shard with twenty events, of which eight messages may be under way, and a server that answers when it is told to. */
const running = () => {
  let way: string | null = 'connection 1';
  const sent: string[] = [];
  const waiting: ((outcome: PublishOutcome) => void)[] = [];
  const streams: Streams = {
    ensure: () => Promise.resolve(),
    orderedWay: () => way,
    publish: (_subject, _data, id) => {
      sent.push(id);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
  const mapping = {
    types: ['OrderClosed'],
    hasOrigin: () => false,
    originOf: () => null,
    messagesOf: ({ shardSeq }: FedEvent) => [{ id: `${shardSeq}`, name: 'order.cancelled', subject: 'x', text: '{}' }],
  };
  const feed = {
    epoch: 'e',
    cursors: () => Promise.resolve([]),
    heads: () => Promise.resolve([]),
    after: () => Promise.resolve([]),
    at: () => Promise.resolve([]),
    first: () => Promise.resolve([]),
    move: () => Promise.resolve(),
    bury: () => Promise.resolve(),
    askedFor: () => Promise.resolve([]),
    unbury: () => Promise.resolve(),
    buried: () => Promise.resolve(0),
  };
  const dead = new DeadMessages({ feed, mapping, clock: new VirtualClock(), streams, report: () => {} });
  const events = Array.from({ length: 20 }, (_, i) => eventAt(i + 1));
  const run = new ShardRun(
    { shard: 1, until: 20, events },
    {
      streams,
      mapping,
      origins: new Origins<null>(),
      dead,
      signal: new AbortController().signal,
      stream: 's',
      underWayMax: 8,
    },
  );
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(resolve);
    });
  return {
    run,
    sent,
    turn,
    async answer(count: number, outcome: PublishOutcome = stored) {
      for (const resolve of waiting.splice(0, count)) resolve(outcome);
      await turn();
    },
    setWay(now: string | null) {
      way = now;
    },
  };
};

test('where their order is kept, some are under way, and the next ones go when the first are answered', async () => {
  const { run, sent, turn, answer } = running();
  const done = run.finish('e');
  await turn();
  expect(sent).toHaveLength(8);
  await answer(2);
  expect(sent).toHaveLength(10);
  while (run.reached < 20) await answer(20);
  await done;
  expect(sent).toEqual(Array.from({ length: 20 }, (_, i) => `${i + 1}`));
  expect(run.published).toBe(20);
});

test('where it is not kept, each waits for the one before', async () => {
  const { run, sent, setWay, turn, answer } = running();
  setWay(null);
  const done = run.finish('e');
  await turn();
  for (let count = 1; count <= 20; count++) {
    expect(sent).toHaveLength(count);
    await answer(1);
  }
  await done;
  expect(run.reached).toBe(20);
});

test('on another connection nothing is sent before all on the old one are answered', async () => {
  const { run, sent, setWay, turn, answer } = running();
  const done = run.finish('e');
  await turn();
  setWay('connection 2');
  await answer(7);
  expect(sent).toHaveLength(8);
  await answer(1);
  expect(sent.length).toBeGreaterThan(8);
  // There is none any more: what is gathered already goes one by one.
  setWay(null);
  await answer(20);
  const before = sent.length;
  await answer(1);
  expect(sent.length - before).toBeLessThanOrEqual(1);
  while (run.reached < 20) await answer(20);
  await done;
});

test('what comes after one that nobody has answered is sent again, whatever has become of it', async () => {
  const { run, turn, answer } = running();
  const done = run.finish('e');
  await turn();
  await answer(2);
  await answer(1);
  await answer(1, { type: 'unanswered', reason: 'NATS is away' });
  await answer(20);
  await done;
  expect(run.unanswered).toBe('NATS is away');
  expect(run.reached).toBe(3);
  expect(run.published).toBe(3);
});
