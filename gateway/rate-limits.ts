/**
 * Token buckets: how much a user, or an address without a token, may ask for in a minute. Each gateway counts
 * by itself, so that no request waits; where there is a store for it they tell each other a few times a second,
 * and what was let through at several of them is paid back. While the store is away each goes on alone.
 */

import type { Clock } from '#actors';
import type { SharedBuckets } from '#ports';
import type { GatewaySettings } from './settings.ts';

const windowMs = 60_000;
/** About 100 bytes each; beyond it those that are full again, or else the oldest, leave. */
const bucketsMax = 50_000;
/** In one round trip. */
const sharedAtOnce = 2_000;

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
  /** What was taken since the others were told; null: there are no others. */
  readonly #taken: Map<string, number> | null;

  constructor(name: string, perMinute: number, clock: Clock, isShared = false) {
    this.#name = name;
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#taken = isShared ? new Map() : null;
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
    if (this.#taken !== null && weight > 0 && this.#taken.size < bucketsMax)
      this.#taken.set(key, (this.#taken.get(key) ?? 0) + weight);
    return Math.floor(bucket.tokens);
  }

  /** Tells the others what was taken here, and hears what is left. What can't be told is not told later. */
  async share(store: SharedBuckets): Promise<void> {
    const taken = [...(this.#taken ?? [])];
    this.#taken?.clear();
    for (let from = 0; from < taken.length; from += sharedAtOnce) {
      const some = taken.slice(from, from + sharedAtOnce);
      const shares = some.map(([key, count]) => ({
        key: `${this.#name} ${key}`,
        taken: count,
        perMinute: this.#perMinute,
      }));
      const left = await store.take(shares);
      for (const [place, [key]] of some.entries()) this.#learn(key, left[place] ?? 0);
    }
  }

  #learn(key: string, left: number): void {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return;
    bucket.tokens = left - (this.#taken?.get(key) ?? 0);
    bucket.at = this.#clock.now();
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

/** The limits of a gateway. */
export class RateLimits {
  readonly anonymous: RateLimit;
  readonly user: RateLimit;
  readonly #store: SharedBuckets | null;

  constructor(
    {
      anonymousRequestsPerMinute,
      userRequestsPerMinute,
    }: Pick<GatewaySettings, 'anonymousRequestsPerMinute' | 'userRequestsPerMinute'>,
    clock: Clock,
    store: SharedBuckets | null,
  ) {
    this.#store = store;
    this.anonymous = new RateLimit('anonymous', anonymousRequestsPerMinute, clock, store !== null);
    this.user = new RateLimit('user', userRequestsPerMinute, clock, store !== null);
  }

  /** Rejects while the store is away. */
  async share(): Promise<void> {
    if (this.#store === null) return;
    await Promise.all([this.anonymous.share(this.#store), this.user.share(this.#store)]);
  }
}
