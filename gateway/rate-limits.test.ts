import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { VirtualClock } from '#kernel/testing';
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
