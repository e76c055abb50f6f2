/** What goes out to one socket: gathered over a tick and written once, conflated where only the latest matters. */

import type { Clock } from '#actors';
import { queuedBytesMax } from './limits.ts';

/** The part of a WebSocket that is written to. */
export interface Wire {
  readonly bufferedAmount: number;
  send(text: string): void;
}

/** Sockets that have something to write at the end of this turn of the event loop. */
class Tick {
  #waiting: Outgoing[] = [];

  add(outgoing: Outgoing): void {
    if (this.#waiting.push(outgoing) === 1) setImmediate(() => this.#run());
  }

  #run(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const outgoing of waiting) outgoing.write();
  }
}

const tick = new Tick();

/** Text of a publication, made when it is first needed and shared by all who get it. */
export type LazyText = () => string;

export class Outgoing {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #onSlow: () => void;
  #frames: string[] = [];
  #bytes = 0;
  #isWaiting = false;
  #isClosed = false;
  /** By pace in milliseconds: the latest text of each key. */
  readonly #conflated = new Map<number, Map<string, LazyText>>();
  readonly #timers = new Map<number, () => void>();

  constructor(wire: Wire, clock: Clock, onSlow: () => void) {
    this.#wire = wire;
    this.#clock = clock;
    this.#onSlow = onSlow;
  }

  /** Every frame arrives, in order; a client that does not keep up is told to come back. */
  send(text: string): void {
    if (this.#isClosed) return;
    this.#frames.push(text);
    this.#bytes += text.length;
    if (this.#bytes + this.#wire.bufferedAmount > queuedBytesMax) {
      this.#onSlow();
      return;
    }
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    tick.add(this);
  }

  /** Of frames with one key only the latest is sent, at most once in `everyMs`; never too much for anybody. */
  conflate(key: string, text: LazyText, everyMs: number): void {
    if (this.#isClosed) return;
    let latest = this.#conflated.get(everyMs);
    if (latest === undefined) {
      latest = new Map();
      this.#conflated.set(everyMs, latest);
    }
    latest.set(key, text);
    if (!this.#timers.has(everyMs)) this.#timers.set(everyMs, this.#after(everyMs));
  }

  /** Forgets what waits under a key: its channel was left. */
  drop(key: string): void {
    for (const latest of this.#conflated.values()) latest.delete(key);
  }

  write(): void {
    this.#isWaiting = false;
    if (this.#isClosed || this.#frames.length === 0) return;
    const text = this.#frames.join('\n');
    this.#frames = [];
    this.#bytes = 0;
    this.#wire.send(text);
  }

  close(): void {
    this.#isClosed = true;
    this.#frames = [];
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#conflated.clear();
  }

  #after(everyMs: number): () => void {
    return this.#clock.at(this.#clock.now() + everyMs, () => {
      this.#timers.delete(everyMs);
      const latest = this.#conflated.get(everyMs);
      this.#conflated.delete(everyMs);
      // Whoever has a full pipe gets the next one instead: what is conflated never fills it.
      if (latest === undefined || this.#wire.bufferedAmount > queuedBytesMax / 2) return;
      for (const text of latest.values()) this.send(text());
    });
  }
}
