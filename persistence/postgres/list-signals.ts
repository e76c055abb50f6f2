/**
 * What programs on one database tell each other about the lists, sooner than they would look: where the
 * journal has come to, and that the lists have moved. Over LISTEN and NOTIFY on a connection of its own,
 * so that no append waits for it. What gets lost is found by looking.
 */

import { Outage, shardCount } from '#kernel';
import { connectSingle } from './single-connection.ts';

export interface ListSignalsOptions {
  readonly url: string;
  /** Another program has committed events up to these places. */
  readonly onCommitted: (places: ReadonlyMap<number, number>) => void;
  /** Another program has moved the lists on. */
  readonly onMoved: () => void;
}

export interface ListSignals {
  /** That this program has committed an event. What is told while there is no connection is told with the next one. */
  readonly tellCommitted: (shard: number, shardSeq: number) => void;
  readonly tellMoved: () => void;
  /** Rejects with an `Outage`. One at a time. */
  readonly open: () => Promise<OpenListSignals>;
}

export interface OpenListSignals {
  /** Resolves with the reason when nothing is told and heard any more; with null after {@link close}. */
  readonly lost: Promise<Outage | null>;
  close(): Promise<void>;
}

/** The first is told at once; what comes within this time after it is told together. */
const tellEveryMs = 20;
const connectMsMax = 5_000;
const statementMsMax = 15_000;
/** Postgres takes less than 8,000 bytes at a time; this many places have some 6,000. */
const placesPerPayload = 300;

const channels = { committed: 'xtrading_committed', moved: 'xtrading_lists_moved' } as const;

/** It writes nothing, so there is nothing to be flushed. */
const listen = `SET synchronous_commit = off; LISTEN ${channels.committed}; LISTEN ${channels.moved}`;
const notify = 'SELECT pg_notify(n.channel, n.payload) FROM unnest($1::text[], $2::text[]) AS n (channel, payload)';

export const createListSignals = ({ url, onCommitted, onMoved }: ListSignalsOptions): ListSignals => {
  const committed = new Map<number, number>();
  let hasMoved = false;
  let send: (() => void) | null = null;

  const open = async (): Promise<OpenListSignals> => {
    let own = NaN;
    const connection = await connectSingle({
      url,
      name: 'list signals',
      connectMsMax,
      statementMsMax,
      onNotification: ({ channel, payload, processId }) => {
        if (processId === own) return;
        if (channel === channels.moved) onMoved();
        else onCommitted(placesOf(payload));
      },
    }).catch((cause: unknown) => {
      throw new Outage('storage-away', 'Postgres can’t be reached.', { cause });
    });
    const failed = Promise.withResolvers<Outage>();
    const fail = (cause: unknown): void =>
      failed.resolve(new Outage('storage-away', 'The connection to Postgres broke.', { cause }));
    let isOpen = true;
    let isSending = false;
    let next: NodeJS.Timeout | null = null;
    const flush = async (): Promise<void> => {
      const places = [...committed];
      const told = [
        ...payloadsOf(places).map((payload) => ({ channel: channels.committed, payload })),
        ...(hasMoved ? [{ channel: channels.moved, payload: '' }] : []),
      ];
      committed.clear();
      hasMoved = false;
      isSending = true;
      try {
        await connection.query(notify, [told.map(({ channel }) => channel), told.map(({ payload }) => payload)]);
        next = setTimeout(again, tellEveryMs).unref();
      } catch (error) {
        for (const [shard, shardSeq] of places) noteLatest(committed, shard, shardSeq);
        fail(error);
      } finally {
        isSending = false;
      }
    };
    const again = (): void => {
      next = null;
      sendSoon();
    };
    const sendSoon = (): void => {
      if (isOpen && !isSending && next === null && (committed.size > 0 || hasMoved)) void flush();
    };
    try {
      const [row] = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      own = row?.pid ?? NaN;
      await connection.query(listen);
    } catch (cause) {
      await connection.close();
      throw new Outage('storage-away', 'Postgres can’t be listened to.', { cause });
    }
    send = sendSoon;
    sendSoon();
    void connection.lost.then((reason) => {
      isOpen = false;
      if (reason !== null) fail(reason);
    });
    return {
      lost: Promise.race([failed.promise, connection.lost.then((reason) => (reason === null ? null : failed.promise))]),
      async close() {
        isOpen = false;
        if (next !== null) clearTimeout(next);
        await connection.close();
      },
    };
  };

  return {
    tellCommitted(shard, shardSeq) {
      noteLatest(committed, shard, shardSeq);
      send?.();
    },
    tellMoved() {
      hasMoved = true;
      send?.();
    },
    open,
  };
};

const noteLatest = (places: Map<number, number>, shard: number, shardSeq: number): void => {
  places.set(shard, Math.max(places.get(shard) ?? 0, shardSeq));
};

/** `12:345,13:7`: shards and their numbers. */
const payloadsOf = (places: readonly (readonly [number, number])[]): readonly string[] => {
  const texts = places.map(([shard, shardSeq]) => `${shard}:${shardSeq}`);
  return Array.from({ length: Math.ceil(texts.length / placesPerPayload) }, (_, i) =>
    texts.slice(i * placesPerPayload, (i + 1) * placesPerPayload).join(','),
  );
};

/** What is no place is passed over: whoever can speak to the database may tell anything. */
const placesOf = (payload: string): ReadonlyMap<number, number> => {
  const places = new Map<number, number>();
  for (const [, shard, shardSeq] of payload.matchAll(/(?:^|,)(\d{1,4}):(\d{1,15})(?=,|$)/g)) {
    if (Number(shard) < shardCount) noteLatest(places, Number(shard), Number(shardSeq));
  }
  return places;
};
