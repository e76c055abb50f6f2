/** Who hears whom, how often, and when silence is noticed: a few nodes and hundreds, on a clock that is moved. */

import { expect, test } from 'vitest';
import { VirtualClock } from '#kernel/testing';
import { Beats } from './beats.ts';
import { MemoryNatsServer } from './testing/memory-nats.ts';

const load = { actors: 0, mailboxMessages: 0, cpu: 0, memoryBytes: 0, backtestsRunning: 0, shards: 0 };

/** So many nodes that know of each other, and what the first one hears. */
const beating = (count: number) => {
  const clock = new VirtualClock();
  const server = new MemoryNatsServer(clock);
  const silent: { readonly incarnation: string; readonly at: number }[] = [];
  let heard = 0;
  server.connect().subscribe('test.beat.*', () => heard++);
  const nodes = Array.from({ length: count }, (_, i) => {
    const isFirst = i === 0;
    return new Beats({
      nats: server.connect(),
      clock,
      prefix: 'test',
      self: `node${i}`,
      load: () => load,
      nodes: () => count,
      onSilence: (incarnation) => {
        if (isFirst) silent.push({ incarnation, at: clock.now() });
      },
      onInterrupted: () => {},
    });
  });
  return { clock, server, nodes, silent, heard: () => heard };
};

test('among few nodes each is heard every second, and missed after two and a half', () => {
  const { clock, nodes, silent, heard } = beating(3);
  clock.advance(60_000);
  expect(heard()).toBeGreaterThanOrEqual(3 * 59);
  expect(silent).toEqual([]);
  nodes[2]?.close();
  const closedAt = clock.now();
  clock.advance(10_000);
  expect(silent.map(({ incarnation }) => incarnation)).toEqual(['node2']);
  expect((silent[0]?.at ?? Infinity) - closedAt).toBeLessThanOrEqual(3_500);
  expect(nodes[0]?.of('node2')?.ageMs).toBeGreaterThan(9_000);
});

test('among hundreds each node hears a hundred a second, and misses nobody who lives', () => {
  const { clock, nodes, silent, heard } = beating(200);
  clock.advance(10_000);
  const before = heard();
  clock.advance(10_000);
  expect(heard() - before).toBeLessThanOrEqual(100 * 10);
  expect(silent).toEqual([]);
  nodes[7]?.close();
  const closedAt = clock.now();
  clock.advance(10_000);
  expect(silent.map(({ incarnation }) => incarnation)).toEqual(['node7']);
  // Each beats every two seconds, and says so.
  expect((silent[0]?.at ?? Infinity) - closedAt).toBeLessThanOrEqual(6_500);
});

test('a node of a version that does not say when it beats again is expected after a second', () => {
  const { clock, server, silent } = beating(1);
  const older = server.connect();
  older.publish('test.beat.older', Buffer.from(JSON.stringify({ load, interruptions: 0 })));
  clock.advance(2_000);
  expect(silent).toEqual([]);
  clock.advance(3_000);
  expect(silent.map(({ incarnation }) => incarnation)).toEqual(['older']);
});
