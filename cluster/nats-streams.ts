/** What JetStream keeps in order for consumers outside: streams, and what the server says to each message. */

import {
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Outage } from '#kernel';

export interface StreamSettings {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly description: string;
  /** Messages that are older go. */
  readonly ageMsMax: number;
  /** The oldest go when it would be larger. */
  readonly bytesMax: number;
  /** A message whose id was there within this time is dropped. */
  readonly duplicatesMs: number;
  /** 1, or as many of the servers as keep it. */
  readonly replicas: number;
}

export type PublishOutcome =
  | { readonly type: 'stored'; readonly isDuplicate: boolean }
  /** The server, or the limit of a message, says no: the same message would be refused again. */
  | { readonly type: 'refused'; readonly reason: string }
  /** Nobody has answered: it may be stored, and is to be published again under the same id. */
  | { readonly type: 'unanswered'; readonly reason: string };

export interface Streams {
  /** Makes the stream where it is not there, and leaves one that is there as it is. Rejects with `storage-away`. */
  ensure(settings: StreamSettings): Promise<void>;
  /** Resolves with the server's answer; never rejects. */
  publish(subject: string, data: Uint8Array, id: string): Promise<PublishOutcome>;
}

/** A server that writes to a slow disk may take a second; one that has gone never answers. */
const answerMsMax = 5_000;
/** Of a message's headers: the id and its name, with room. */
const headerBytesMax = 512;

export const streamsOn = (connection: NatsConnection, isConnected: () => boolean): Streams => {
  const client = jetstream(connection, { timeout: answerMsMax });
  let manager: JetStreamManager | null = null;
  return {
    async ensure(settings) {
      try {
        manager ??= await jetstreamManager(connection, { timeout: answerMsMax });
        if (!(await isThere(manager, settings.name))) await make(manager, settings);
      } catch (cause) {
        throw new Outage('storage-away', `JetStream does not keep ${settings.name}: ${reasonOf(cause)}.`, { cause });
      }
    },
    async publish(subject, data, id) {
      // The client would keep it for a while, then drop it, and tell nobody.
      if (!isConnected()) return { type: 'unanswered', reason: 'NATS is away' };
      const bytesMax = (connection.info?.max_payload ?? Infinity) - headerBytesMax;
      if (data.length > bytesMax) {
        return { type: 'refused', reason: `it has ${data.length} bytes, and a message may have ${bytesMax}` };
      }
      try {
        const { duplicate } = await client.publish(subject, data, { msgID: id });
        return { type: 'stored', isDuplicate: duplicate };
      } catch (error) {
        return { type: isRefusal(error) ? 'refused' : 'unanswered', reason: reasonOf(error) };
      }
    },
  };
};

const isThere = async (manager: JetStreamManager, name: string): Promise<boolean> => {
  try {
    await manager.streams.info(name);
    return true;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return false;
    throw error;
  }
};

const make = async (manager: JetStreamManager, settings: StreamSettings): Promise<void> => {
  await manager.streams.add({
    name: settings.name,
    description: settings.description,
    subjects: [...settings.subjects],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    storage: StorageType.File,
    max_age: settings.ageMsMax * nanosecondsPerMs,
    max_bytes: settings.bytesMax,
    duplicate_window: settings.duplicatesMs * nanosecondsPerMs,
    num_replicas: settings.replicas,
  });
};

const nanosecondsPerMs = 1_000_000;

/** The stream or what its account may keep is full; HTTP's own class says that the server is at fault. */
const fullCodes: readonly number[] = [10_023, 10_028, 10_047, 10_054, 10_077];

/** 4xx: the message is at fault; but not that the stream is not there, which is mended. */
const isRefusal = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (fullCodes.includes(error.code) || (error.status >= 400 && error.status < 500 && error.status !== 404));

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
