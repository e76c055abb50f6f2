/** The only importer of the Redis client: token buckets that all gateways share. */

import type { BucketShare, SharedBuckets } from '#ports';

export interface RedisBuckets extends SharedBuckets {
  /** Rejects while the server is away. */
  check(): Promise<void>;
  close(): void;
}

export interface RedisBucketsOptions {
  /** `redis://user:password@host:6379/0`; `rediss:` over TLS. */
  readonly url: string;
  /** Of the journal: clusters on one server do not share their buckets. */
  readonly name: string;
}

/** It is asked every few hundred milliseconds, and not waited for by any request. */
const connectTimeoutMs = 2_000;
const commandTimeoutMs = 1_000;
const reconnectMsMax = 2_000;

/**
 * By the server's clock alone. A bucket is never more than a minute below empty: who went to many nodes at
 * once waits for that, and not for what could not be told earlier. One that is full again is forgotten.
 */
const takeScript = `
local limit = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1] or limit)
local at = tonumber(bucket[2] or now)
tokens = math.min(limit, tokens + math.max(0, now - at) * limit / 60000) - tonumber(ARGV[2])
tokens = math.max(tokens, -limit)
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', now)
redis.call('PEXPIRE', KEYS[1], math.ceil((limit - tokens) * 60000 / limit) + 1000)
return tostring(tokens)`;

export const openRedisBuckets = async ({ url, name }: RedisBucketsOptions): Promise<RedisBuckets> => {
  // Loaded where it is used: a start without it is not to wait for it.
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    // What could not be said at once is of no use later: the gateways count by themselves meanwhile.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, reconnectMsMax),
  });
  // Whoever asks is told, and it connects again by itself.
  redis.on('error', () => undefined);
  return {
    async take(shares: readonly BucketShare[]) {
      if (shares.length === 0) return [];
      const pipeline = redis.pipeline();
      for (const { key, taken, perMinute } of shares)
        pipeline.eval(takeScript, 1, `xt:${name}:limit:${key}`, perMinute, taken);
      const replies = (await pipeline.exec()) ?? [];
      return shares.map((_, place) => {
        const [error = null, left] = replies[place] ?? [new Error('The server gave no answer.')];
        if (error !== null) throw error;
        return Number(left);
      });
    },
    async check() {
      await redis.ping();
    },
    close: () => redis.disconnect(),
  };
};
