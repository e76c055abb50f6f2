/** A journal, a publisher of its events, and what a consumer outside finds in the stream. */

import { jetstream, jetstreamManager, AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { publicEvents } from '#actors';
import type { PublicEvent } from '#actors';
import { createEventPublisher, eventStreamName, openNats } from '#cluster';
import type { EventPublisher, EventStreamOptions, PublishingEvent } from '#cluster';
import { shardCount, shardOf, systemClock } from '#kernel';
import type { EventToStore, ShardPlace } from '#kernel';
import { openPostgresEventFeed } from '#persistence';
import type { PostgresEventFeed, PostgresJournal } from '#persistence';

const allShards: readonly number[] = Array.from({ length: shardCount }, (_, shard) => shard);

/** An event of an account that is told as `order.cancelled`. */
export const cancelledOrder = (orderId: string, reason = ''): EventToStore => ({
  type: 'OrderClosed',
  version: 1,
  payload: JSON.stringify({ type: 'OrderClosed', orderId, symbol: 'BTCUSD', status: 'cancelled', reason, at: 0 }),
});

/** One of an account that nobody is told of. */
export const secretEvent: EventToStore = {
  type: 'CancelRemembered',
  version: 1,
  payload: JSON.stringify({ type: 'CancelRemembered', orderId: 'o', at: 0 }),
};

/** Writes events of accounts, each from where it was left. */
export const writerOf = (journal: PostgresJournal) => {
  const next = new Map<string, number>();
  return async (
    id: string,
    events: readonly EventToStore[],
    { kind = 'account', traceId = null }: { readonly kind?: string; readonly traceId?: string | null } = {},
  ): Promise<ShardPlace> => {
    const firstSeq = next.get(id) ?? 1;
    next.set(id, firstSeq + events.length);
    const outcome = await journal.append({
      address: { kind, id },
      shard: shardOf(id),
      firstSeq,
      events,
      commandId: null,
      answer: null,
      at: Date.UTC(2026, 0, 5),
      traceId,
      claims: [],
      releases: [],
      timers: [],
      outbox: [],
    });
    if (outcome.type !== 'committed') throw new Error(outcome.type);
    return { shard: shardOf(id), shardSeq: outcome.shardSeq };
  };
};

export interface RunningPublisher {
  readonly publisher: EventPublisher;
  readonly feed: PostgresEventFeed;
  readonly reports: readonly PublishingEvent[];
  /** As the end of its process: what is under way is not waited for, and its connection breaks. */
  readonly end: () => Promise<void>;
}

export const runPublisher = async (
  postgresUrl: string,
  natsUrl: string,
  {
    ownedShards = () => allShards,
    stream,
    forgetsCursors = false,
  }: {
    readonly ownedShards?: () => readonly number[];
    readonly stream?: EventStreamOptions;
    readonly forgetsCursors?: boolean;
  } = {},
): Promise<RunningPublisher> => {
  const nats = await openNats({ url: natsUrl, name: 'publisher' });
  const feed = await openPostgresEventFeed(postgresUrl);
  const reports: PublishingEvent[] = [];
  const publisher = createEventPublisher({
    nats,
    feed: forgetsCursors ? { ...feed, move: () => Promise.resolve() } : feed,
    mapping: publicEvents,
    ownedShards,
    clock: systemClock,
    report: (event) => reports.push(event),
    ...(stream === undefined ? {} : { stream }),
  });
  const stopping = new AbortController();
  const { promise: isStarted, resolve: started } = Promise.withResolvers<void>();
  const done = publisher.run({ signal: stopping.signal, started });
  await Promise.race([isStarted, done]);
  return {
    publisher,
    feed,
    reports,
    end: async () => {
      stopping.abort();
      await nats.close();
      await done;
      await feed.close();
    },
  };
};

/** The first so many messages of the stream, in its order; waits for them. */
export const readStream = async (natsUrl: string, count: number): Promise<readonly PublicEvent[]> => {
  const connection = await connect({ servers: natsUrl });
  try {
    const manager = await jetstreamManager(connection);
    const { name } = await manager.consumers.add(eventStreamName, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.All,
    });
    const consumer = await jetstream(connection).consumers.get(eventStreamName, name);
    const events: PublicEvent[] = [];
    while (events.length < count) {
      const messages = await consumer.fetch({ max_messages: Math.min(2_000, count - events.length), expires: 5_000 });
      for await (const one of messages) events.push(one.json<PublicEvent>());
    }
    return events;
  } finally {
    await connection.close();
  }
};

/** Messages that the stream holds. */
export const streamLength = async (natsUrl: string): Promise<number> => {
  const connection = await connect({ servers: natsUrl });
  try {
    return (await (await jetstreamManager(connection)).streams.info(eventStreamName)).state.messages;
  } finally {
    await connection.close();
  }
};
