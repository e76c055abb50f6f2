/**
 * Tells those outside what has happened: reads the journal's events of the shards that this node owns, publishes
 * them to JetStream, and moves a cursor when the server has them. What is refused is put aside, so that nobody else
 * waits for it; while nobody answers, everything waits where it is.
 */

import { Outage, pause, shardCount } from '#kernel';
import type { Clock, EventFeed, FedEvent, Service, ShardPlace, StoredEvent } from '#kernel';
import type { StoringNats } from '../nats.ts';
import { DeadMessages } from './dead-messages.ts';
import { eventStream } from './event-stream.ts';
import type { EventStreamOptions } from './event-stream.ts';
import { Origins } from './origins.ts';
import { PublishingLag } from './publishing-lag.ts';
import { ShardRun } from './shard-run.ts';

/** What is said of an event, as the mapping in `actors/` has it. */
export interface OutgoingMessage {
  /** The server drops what it has under this id already. */
  readonly id: string;
  readonly name: string;
  readonly subject: string;
  readonly text: string;
}

export interface EventMapping<Origin> {
  readonly types: readonly string[];
  readonly hasOrigin: (kind: string) => boolean;
  readonly originOf: (first: StoredEvent) => Origin | null;
  /** Throws where the event can't be read. */
  readonly messagesOf: (event: FedEvent, origin: Origin | null, epoch: string) => readonly OutgoingMessage[];
}

export type PublishingEvent =
  | { readonly type: 'publishing-waits'; readonly reason: string }
  | { readonly type: 'publishing-goes-on' }
  /** An operator decides what becomes of it. */
  | { readonly type: 'message-refused'; readonly id: string; readonly name: string; readonly reason: string };

export interface EventPublisherOptions<Origin> {
  readonly nats: Pick<StoringNats, 'isConnected' | 'onChange' | 'streams'>;
  readonly feed: EventFeed;
  readonly mapping: EventMapping<Origin>;
  /** Asked again before each step: it changes as nodes come and go. */
  readonly ownedShards: () => readonly number[];
  readonly clock: Clock;
  readonly report: (event: PublishingEvent) => void;
  readonly stream?: EventStreamOptions;
}

export interface EventPublisher extends Service {
  /** For the kernel's `onCommitted`: where the journal has come to. */
  readonly committed: (positions: readonly ShardPlace[]) => void;
  readonly status: () => PublishingStatus;
}

export interface PublishingStatus {
  /** Since the start; those that the server had already are among them. */
  readonly published: number;
  readonly duplicates: number;
  readonly refused: number;
  /** Events of shards of this node that are not looked at yet. */
  readonly eventsBehind: number;
  /** Time since all that was written by then was told; 0 while nothing is missing. */
  readonly secondsBehind: number;
  /** Why nothing is published at the moment; null: it is. */
  readonly waitsFor: string | null;
}

/** What others have written, and nobody here was told of, is seen after this time at the latest. */
const lookEveryMs = 5_000;
/** After a step in which somebody did not answer. */
const retryMs = 500;
/** Where the stream is may be changed by an operator, and how much may be under way depends on it. */
const ensureEveryMs = 30_000;
/** Shards that one step publishes at once. */
const shardsPerStep = 256;
/** Messages under way, of all shards of a step; the server keeps ten thousand waiting, of all nodes. */
const messagesUnderWay = 256;
/** Events that one step reads, and what they take in memory. */
const eventsPerStep = 2_000;
const bytesPerStep = 32 * 2 ** 20;

/** A service that has to be supervised: when the journal is away its run fails, and the next one begins at the cursors. */
export const createEventPublisher = <Origin>(options: EventPublisherOptions<Origin>): EventPublisher => {
  const { nats, feed, mapping, ownedShards, clock, report } = options;
  const stream = eventStream(options.stream);
  const heads = new Float64Array(shardCount);
  /** Of the shards that were owned when they were last looked at. */
  const cursors = new Map<number, number>();
  const dead = new DeadMessages({ feed, mapping, clock, streams: nats.streams, report });
  const counts = { published: 0, duplicates: 0, refused: 0 };
  const lag = new PublishingLag(clock.now());
  let lookedAt = -Infinity;
  let nextShard = 0;
  let waitsFor: string | null = null;
  /** Something was committed since it was last looked for shards that are behind. */
  let hasNews = false;
  /** While there is nothing to do; while nobody answers, commits change nothing. */
  let wakeForEvents: () => void = () => {};
  let wakeForServer: () => void = () => {};
  nats.onChange(() => wakeForServer());

  const wait = (reason: string): void => {
    if (waitsFor === null) report({ type: 'publishing-waits', reason });
    waitsFor = reason;
  };
  const goOn = (): void => {
    if (waitsFor !== null) report({ type: 'publishing-goes-on' });
    waitsFor = null;
  };

  /** Sees which shards are ours, from where on, and from time to time how far others have written in them. */
  const look = async (): Promise<void> => {
    const owned = ownedShards();
    const isOwned = new Set(owned);
    for (const shard of cursors.keys()) if (!isOwned.has(shard)) cursors.delete(shard);
    const taken = owned.filter((shard) => !cursors.has(shard));
    // Whoever had them before may have told more than anybody knows here.
    if (taken.length > 0) for (const place of await feed.cursors(taken)) cursors.set(place.shard, place.shardSeq);
    const isTime = clock.now() - lookedAt >= lookEveryMs;
    if (isTime) lookedAt = clock.now();
    const toRead = isTime ? owned : taken;
    if (toRead.length === 0) return;
    for (const { shard, shardSeq } of await feed.heads(toRead)) heads[shard] = Math.max(heads[shard] ?? 0, shardSeq);
    if (isTime) await dead.look(owned);
  };

  /** Shards that are behind, from where the last step stopped on: however much comes into some, none is left out. */
  const takeBehind = (): readonly ShardPlace[] => {
    const behind: ShardPlace[] = [];
    hasNews = false;
    let shard = nextShard;
    for (let looked = 0; looked < shardCount && behind.length < shardsPerStep; looked++) {
      const cursor = cursors.get(shard);
      if (cursor !== undefined && (heads[shard] ?? 0) > cursor) behind.push({ shard, shardSeq: cursor });
      shard = (shard + 1) % shardCount;
    }
    nextShard = shard;
    return behind;
  };

  /** False when there was nothing to do. */
  const step = async (signal: AbortSignal): Promise<boolean> => {
    const behind = takeBehind();
    if (behind.length === 0) return false;
    const pages = await feed.after(behind, {
      limit: Math.ceil(eventsPerStep / behind.length),
      bytesMax: Math.ceil(bytesPerStep / behind.length),
      types: mapping.types,
    });
    const origins = await Origins.of(
      feed,
      mapping,
      pages.flatMap(({ events }) => events),
    );
    const { streams } = nats;
    const needs = { streams, mapping, origins, dead, signal, stream: stream.name };
    const underWayMax = Math.floor(messagesUnderWay / behind.length);
    const runs = pages.map((page) => new ShardRun(page, { ...needs, underWayMax }));
    await Promise.all(runs.map((run) => run.finish(feed.epoch)));
    for (const run of runs) {
      counts.published += run.published;
      counts.duplicates += run.duplicates;
      counts.refused += run.refused;
    }
    // First what was put aside: the cursor goes past it.
    await dead.store();
    const moved = runs.flatMap(({ shard, reached }, place) =>
      reached === behind[place]?.shardSeq ? [] : [{ shard, shardSeq: reached }],
    );
    if (moved.length > 0) await feed.move(moved);
    for (const { shard, shardSeq } of moved) cursors.set(shard, shardSeq);
    const unanswered = runs.find((run) => run.unanswered !== null)?.unanswered ?? null;
    if (unanswered === null) goOn();
    else throw new Outage('storage-away', unanswered);
    return moved.length > 0;
  };

  const work = async (signal: AbortSignal): Promise<boolean> => {
    await look();
    if (!nats.isConnected) throw new Outage('storage-away', 'NATS is away');
    await dead.mustHaveRoom();
    const hasResent = await dead.resend(feed.epoch, signal);
    const hasTold = await step(signal);
    lag.note(cursors, heads, clock.now());
    return hasTold || hasResent;
  };

  const rest = async (ms: number, signal: AbortSignal, mayWake: 'events' | 'server'): Promise<void> => {
    if (mayWake === 'events' && hasNews) return;
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    if (mayWake === 'events') wakeForEvents = wake;
    wakeForServer = wake;
    await pause(clock, ms, AbortSignal.any([signal, woken.signal]));
    wakeForEvents = () => {};
    wakeForServer = () => {};
  };

  const run: Service['run'] = async ({ signal, started }) => {
    cursors.clear();
    dead.forget();
    lookedAt = -Infinity;
    /** -Infinity: it may not be there. */
    let ensuredAt = -Infinity;
    while (!signal.aborted) {
      try {
        if (nats.isConnected && clock.now() - ensuredAt >= ensureEveryMs) {
          await nats.streams.ensure(stream);
          ensuredAt = clock.now();
        }
        started();
        if (!(await work(signal))) {
          if (ensuredAt > -Infinity) goOn();
          await rest(lookEveryMs, signal, 'events');
        }
      } catch (error) {
        if (!(error instanceof Outage)) throw error;
        // The journal's own outages come from its pool, and are waited for like those of NATS.
        wait(error.message);
        started();
        // A server that lost its store has lost the stream too.
        ensuredAt = -Infinity;
        await rest(retryMs, signal, 'server');
      }
    }
  };

  return {
    name: 'event-publisher',
    run,
    committed(positions) {
      for (const { shard, shardSeq } of positions) heads[shard] = Math.max(heads[shard] ?? 0, shardSeq);
      hasNews = true;
      wakeForEvents();
    },
    status: () => {
      let eventsBehind = 0;
      for (const [shard, cursor] of cursors) eventsBehind += Math.max(0, (heads[shard] ?? 0) - cursor);
      return { ...counts, eventsBehind, secondsBehind: lag.msBehind(cursors, heads, clock.now()) / 1_000, waitsFor };
    },
  };
};
