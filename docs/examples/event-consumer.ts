/**
 * Prints each backtest that is completed, once: `node docs/examples/event-consumer.ts nats://127.0.0.1:4222 seen.txt`.
 *
 * A durable consumer goes on where it was, also after a restart. A message may come twice; its id says so, and the
 * ids of those that were printed are kept in a file.
 */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

interface CompletedBacktest {
  readonly id: string;
  readonly time: string;
  readonly userId: string | null;
  readonly data: {
    readonly backtestId: string;
    readonly strategyId: string | null;
    readonly statistics: Readonly<Record<string, number | null>>;
  };
}

const [server = 'nats://127.0.0.1:4222', seenPath = 'seen-events.txt'] = process.argv.slice(2);

/** A message that comes again comes soon: within minutes, or when an operator has it sent. */
const idsKept = 10_000;
const seen = new Set(existsSync(seenPath) ? readFileSync(seenPath, 'utf8').split('\n').slice(-idsKept) : []);
writeFileSync(seenPath, [...seen].join('\n'));

const connection = await connect({ servers: server, name: 'completed-backtests', maxReconnectAttempts: -1 });
const manager = await jetstreamManager(connection);
// Where it is there already, it goes on where it was.
await manager.consumers.add('XT_EVENTS', {
  durable_name: 'completed-backtests',
  filter_subject: 'xt.events.backtest.completed.>',
  ack_policy: AckPolicy.Explicit,
});
const consumer = await jetstream(connection).consumers.get('XT_EVENTS', 'completed-backtests');

const messages = await consumer.consume({ max_messages: 100 });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => messages.stop());

for await (const message of messages) {
  const { id, time, userId, data } = message.json<CompletedBacktest>();
  if (!seen.has(id)) {
    const { equityFinal, trades } = data.statistics;
    process.stdout.write(`${time} ${data.backtestId} of ${userId}: final equity ${equityFinal}, ${trades} trades\n`);
    seen.add(id);
    appendFileSync(seenPath, `${id}\n`);
  }
  // After it was done: what a crash comes in between of is delivered again.
  message.ack();
}
await connection.drain();
