/** What JetStream keeps by name for the nodes themselves: buckets of texts with revisions and their history. */

import { jetstreamManager, JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { KV, KvEntry } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { Outage } from '#kernel';

export interface BucketSettings {
  readonly name: string;
  readonly description: string;
  /** Values of one key that are kept, the newest included. */
  readonly history: number;
  readonly valueBytesMax: number;
  readonly replicas: number;
}

export interface BucketEntry {
  readonly key: string;
  /** Counts in the whole bucket, and begins anew with it. */
  readonly revision: number;
  readonly text: string;
}

/** Rejections are outages: `storage-away` when nothing was done, `outcome-unknown` when nobody has answered. */
export interface Bucket {
  /** Of this bucket and no other: changes when the server has lost it and it was made anew. */
  readonly identity: string;
  get(key: string): Promise<BucketEntry | null>;
  /** Stores where there is nothing (`revision` null), or the entry of that revision; null: there is another one. */
  put(key: string, text: string, revision: number | null): Promise<number | null>;
  /** Oldest first. */
  history(key: string): Promise<readonly BucketEntry[]>;
  /** Tells the newest entry of each key, then each change, until the signal aborts or the server loses it. */
  follow(listener: (entry: BucketEntry) => void, signal: AbortSignal): Promise<void>;
}

export interface Buckets {
  /** Makes the bucket where it is not there. Rejects with `storage-away`. */
  open(settings: BucketSettings): Promise<Bucket>;
}

const answerMsMax = 5_000;

export const bucketsOn = (connection: NatsConnection, isConnected: () => boolean): Buckets => {
  let manager: JetStreamManager | null = null;
  const store = new Kvm(connection);
  return {
    async open({ name, description, history, valueBytesMax, replicas }) {
      if (!isConnected()) throw away(name);
      try {
        manager ??= await jetstreamManager(connection, { timeout: answerMsMax });
        const options = { description, history, maxValueSize: valueBytesMax, replicas, timeout: answerMsMax };
        const values = await store.create(name, options);
        const { created } = await manager.streams.info(`KV_${name}`);
        return bucketOn({ name, values, identity: created, isConnected });
      } catch (cause) {
        throw away(name, cause);
      }
    },
  };
};

const away = (name: string, cause?: unknown): Outage =>
  new Outage('storage-away', `NATS does not keep ${name} at the moment: nothing was done.`, { cause });

interface BucketParts {
  readonly name: string;
  readonly values: KV;
  readonly identity: string;
  readonly isConnected: () => boolean;
}

const bucketOn = ({ name, values, identity, isConnected }: BucketParts): Bucket => {
  const reading = async <T>(read: () => Promise<T>): Promise<T> => {
    if (!isConnected()) throw away(name);
    try {
      return await read();
    } catch (cause) {
      throw away(name, cause);
    }
  };
  return {
    identity,
    get: (key) =>
      reading(async () => {
        const entry = await values.get(key);
        return entry === null || entry.operation !== 'PUT' ? null : entryOf(entry);
      }),
    async put(key, text, revision) {
      if (!isConnected()) throw away(name);
      try {
        return await (revision === null ? values.create(key, text) : values.update(key, text, revision));
      } catch (cause) {
        if (isTaken(cause)) return null;
        if (cause instanceof JetStreamApiError) throw away(name, cause);
        throw new Outage('outcome-unknown', 'NATS has not answered: whether it is stored is not known.', { cause });
      }
    },
    history: (key) =>
      reading(async () => {
        const entries: BucketEntry[] = [];
        for await (const entry of await values.history({ key })) {
          if (entry.operation === 'PUT') entries.push(entryOf(entry));
        }
        return entries;
      }),
    follow: (listener, signal) =>
      reading(async () => {
        const entries = await values.watch();
        const stop = (): void => {
          entries.stop();
        };
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
        try {
          for await (const entry of entries) if (entry.operation === 'PUT') listener(entryOf(entry));
        } finally {
          signal.removeEventListener('abort', stop);
          stop();
        }
      }),
  };
};

const entryOf = (entry: KvEntry): BucketEntry => ({
  key: entry.key,
  revision: entry.revision,
  text: entry.string(),
});

const isTaken = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
    error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown);
