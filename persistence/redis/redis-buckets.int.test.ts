import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedis } from '#test/servers';
import type { RedisServer } from '#test/servers';
import { openRedisBuckets } from './redis-buckets.ts';
import type { RedisBuckets } from './redis-buckets.ts';

let server: RedisServer;
const opened: RedisBuckets[] = [];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  for (const buckets of opened) buckets.close();
  await server.stop();
});

const open = async (name = 'a'): Promise<RedisBuckets> => {
  const buckets = await openRedisBuckets({ url: server.url, name });
  opened.push(buckets);
  await isThere(buckets);
  return buckets;
};

const isThere = async (buckets: RedisBuckets): Promise<void> =>
  await expect.poll(() => buckets.check().then(() => 'there', String), { timeout: 10_000 }).toBe('there');

describe('buckets in Redis', () => {
  test('are emptied by all who take from them, and say what is left', async () => {
    const [one, two] = [await open(), await open()];
    const share = { key: 'user u1', taken: 30, perMinute: 60 };
    const [first = NaN] = await one.take([share]);
    expect(first).toBeCloseTo(30, 0);
    const [second = NaN, other] = await two.take([share, { ...share, key: 'user u2', taken: 1 }]);
    expect(second).toBeGreaterThanOrEqual(0);
    expect(second).toBeLessThan(5);
    expect(other).toBe(59);
    const [below = NaN] = await one.take([share]);
    expect(below).toBeLessThan(-20);
    // Never more than a minute's worth.
    expect(await one.take([{ ...share, taken: 1_000 }])).toEqual([-60]);
  });

  test('of another journal are others', async () => {
    await (await open('a')).take([{ key: 'k', taken: 50, perMinute: 60 }]);
    expect(await (await open('b')).take([{ key: 'k', taken: 1, perMinute: 60 }])).toEqual([59]);
  });

  test('reject at once while the server is away, and are there again with it', async () => {
    const buckets = await open();
    await server.kill();
    await expect(buckets.take([{ key: 'k2', taken: 1, perMinute: 60 }])).rejects.toThrow(/\S/);
    await server.start();
    await isThere(buckets);
    expect(await buckets.take([{ key: 'k2', taken: 1, perMinute: 60 }])).toEqual([59]);
  });
});
