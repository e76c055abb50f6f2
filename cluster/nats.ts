/** The door to the NATS client, with `nats-streams.ts` and `nats-buckets.ts`: one connection for all that a node says to the others. */

import type { NatsConnection } from '@nats-io/transport-node';
import { natsAddress } from './nats-address.ts';
import type { Buckets } from './nats-buckets.ts';
import type { Streams } from './nats-streams.ts';

export interface Nats {
  /** Sends at the next moment; while the server is away nothing is sent, and nothing kept for later. */
  publish(subject: string, data: Uint8Array): void;
  /** Messages from now on, never the node's own; the returned function ends it. The listener must not throw. */
  subscribe(subject: string, listener: (data: Uint8Array, subject: string) => void): () => void;
  readonly isConnected: boolean;
  /** Called whenever the server goes or comes back. */
  onChange(listener: (isConnected: boolean) => void): void;
  /** What the server takes in one message. */
  readonly payloadBytesMax: number;
  /** Resolves when the server has taken what was published. */
  flush(): Promise<void>;
  /** Sends what is waiting, and ends. */
  close(): Promise<void>;
}

/** With what the server keeps: JetStream. */
export interface StoringNats extends Nats {
  readonly streams: Streams;
  readonly buckets: Buckets;
}

export interface NatsOptions {
  /** `nats://user:password@host:4222`, or several, separated by commas. */
  readonly url: string;
  /** As an operator sees it in the server's list of connections. */
  readonly name: string;
}

/** A server that is away for longer is noticed by the beats of the peers; this finds half-open connections. */
const pingEveryMs = 5_000;
const pingsUnansweredMax = 2;
const reconnectEveryMs = 250;
const reconnectJitterMs = 250;

/** Resolves when the server is there, however long that takes. */
export const openNats = async ({ url, name }: NatsOptions): Promise<StoringNats> => {
  const { servers, credentials, isEncrypted } = natsAddress(url);
  // Whoever is alone has none of it: a start is not to wait for it.
  const [{ connect }, { streamsOn }, { bucketsOn }] = await Promise.all([
    import('@nats-io/transport-node'),
    import('./nats-streams.ts'),
    import('./nats-buckets.ts'),
  ]);
  const connection = await connect({
    servers: [...servers],
    ...credentials,
    ...(isEncrypted ? { tls: {} } : {}),
    name,
    noEcho: true,
    // For each request the client would take down where it was made, which costs more than the request.
    noAsyncTraces: true,
    // Nodes may come before the server does.
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: reconnectEveryMs,
    reconnectJitter: reconnectJitterMs,
    pingInterval: pingEveryMs,
    maxPingOut: pingsUnansweredMax,
  });
  return new Connected(connection, (isConnected) => ({
    streams: streamsOn(connection, isConnected),
    buckets: bucketsOn(connection, isConnected),
  }));
};

class Connected implements StoringNats {
  isConnected = true;
  readonly streams: Streams;
  readonly buckets: Buckets;
  readonly #connection: NatsConnection;
  readonly #listeners = new Set<(isConnected: boolean) => void>();

  constructor(
    connection: NatsConnection,
    storesWhile: (isConnected: () => boolean) => Pick<StoringNats, 'streams' | 'buckets'>,
  ) {
    this.#connection = connection;
    const { streams, buckets } = storesWhile(() => this.isConnected);
    this.streams = streams;
    this.buckets = buckets;
    void this.#follow();
  }

  get payloadBytesMax(): number {
    return this.#connection.info?.max_payload ?? payloadBytesUsual;
  }

  publish(subject: string, data: Uint8Array): void {
    // The client would keep it, and send it when whoever waits for the answer has long given up.
    if (!this.isConnected || this.#connection.isClosed() || this.#connection.isDraining()) return;
    this.#connection.publish(subject, data);
  }

  subscribe(subject: string, listener: (data: Uint8Array, subject: string) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) listener(message.data, message.subject);
      },
    });
    return () => {
      subscription.unsubscribe();
    };
  }

  onChange(listener: (isConnected: boolean) => void): void {
    this.#listeners.add(listener);
  }

  async flush(): Promise<void> {
    if (this.isConnected) await this.#connection.flush();
  }

  async close(): Promise<void> {
    if (this.#connection.isClosed()) return;
    if (this.isConnected) await this.#connection.drain();
    else await this.#connection.close();
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect') this.#change(false);
      else if (type === 'reconnect') this.#change(true);
    }
    this.#change(false);
  }

  #change(isConnected: boolean): void {
    if (this.isConnected === isConnected) return;
    this.isConnected = isConnected;
    for (const listener of this.#listeners) listener(isConnected);
  }
}

/** Of a server that is not set otherwise. */
const payloadBytesUsual = 1_048_576;
