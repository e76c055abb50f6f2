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
import type { JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import type { NatsConnection, ServerInfo } from '@nats-io/transport-node';
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
  /**
   * What is published while this is the same is stored in its order: where one message is lost, all after it are, too,
   * and none of them comes later. It names the one connection to a server that alone keeps the stream; null where
   * there is none such.
   */
  orderedWay(name: string): string | null;
}

/** A server that writes to a slow disk may take a second; one that has gone never answers. */
const answerMsMax = 5_000;
/** Of a message's headers: the id and its name, with room. */
const headerBytesMax = 512;

export const streamsOn = (connection: NatsConnection, isConnected: () => boolean): Streams => {
  const client = jetstream(connection, { timeout: answerMsMax });
  let manager: JetStreamManager | null = null;
  /** By stream: the server that alone keeps it. */
  const keepers = new Map<string, string>();
  return {
    async ensure(settings) {
      try {
        manager ??= await jetstreamManager(connection, { timeout: answerMsMax });
        keepers.delete(settings.name);
        const info = (await find(manager, settings.name)) ?? (await make(manager, settings));
        const keeper = keeperOf(info, connection.info);
        if (keeper !== null) keepers.set(settings.name, keeper);
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
    orderedWay(name) {
      // The client has none from when it connects anew until the server has said who it is.
      const { info } = connection;
      if (info === undefined || info.server_name !== keepers.get(name)) return null;
      return `${info.server_id} ${info.client_id}`;
    },
  };
};

const find = async (manager: JetStreamManager, name: string): Promise<StreamInfo | null> => {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
    throw error;
  }
};

/** Null where there are several, who may change places in the middle, or it is another one than is connected to. */
const keeperOf = ({ config, cluster }: StreamInfo, server: ServerInfo | undefined): string | null => {
  if (config.num_replicas !== 1 || server === undefined) return null;
  // A server that is alone may say nothing of a cluster; then it is itself, and no leaf of another one, that keeps it.
  const isAlone = server.jetstream === true && server.cluster === undefined && cluster === undefined;
  return isAlone || cluster?.leader === server.server_name ? server.server_name : null;
};

/** What it is then: the answer to the making itself does not say where. */
const make = async (manager: JetStreamManager, settings: StreamSettings): Promise<StreamInfo> => {
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
  return await manager.streams.info(settings.name);
};

const nanosecondsPerMs = 1_000_000;

/** The stream or what its account may keep is full; HTTP's own class says that the server is at fault. */
const fullCodes: readonly number[] = [10_023, 10_028, 10_047, 10_054, 10_077];

/** Of HTTP: the stream is not there, which is mended; there is too much at the moment, which passes. */
const passingStatuses: readonly number[] = [404, 429];

/** 4xx: the message is at fault. */
const isRefusal = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (fullCodes.includes(error.code) ||
    (error.status >= 400 && error.status < 500 && !passingStatuses.includes(error.status)));

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
