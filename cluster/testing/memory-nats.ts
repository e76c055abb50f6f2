/** A NATS in memory for tests: every message takes a millisecond, unless a node is cut off. */

import type { Clock } from '#kernel';
import type { Nats } from '../nats.ts';

interface Subscription {
  readonly of: MemoryNats;
  readonly pattern: RegExp;
  readonly listener: (data: Uint8Array, subject: string) => void;
}

export class MemoryNatsServer {
  readonly subscriptions = new Set<Subscription>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  connect(): MemoryNats {
    return new MemoryNats(this);
  }

  deliver(from: MemoryNats, subject: string, data: Uint8Array): void {
    this.clock.at(this.clock.now() + 1, () => {
      for (const { of, pattern, listener } of this.subscriptions) {
        if (of !== from && of.isConnected && pattern.test(subject)) listener(data, subject);
      }
    });
  }
}

export class MemoryNats implements Nats {
  readonly payloadBytesMax = 1_048_576;
  isConnected = true;
  private readonly server: MemoryNatsServer;
  private readonly listeners: ((isConnected: boolean) => void)[] = [];

  constructor(server: MemoryNatsServer) {
    this.server = server;
  }

  set(isConnected: boolean): void {
    this.isConnected = isConnected;
    for (const listener of this.listeners) listener(isConnected);
  }

  publish(subject: string, data: Uint8Array): void {
    // As on the wire: what the sender does with its bytes afterwards changes nothing.
    if (this.isConnected) this.server.deliver(this, subject, Uint8Array.from(data));
  }

  subscribe(subject: string, listener: (data: Uint8Array, subject: string) => void): () => void {
    const pattern = new RegExp(`^${subject.replaceAll('.', String.raw`\.`).replaceAll('*', '[^.]+')}$`);
    const subscription = { of: this, pattern, listener };
    this.server.subscriptions.add(subscription);
    return () => {
      this.server.subscriptions.delete(subscription);
    };
  }

  onChange(listener: (isConnected: boolean) => void): void {
    this.listeners.push(listener);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
