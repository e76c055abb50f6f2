/** Events of one shard on their way from the journal into JetStream, against messages that wait for each other. */

// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import { jetstream } from '@nats-io/jetstream';
// oxlint-disable-next-line eslint/no-restricted-imports -- the reference that is measured against
import { connect } from '@nats-io/transport-node';
import { openPostgresJournal } from '#persistence';
import { cancelledOrder, runPublisher, writerOf } from '#test/events';
import { startNats, startPostgres } from '#test/servers';
import type { Benchmark } from './benchmark.ts';

const events = 40_000;
const eventsPerAppend = 5_000;
/** Until its code is compiled. */
const warmUp = 10_000;
const singleMessages = 10_000;
/** As large as an event of an account. */
const payload = new Uint8Array(450);
const reach = 2;

/** Messages a second, each sent when the server has the one before. */
const oneByOne = async (url: string): Promise<number> => {
  const connection = await connect({ servers: url });
  const client = jetstream(connection);
  const send = async (count: number, name: string): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await client.publish('xt.events.order.cancelled.bob', payload, { msgID: `${name}-${i}` });
    }
  };
  await send(singleMessages / 5, 'warm-up');
  const startedAt = performance.now();
  await send(singleMessages, 'measured');
  const ms = performance.now() - startedAt;
  await connection.close();
  return (singleMessages * 1_000) / ms;
};

const benchmark: Benchmark = {
  name: 'publish',
  async run() {
    const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    try {
      const url = await postgres.database();
      const journal = await openPostgresJournal({ url });
      const write = writerOf(journal);
      for (let written = 0; written < warmUp + events; written += eventsPerAppend) {
        const some = Array.from({ length: eventsPerAppend }, (_, i) => cancelledOrder(`order-${written + i}`));
        await write('ann.main', some);
      }
      const { publisher, end } = await runPublisher(url, nats.url);
      const until = async (count: number): Promise<number> => {
        while (publisher.status().published < count) await new Promise((resolve) => setTimeout(resolve, 2));
        return performance.now();
      };
      const startedAt = await until(warmUp);
      const before = publisher.status().published;
      const endedAt = await until(warmUp + events);
      await end();
      await journal.close();
      const value = ((warmUp + events - before) * 1_000) / (endedAt - startedAt);
      const reference = await oneByOne(nats.url);
      const ratio = value / reference;
      return [
        {
          name: 'publish: events of one shard into JetStream',
          value,
          unit: 'events/s',
          reference,
          ratio,
          reach: `≥ ${reach}× messages one by one`,
          ok: ratio >= reach,
        },
      ];
    } finally {
      await nats.stop();
      await postgres.stop();
    }
  },
};

export default benchmark;
