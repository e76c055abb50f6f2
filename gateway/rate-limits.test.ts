import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { VirtualClock } from '#kernel/testing';
import type { SharedBuckets } from '#ports';
import { RateLimit } from './rate-limits.ts';

describe('a limit', () => {
  test('lets a minute’s worth through at once, then as much as comes back', () => {
    const clock = new VirtualClock();
    const limit = new RateLimit('user', 60, clock);
    for (let left = 59; left >= 0; left--) expect(limit.take('a', 1)).toBe(left);
    expect(limit.take('a', 1)).toBe(-1_000);
    expect(limit.take('b', 1)).toBe(59);
    clock.advance(999);
    expect(limit.take('a', 1)).toBeLessThan(0);
    clock.advance(1);
    expect(limit.take('a', 1)).toBe(0);
  });

  test('says in its headers what is left, and when there is more', () => {
    const clock = new VirtualClock();
    const limit = new RateLimit('user', 60, clock);
    expect(limit.policy).toBe('"user";q=60;w=60');
    expect(limit.state(limit.take('a', 50))).toBe('"user";r=10;t=50');
    expect(limit.state(limit.take('a', 20))).toBe('"user";r=0;t=10');
  });

  test('that gateways share lets through as much as one, but for what came before they told each other', async () => {
    const clock = new VirtualClock();
    const left = new Map<string, number>();
    const store: SharedBuckets = {
      take: (shares) =>
        Promise.resolve(
          shares.map(({ key, taken, perMinute }) => {
            left.set(key, (left.get(key) ?? perMinute) - taken);
            return left.get(key) ?? 0;
          }),
        ),
    };
    const [one, two] = [new RateLimit('user', 60, clock, true), new RateLimit('user', 60, clock, true)];
    expect(one.take('a', 40)).toBe(20);
    expect(two.take('a', 10)).toBe(50);
    await one.share(store);
    await two.share(store);
    expect(two.take('a', 5)).toBe(5);
    // It hears of the others when it has something to tell.
    expect(one.take('a', 15)).toBe(5);
    await one.share(store);
    await two.share(store);
    await one.share(store);
    expect(left.get('user a')).toBe(-10);
    expect(two.take('a', 1)).toBe(-11_000);
    clock.advance(11_000);
    expect(two.take('a', 1)).toBe(0);
  });

  test('goes on alone while the store is away', async () => {
    const clock = new VirtualClock();
    const away: SharedBuckets = { take: () => Promise.reject(new Error('away')) };
    const limit = new RateLimit('user', 60, clock, true);
    limit.take('a', 50);
    await expect(limit.share(away)).rejects.toThrow('away');
    expect(limit.take('a', 10)).toBe(0);
    expect(limit.take('a', 1)).toBe(-1_000);
  });

  test('never lets more through in any span than its rate and one burst', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(5_000), weight: fc.integer({ min: 1, max: 20 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (calls) => {
        const clock = new VirtualClock();
        const start = clock.now();
        const limit = new RateLimit('user', 60, clock);
        let taken = 0;
        for (const { wait, weight } of calls) {
          clock.advance(wait);
          if (limit.take('a', weight) >= 0) taken += weight;
          expect(taken).toBeLessThanOrEqual(60 + (clock.now() - start) / 1_000 + 1e-6);
        }
      }),
    );
  });
});
