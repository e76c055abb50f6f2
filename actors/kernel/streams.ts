/** Streams of replies: what actors say, after their answer, to callers who go on listening. */

import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Limits } from './limits.ts';
import { Outage, expired } from './outage.ts';

/** What an actor says into a stream. */
export type StreamEffect =
  | { readonly type: 'stream'; readonly to: string; readonly item: unknown }
  | { readonly type: 'end-stream'; readonly to: string };

interface StreamOptions {
  /** Milliseconds between two items; longer is an end. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export class Streams {
  private readonly clock: Clock;
  private readonly limits: Limits;
  /** Ids begin with the process they are of, and no two are alike: a late item finds its stream or none. */
  private readonly origin: string;
  private readonly elsewhere: (effect: StreamEffect) => void;
  private count = 0;
  private readonly open = new Map<string, ReplyStream>();

  /** `elsewhere`: takes what is for streams of other processes. */
  constructor(
    clock: Clock,
    limits: Limits,
    {
      origin = randomUUID(),
      elsewhere = () => {},
    }: { origin?: string; elsewhere?: (effect: StreamEffect) => void } = {},
  ) {
    this.clock = clock;
    this.limits = limits;
    this.origin = origin;
    this.elsewhere = elsewhere;
  }

  /** `onLeft`: it has ended, and not by the actor. */
  begin(options: StreamOptions, onLeft: () => void): ReplyStream {
    const id = `${this.origin}:${++this.count}`;
    const stream = new ReplyStream(id, this.limits.streamItemsMax, { ...options, clock: this.clock }, () => {
      if (this.open.delete(id)) onLeft();
    });
    this.open.set(id, stream);
    return stream;
  }

  /** Into a stream that has ended nothing goes. */
  perform(effect: StreamEffect): void {
    if (originOf(effect.to) === this.origin) this.here(effect);
    else this.elsewhere(effect);
  }

  /** Of another process, where it must be for one of these streams. */
  here(effect: StreamEffect): void {
    const stream = this.open.get(effect.to);
    if (effect.type === 'stream') stream?.push(effect.item);
    else if (this.open.delete(effect.to)) stream?.end(null);
  }

  stop(): void {
    const streams = [...this.open.values()];
    this.open.clear();
    for (const stream of streams) stream.end(new Outage('stopping', 'The system is stopping.'));
  }
}

/** The process in which somebody listens to the stream. */
export const originOf = (stream: string): string => stream.slice(0, stream.indexOf(':'));

export class ReplyStream implements AsyncIterableIterator<unknown> {
  readonly id: string;
  private readonly itemsMax: number;
  private readonly options: StreamOptions & { readonly clock: Clock };
  private readonly onEnd: () => void;
  private items: unknown[] = [];
  /** Null: said in full. */
  private failure: Error | null = null;
  private hasEnded = false;
  private wake: () => void = () => {};
  private disarm: () => void = () => {};
  private readonly giveUp = (): void => {
    this.end(new Outage('deadline-exceeded', 'The caller no longer listens.', { cause: this.options.signal?.reason }));
  };

  constructor(id: string, itemsMax: number, options: StreamOptions & { readonly clock: Clock }, onEnd: () => void) {
    this.id = id;
    this.itemsMax = itemsMax;
    this.options = options;
    this.onEnd = onEnd;
    this.arm();
    options.signal?.addEventListener('abort', this.giveUp, { once: true });
    if (options.signal?.aborted === true) this.giveUp();
  }

  push(item: unknown): void {
    if (this.hasEnded) return;
    if (this.items.length >= this.itemsMax) {
      this.end(new Outage('overloaded', `${this.itemsMax} items wait for a caller who does not take them.`));
      return;
    }
    this.items.push(item);
    this.arm();
    this.wake();
  }

  /** What has been said before is still given out. */
  end(failure: Error | null): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.failure = failure;
    this.disarm();
    this.options.signal?.removeEventListener('abort', this.giveUp);
    this.onEnd();
    this.wake();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    while (this.items.length === 0 && !this.hasEnded) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.wake = resolve;
      await promise;
    }
    if (this.items.length > 0) return { done: false, value: this.items.shift() };
    if (this.failure !== null) {
      const { failure } = this;
      this.failure = null;
      throw failure;
    }
    return { done: true, value: undefined };
  }

  /** Whoever leaves the loop listens no more. */
  return(): Promise<IteratorResult<unknown, undefined>> {
    this.items = [];
    this.end(null);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private arm(): void {
    const { clock, timeoutMs } = this.options;
    this.disarm();
    this.disarm = clock.at(clock.now() + timeoutMs, () => {
      this.end(expired());
    });
  }
}
