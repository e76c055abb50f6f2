import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchResult } from '../engine/result.ts';
import { statisticKeys } from '../statistics/definitions.ts';
import type { Statistics } from '../statistics/statistics.ts';
import { int } from '../strategy/params.ts';
import { combinationAt, readGrid } from './grid.ts';
import { SearchCollector } from './search-collector.ts';

const none = Object.fromEntries(statisticKeys.map((key) => [key, null])) as Statistics; // every key is set

const resultOf = (statistics: Partial<Statistics>, params: BatchResult['params'] = {}): BatchResult => ({
  params,
  statistics: { ...none, ...statistics },
  tradeHash: '',
  equity: new Float64Array(0),
});

const declarations = { fast: int(1, { min: 1, max: 3 }), slow: int(1, { min: 1, max: 4 }) };
const grid = readGrid(declarations, { fast: '1..3', slow: '1..4' });
const collectorOf = (options: Partial<ConstructorParameters<typeof SearchCollector>[0]> = {}): SearchCollector =>
  new SearchCollector({ grid, rankBy: 'sharpe', keep: 3, total: grid.size, ...options });

describe('a search’s collector', () => {
  it('counts what finished, failed and was left out', () => {
    const collector = collectorOf();
    collector.finish({ index: 0 }, resultOf({ sharpe: 1 }));
    collector.skip();
    collector.fail();
    collector.fail();
    expect(collector.seen).toBe(4);
    expect(collector.summary()).toMatchObject({ rankedBy: 'sharpe', total: 12, finished: 1, skipped: 1, failed: 2 });
  });

  it('ranks the best first and results without the statistic last', () => {
    const collector = collectorOf();
    for (const [index, sharpe] of [
      [0, 0.5],
      [1, null],
      [2, 2],
      [3, 1],
      [4, -1],
    ] as const)
      collector.finish({ index }, resultOf({ sharpe }));
    expect(collector.best?.index).toBe(2);
    expect(collector.summary().ranking.map(({ index }) => index)).toEqual([2, 3, 0]);
  });

  it('ranks the smallest first where less is better', () => {
    const collector = collectorOf({ rankBy: 'maxDrawdownDays' });
    for (const [index, maxDrawdownDays] of [
      [0, 30],
      [1, 5],
      [2, 80],
    ] as const)
      collector.finish({ index }, resultOf({ maxDrawdownDays }));
    expect(collector.summary().ranking.map(({ index }) => index)).toEqual([1, 0, 2]);
  });

  it('maps two parameters, the one with more values downwards', () => {
    const collector = collectorOf();
    for (let index = 0; index < grid.size; index++)
      collector.finish({ index }, resultOf({ sharpe: index, return: index / 100 }, combinationAt(grid, index)));
    const { heatMap, params, stability, sharpes } = collector.summary();
    expect(heatMap).toMatchObject({
      x: expect.objectContaining({ param: 'fast' }),
      y: expect.objectContaining({ param: 'slow' }),
    });
    expect(params?.map(({ param }) => param)).toEqual(['fast', 'slow']);
    expect(stability).not.toBeNull();
    expect([...sharpes]).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it('makes no map of one parameter, nor of a search over intervals', () => {
    const one = readGrid(declarations, { fast: '1..3' });
    expect(collectorOf({ grid: one, total: 3 }).summary().heatMap).toBeNull();
    const random = collectorOf({ grid: null });
    random.finish({ index: 5 }, resultOf({ sharpe: 1 }));
    expect(random.summary()).toMatchObject({ heatMap: null, params: null, stability: null });
  });

  it('has a summary before anything has come in', () => {
    expect(collectorOf().best).toBeUndefined();
    expect(collectorOf().summary()).toMatchObject({
      finished: 0,
      ranking: [],
      stability: null,
      sharpes: new Float64Array(0),
    });
  });

  it('comes to the same in whatever order the results arrive', () => {
    const scores = fc.array(fc.option(fc.double({ min: -3, max: 3, noNaN: true })), { minLength: 12, maxLength: 12 });
    const orderOf = fc.shuffledSubarray([...Array(12).keys()], { minLength: 12 });
    fc.assert(
      fc.property(scores, orderOf, (sharpes, order) => {
        const take = (indexes: readonly number[]): SearchCollector => {
          const collector = collectorOf();
          for (const index of indexes)
            collector.finish({ index }, resultOf({ sharpe: sharpes[index] ?? null, return: index }));
          return collector;
        };
        expect(take(order).summary()).toEqual(take([...Array(12).keys()]).summary());
      }),
    );
  });
});
