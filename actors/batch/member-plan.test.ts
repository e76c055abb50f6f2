import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParamDeclarations } from '#domain';
import { batchSpecOf } from '../backtest/testing/specs.ts';
import type { BatchPlan } from './batch-messages.ts';
import { memberPlan } from './member-plan.ts';

const declarations: ParamDeclarations = {
  fast: { kind: 'int', default: 10, min: 1, max: 100, step: 1, label: null },
  size: { kind: 'float', default: 0.5, min: 0, max: 1, step: null, label: null },
};
const feed = (symbol: string) => [{ id: 'main', symbol, interval: '1d' }];
const planOf = (plan: BatchPlan, periods = [{ from: null, to: null }]) =>
  memberPlan(declarations, batchSpecOf({ plan, feedSets: [feed('KO'), feed('PEP')], periods }));

describe('the members of a batch', () => {
  test('are all combinations for each set of feeds and each period, the combinations varying fastest', () => {
    const plan = planOf({ type: 'grid', grid: { fast: '1..3', size: [0.1, 0.2] } }, [
      { from: null, to: null },
      { from: null, to: null },
    ]);
    expect(plan.total).toBe(24);
    const members = [...plan.members(0, 24)];
    expect(members[0]).toEqual({ index: 0, params: { fast: 1, size: 0.1 }, feedSet: 0, period: 0 });
    expect(members[5]).toEqual({ index: 5, params: { fast: 3, size: 0.2 }, feedSet: 0, period: 0 });
    expect(members[6]).toMatchObject({ index: 6, params: { fast: 1, size: 0.1 }, feedSet: 0, period: 1 });
    expect(members[12]).toMatchObject({ index: 12, feedSet: 1, period: 0 });
  });

  test('are the same whichever portion asks for them', () => {
    const plans: readonly BatchPlan[] = [
      { type: 'grid', grid: { fast: '1..20', size: { from: 0.1, to: 0.3, step: 0.1 } } },
      { type: 'random', space: { fast: '*', size: '*' }, count: 60, seed: '7' },
      { type: 'random', space: { fast: '1..60' }, count: 1_000, seed: '7' },
      { type: 'list', params: Array.from({ length: 60 }, (_, i) => ({ fast: i + 1 })) },
    ];
    for (const each of plans) {
      const plan = planOf(each);
      expect(plan.total).toBe(120);
      const all = [...plan.members(0, plan.total)];
      expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 120 }, (_, i) => i));
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 119 }), fc.integer({ min: 1, max: 120 }), (from, count) => {
          const to = Math.min(120, from + count);
          expect([...plan.members(from, to)]).toEqual(all.slice(from, to));
        }),
        { numRuns: 30 },
      );
    }
  });

  test('of a walk-forward are one for each set of feeds and each period', () => {
    const plan = planOf({ type: 'walk-forward', grid: { fast: '1..20' }, windows: 4 });
    expect(plan.total).toBe(2);
    expect(plan.grid?.size).toBe(20);
    expect([...plan.members(1, 2)]).toEqual([{ index: 1, params: null, feedSet: 1, period: 0 }]);
  });

  test('are refused by the name of the parameter at fault', () => {
    expect(() => planOf({ type: 'grid', grid: { slow: '1..20' } })).toThrow('"slow"');
    expect(() => planOf({ type: 'grid', grid: { fast: 7 } })).toThrow('"fast"');
    expect(() => planOf({ type: 'grid', grid: { fast: '200..300' } })).toThrow('"fast"');
  });
});
