import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choice, int } from '../strategy/params.ts';
import { indexOfCombination, readGrid } from './grid.ts';
import { heatMap } from './heat-map.ts';
import { SearchMistake } from './mistake.ts';
import { Ranking } from './ranking.ts';
import { Scores, scoresMax, summarizeParams, summarizeScores } from './scores.ts';
import { neighboursOf, stabilityOf } from './stability.ts';

const declared = { a: int(1, { min: 1, max: 9 }), b: int(1, { min: 1, max: 9 }), c: choice(['x', 'y']) };
const grid = readGrid(declared, { a: '1..3', b: '1..4', c: '*' });

/** Score a × 10 + b, and 0.5 more for y. */
const scored = (): Scores => {
  const scores = new Scores(grid.size);
  for (let a = 1; a <= 3; a++) {
    for (let b = 1; b <= 4; b++) {
      for (const c of ['x', 'y']) scores.add(indexOfCombination(grid, { a, b, c }), a * 10 + b + (c === 'y' ? 0.5 : 0));
    }
  }
  return scores;
};

describe('a ranking', () => {
  it('keeps the best of any results in any order, ties by number, unknown last', () => {
    const entries = fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { maxLength: 60 });
    fc.assert(
      fc.property(
        entries,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom('sharpe', 'maxDrawdownDays'),
        fc.infiniteStream(fc.nat()),
        (scores, keep, by, shuffle) => {
          const ranking = new Ranking<string>({ by, keep });
          const arrivals = scores
            .map((score, index) => ({ score, index, order: shuffle.next().value ?? 0 }))
            .sort((a, b) => a.order - b.order);
          for (const { score, index } of arrivals) ranking.add(index, score, `run ${index}`);
          const sign = by === 'sharpe' ? -1 : 1;
          const expected = scores
            .map((score, index) => ({ index, score, result: `run ${index}` }))
            .sort(
              (a, b) =>
                (a.score === null ? 1 : 0) - (b.score === null ? 1 : 0) ||
                sign * ((a.score ?? 0) - (b.score ?? 0)) ||
                a.index - b.index,
            )
            .slice(0, keep);
          expect(ranking.best()).toEqual(expected);
          expect(ranking.count).toBe(scores.length);
          expect(ranking.unknown).toBe(scores.filter((score) => score === null).length);
        },
      ),
    );
  });

  it('refuses to keep nothing', () => {
    expect(() => new Ranking({ by: 'sharpe', keep: 0 })).toThrow(RangeError);
  });
});

describe('scores', () => {
  it('are summarised by each value of each parameter', () => {
    const scores = scored();
    scores.add(indexOfCombination(grid, { a: 1, b: 1, c: 'x' }), null);
    expect(scores.known).toBe(23);
    const [a, , c] = summarizeParams(grid, scores, false);
    expect(a?.values.map(({ value, count }) => [value, count])).toEqual([
      [1, 7],
      [2, 8],
      [3, 8],
    ]);
    expect(a?.values[2]).toEqual({ value: 3, count: 8, best: 34.5, worst: 31, mean: 32.75, median: 32.75 });
    expect(c?.values[1]).toMatchObject({ value: 'y', count: 12, mean: 23 });
  });

  it('have a best at the low end where lower is better', () => {
    expect(summarizeScores(Float64Array.of(3, 1, 2), true)).toEqual({
      count: 3,
      best: 1,
      mean: 2,
      median: 2,
      worst: 3,
    });
    expect(summarizeScores(new Float64Array(0), true)).toEqual({
      count: 0,
      best: null,
      mean: null,
      median: null,
      worst: null,
    });
  });

  it('give the same bits whatever the order of arrival', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
          minLength: 24,
          maxLength: 24,
        }),
        fc.integer({ min: 1, max: 23 }),
        (values, first) => {
          const [one, two] = [new Scores(24), new Scores(24)];
          values.forEach((value, i) => one.add(i, value));
          for (let i = 0; i < 24; i++) two.add((i + first) % 24, values[(i + first) % 24] ?? null);
          expect(summarizeParams(grid, two, false)).toEqual(summarizeParams(grid, one, false));
        },
      ),
    );
  });

  it('are bounded in number and refuse what is not in the search', () => {
    expect(() => new Scores(scoresMax + 1)).toThrow(SearchMistake);
    expect(() => new Scores(3).add(3, 1)).toThrow(RangeError);
  });
});

describe('a heat map', () => {
  it('joins the scores of the other parameters', () => {
    const options = { x: 'a', y: 'b', lowerIsBetter: false } as const;
    const mean = heatMap(grid, scored(), { ...options, aggregate: 'mean' });
    expect(mean.x.values).toEqual([1, 2, 3]);
    expect(mean.rows).toEqual([
      [11.25, 21.25, 31.25],
      [12.25, 22.25, 32.25],
      [13.25, 23.25, 33.25],
      [14.25, 24.25, 34.25],
    ]);
    expect([mean.lowest, mean.highest]).toEqual([11.25, 34.25]);
    expect(heatMap(grid, scored(), { ...options, aggregate: 'best' }).rows[0]).toEqual([11.5, 21.5, 31.5]);
    expect(heatMap(grid, scored(), { ...options, lowerIsBetter: true, aggregate: 'best' }).rows[0]).toEqual([
      11, 21, 31,
    ]);
    expect(heatMap(grid, scored(), { x: 'c', y: 'a', lowerIsBetter: false, aggregate: 'median' }).rows[0]).toEqual([
      12.5, 13,
    ]);
  });

  it('leaves cells without scores empty', () => {
    const map = heatMap(grid, new Scores(grid.size), { x: 'a', y: 'b', aggregate: 'best', lowerIsBetter: false });
    expect(map.rows[3]).toEqual([null, null, null]);
    expect(map.lowest).toBeNull();
  });

  it('refuses parameters that are not two of the grid', () => {
    const map = (x: string, y: string) => () =>
      heatMap(grid, scored(), { x, y, aggregate: 'best', lowerIsBetter: false });
    expect(map('a', 'a')).toThrow('not "a" twice');
    expect(map('a', 'z')).toThrow('There is no parameter "z".');
  });
});

describe('stability', () => {
  const at = (a: number, b: number, c = 'x') => indexOfCombination(grid, { a, b, c });
  const look = (scores: Scores, index: number, returns = scores) =>
    stabilityOf({ grid, scores, returns, lowerIsBetter: false, index });

  it('looks at combinations one step away in any direction, words left as they are', () => {
    expect(neighboursOf(grid, at(1, 1))).toEqual([at(1, 2), at(2, 1), at(2, 2)]);
    expect(neighboursOf(grid, at(2, 2, 'y'))).toHaveLength(8);
  });

  it('is one on a plateau and zero on a needle', () => {
    const plateau = new Scores(grid.size);
    const needle = new Scores(grid.size);
    for (let i = 0; i < grid.size; i++) {
      plateau.add(i, i === at(2, 2) || neighboursOf(grid, at(2, 2)).includes(i) ? 2 : -1);
      needle.add(i, i === at(2, 2) ? 2 : -1);
    }
    expect(look(plateau, at(2, 2))).toEqual({
      index: at(2, 2),
      score: 2,
      neighbours: 8,
      mean: 2,
      worst: 2,
      profitable: 1,
      plateau: 1,
    });
    expect(look(needle, at(2, 2))).toMatchObject({ mean: -1, worst: -1, profitable: 0, plateau: 0 });
  });

  it('counts profitable neighbours by their returns', () => {
    const returns = new Scores(grid.size);
    returns.add(at(1, 2), 0.1);
    returns.add(at(2, 1), -0.1);
    expect(look(scored(), at(1, 1), returns)).toMatchObject({ neighbours: 3, profitable: 1 / 3 });
  });

  it('has nothing to say without scores', () => {
    expect(look(new Scores(grid.size), 0)).toBeNull();
    const alone = new Scores(grid.size);
    alone.add(0, 1);
    expect(look(alone, 0)).toEqual({
      index: 0,
      score: 1,
      neighbours: 0,
      mean: null,
      worst: null,
      profitable: null,
      plateau: null,
    });
  });

  it('looks along one parameter at a time where there are too many directions', () => {
    const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
    const wide = readGrid(
      Object.fromEntries(names.map((name) => [name, int(2)])),
      Object.fromEntries(names.map((name) => [name, '1..3'])),
    );
    expect(neighboursOf(wide, (wide.size - 1) / 2)).toHaveLength(24);
  });
});
