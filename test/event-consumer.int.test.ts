/** The example of a consumer, as a process of its own: it prints each completed backtest once, over a kill too. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { publicEvents } from '#actors';
import { eventStreamName, openNats } from '#cluster';
import type { StoringNats } from '#cluster';
import { startNats } from '#test/servers';
import type { NatsServer } from '#test/servers';
import { root } from './command.ts';

let server: NatsServer;
let nats: StoringNats;
let folder: string;
let consumer: ChildProcess | null = null;
let printed: string[] = [];

beforeEach(async () => {
  server = await startNats();
  nats = await openNats({ url: server.url, name: 'test' });
  folder = mkdtempSync(join(tmpdir(), 'event-consumer-'));
  printed = [];
  await nats.streams.ensure({
    name: eventStreamName,
    subjects: ['xt.events.>'],
    description: '',
    ageMsMax: 0,
    bytesMax: 2 ** 20,
    duplicatesMs: 120_000,
    replicas: 1,
  });
});
afterEach(async () => {
  consumer?.kill('SIGKILL');
  await nats.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const startConsumer = (): ChildProcess => {
  const program = join(root, 'docs/examples/event-consumer.ts');
  const child = spawn(process.execPath, [program, server.url, join(folder, 'seen.txt')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => printed.push(line));
  consumer = child;
  return child;
};

/** `again`: under another id for the server, as after its window for duplicates. */
const complete = async (place: number, again = ''): Promise<void> => {
  const payload = { type: 'BacktestCompleted', statistics: { equityFinal: 100 + place, trades: 3 }, tradeHash: '' };
  const [message] = publicEvents.messagesOf(
    {
      address: { kind: 'backtest', id: `b${place}` },
      seq: 5,
      shard: 1,
      shardSeq: place,
      type: payload.type,
      version: 1,
      payload: JSON.stringify(payload),
      at: 0,
      traceId: null,
    },
    { owner: 'ann', strategyId: 'ann.s', strategyVersion: 1, symbol: null },
    'epoch',
  );
  if (message === undefined) throw new Error('a completed backtest is told');
  const outcome = await nats.streams.publish(message.subject, Buffer.from(message.text), `${message.id}${again}`);
  expect(outcome).toEqual({ type: 'stored', isDuplicate: false });
};

const untilPrinted = (count: number): Promise<void> =>
  vi.waitFor(() => expect(printed).toHaveLength(count), { timeout: 30_000, interval: 20 });

test('the example prints each completed backtest once, and goes on where it was', async () => {
  await complete(1);
  const killed = startConsumer();
  await untilPrinted(1);
  expect(printed).toEqual(['1970-01-01T00:00:00.000Z b1 of ann: final equity 101, 3 trades']);
  await complete(1, ' again');
  await complete(2);
  await untilPrinted(2);

  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await complete(2, ' again');
  await complete(3);
  startConsumer();
  await untilPrinted(3);
  await complete(4);
  await untilPrinted(4);
  expect(printed.map((line) => line.split(' ')[1])).toEqual(['b1', 'b2', 'b3', 'b4']);
});
