/** Token buckets: how much a user, or an address without a token, may ask for in a minute. */

import type { Clock } from '#actors';

const windowMs = 60_000;
/** About 100 bytes each; beyond it those that are full again, or else the oldest, leave. */
const bucketsMax = 50_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was counted. */
  at: number;
}

export class RateLimit {
  /** The `RateLimit-Policy` header. */
  readonly policy: string;
  readonly #name: string;
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(name: string, perMinute: number, clock: Clock) {
    this.#name = name;
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.policy = `"${name}";q=${perMinute};w=${windowMs / 1_000}`;
  }

  /** Takes `weight` tokens; negative: there were not enough, and that many milliseconds are to be waited. */
  take(key: string, weight: number): number {
    const now = this.#clock.now();
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= bucketsMax) this.#makeRoom(now);
      bucket = { tokens: this.#perMinute, at: now };
      this.#buckets.set(key, bucket);
    } else {
      const refilled = bucket.tokens + ((now - bucket.at) * this.#perMinute) / windowMs;
      bucket.tokens = Math.min(this.#perMinute, refilled);
      bucket.at = now;
    }
    if (bucket.tokens < weight) return -Math.max(1, ((weight - bucket.tokens) * windowMs) / this.#perMinute);
    bucket.tokens -= weight;
    return Math.floor(bucket.tokens);
  }

  /** The `RateLimit` header after {@link take}. */
  state(remaining: number): string {
    return remaining < 0
      ? `"${this.#name}";r=0;t=${Math.ceil(-remaining / 1_000)}`
      : `"${this.#name}";r=${remaining};t=${Math.ceil(((this.#perMinute - remaining) * 60) / this.#perMinute)}`;
  }

  #makeRoom(now: number): void {
    for (const [key, { at }] of this.#buckets) if (now - at >= windowMs) this.#buckets.delete(key);
    for (const [key] of this.#buckets) {
      if (this.#buckets.size < bucketsMax) break;
      this.#buckets.delete(key);
    }
  }
}
