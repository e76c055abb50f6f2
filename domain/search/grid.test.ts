import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choice, flag, float, int } from '../strategy/params.ts';
import type { ParamDeclarations } from '../strategy/params.ts';
import { axisIndexOf, axisValues, readAxis } from './axis.ts';
import type { AxisSpec } from './axis.ts';
import {
  combinationAt,
  combinations,
  combinationsMax,
  countCombinations,
  indexOfCombination,
  readGrid,
} from './grid.ts';
import { SearchMistake } from './mistake.ts';
import { randomCombinations, readRandomSpace } from './random-search.ts';

const declared = {
  fast: int(10, { min: 2, max: 100 }),
  slow: int(20, { min: 3, max: 300, step: 10 }),
  share: float(0.5, { min: 0, max: 1, step: 0.25 }),
  width: float(2, { min: 0.5, max: 5 }),
  side: choice(['long', 'short', 'both']),
  trail: flag(false),
  free: int(1),
} satisfies ParamDeclarations;

const values = (name: keyof typeof declared, spec: AxisSpec) => axisValues(readAxis(name, declared[name], spec));
const mistake = (work: () => unknown): SearchMistake => {
  try {
    work();
  } catch (error) {
    if (error instanceof SearchMistake) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('what to try of a parameter', () => {
  it.each<[keyof typeof declared, AxisSpec, readonly unknown[]]>([
    ['fast', '5..20:5', [5, 10, 15, 20]],
    ['fast', '5..21:5', [5, 10, 15, 20]],
    ['fast', '5..8', [5, 6, 7, 8]],
    ['fast', ' 5 .. 7 ', [5, 6, 7]],
    ['fast', '7..7', [7]],
    ['fast', '5, 20,10', [5, 20, 10]],
    ['fast', '1e1..2e1:5', [10, 15, 20]],
    ['free', '-5..5:5', [-5, 0, 5]],
    ['free', { from: 1, to: 3 }, [1, 2, 3]],
    ['slow', '3..33', [3, 13, 23, 33]],
    ['share', '0.1..0.5:0.1', [0.1, 0.2, 0.3, 0.4, 0.5]],
    ['share', '.1..0.30:5e-2', [0.1, 0.15, 0.2, 0.25, 0.3]],
    ['share', '*', [0, 0.25, 0.5, 0.75, 1]],
    ['share', { from: 0, to: 0.3, step: 0.1 }, [0, 0.1, 0.2, 0.3]],
    ['width', [1.5, 2.5], [1.5, 2.5]],
    ['side', 'long,both', ['long', 'both']],
    ['side', '*', ['long', 'short', 'both']],
    ['trail', 'true,false', [true, false]],
    ['trail', '*', [false, true]],
  ])('reads %s=%j', (name, spec, expected) => {
    expect(values(name, spec)).toEqual(expected);
  });

  it.each<[keyof typeof declared, AxisSpec, RegExp]>([
    ['fast', '5..', /"5\.\." is not a whole number/],
    ['fast', '', /"" is not/],
    ['fast', '5..10:0', /step 0 is not above 0/],
    ['fast', '5..10:-1', /not above 0/],
    ['fast', '10..5', /ends before it begins/],
    ['fast', '1..10', /1 is not a whole number 2…100/],
    ['fast', '5..500:5', /is not a whole number 2…100/],
    ['fast', '5..6:0.5', /5.5 is not a whole number/],
    ['fast', '5,5', /5 is there twice/],
    ['fast', '5,x', /"x" is not a whole number/],
    ['fast', [], /no value/],
    ['free', '*', /without min and max/],
    ['free', '0..9007199254740993', /more digits/],
    ['free', '1..100000000', /too many/],
    ['width', '1..2', /has no step/],
    ['width', '1..2:1e-30', /more digits/],
    ['side', 'long,up', /up/],
    ['side', '1..3', /a range needs numbers/],
    ['trail', 'maybe', /maybe/],
  ])('refuses %s=%j, naming the parameter and a remedy', (name, spec, problem) => {
    const error = mistake(() => values(name, spec));
    expect(error.message).toMatch(problem);
    expect(error.message).toContain(`"${name}"`);
    expect(error.remedy).not.toBe('');
  });

  it('takes decimals as a person writes them, however long the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -9999, max: 9999 }),
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 300 }),
        (start, step, decimals, steps) => {
          const text = (units: number): string => `${units}e-${decimals}`;
          const axis = readAxis('x', float(0), `${text(start)}..${text(start + steps * step)}:${text(step)}`);
          expect(axis.count).toBe(steps + 1);
          axisValues(axis).forEach((value, i) => {
            expect(value).toBe(Number(text(start + i * step)));
            expect(axisIndexOf(axis, value)).toBe(i);
          });
          expect(axisIndexOf(axis, Number(text(start)) + Number(text(step)) / 3)).toBe(-1);
        },
      ),
    );
  });
});

describe('a grid', () => {
  const grid = readGrid(declared, { trail: '*', fast: '10,20', slow: '20..40:10' }, { width: 3 });

  it('walks its combinations with the last declared parameter fastest, the others as set or by default', () => {
    expect(grid.size).toBe(12);
    expect(combinationAt(grid, 0)).toEqual({
      fast: 10,
      slow: 20,
      share: 0.5,
      width: 3,
      side: 'long',
      trail: false,
      free: 1,
    });
    expect(
      [...combinations(grid)].slice(0, 3).map(({ params }) => [params['fast'], params['slow'], params['trail']]),
    ).toEqual([
      [10, 20, false],
      [10, 20, true],
      [10, 30, false],
    ]);
    expect(Object.keys(combinationAt(grid, 5))).toEqual(Object.keys(declared));
  });

  it('skips what the constraint forbids and keeps the numbers', () => {
    const allows = ({ fast, slow }: Readonly<Record<string, unknown>>): boolean => Number(fast) < Number(slow);
    expect(countCombinations(grid, allows)).toBe(10);
    expect([...combinations(grid, allows)].map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 8, 9, 10, 11]);
    expect(countCombinations(grid)).toBe(12);
  });

  it('has one combination when nothing is searched', () => {
    expect([...combinations(readGrid(declared, {}))]).toHaveLength(1);
  });

  it('does not make a million combinations to count them or to find one', () => {
    const large = readGrid(declared, { free: '1..1000000', slow: '3..300:1', fast: '2..100' });
    expect(countCombinations(large)).toBe(1_000_000 * 298 * 99);
    expect(combinationAt(large, large.size - 1)).toMatchObject({ fast: 100, slow: 300, free: 1_000_000 });
  });

  it('refuses what does not exist, what is set twice, bad settings and more than can be numbered', () => {
    expect(mistake(() => readGrid(declared, { fats: '1..2' }))).toMatchObject({
      code: 'search-param',
      message: 'There is no parameter "fats".',
      remedy: expect.stringContaining('fast'),
    });
    expect(mistake(() => readGrid(declared, { toString: '1' })).message).toContain('toString');
    expect(mistake(() => readGrid(declared, { fast: '5,6' }, { fast: 5 })).message).toContain('both set and searched');
    expect(mistake(() => readGrid(declared, {}, { fast: 1000 })).message).toContain('"fast"');
    const wide = { a: int(0), b: int(0), c: int(0) };
    expect(mistake(() => readGrid(wide, { a: '1..9000000', b: '1..9000000', c: '1..9000000' }))).toMatchObject({
      code: 'search-size',
      remedy: expect.stringContaining('random'),
    });
    expect(combinationsMax).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });

  it('numbers every combination once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }), (counts) => {
        const declarations = Object.fromEntries(counts.map((_, i) => [`p${i}`, int(1)]));
        const each = readGrid(declarations, Object.fromEntries(counts.map((count, i) => [`p${i}`, `1..${count}`])));
        expect(each.size).toBe(counts.reduce((product, count) => product * count, 1));
        const seen = new Set<string>();
        for (const { index, params } of combinations(each)) {
          expect(indexOfCombination(each, params)).toBe(index);
          seen.add(JSON.stringify(params));
        }
        expect(seen.size).toBe(each.size);
      }),
    );
  });

  it('splits into ranges that together are the whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), (middle) => {
        expect([...combinations(grid, null, 0, middle), ...combinations(grid, null, middle)]).toEqual([
          ...combinations(grid),
        ]);
      }),
    );
  });

  it('knows what is not on it', () => {
    expect(indexOfCombination(grid, { ...combinationAt(grid, 3), fast: 11 })).toBe(-1);
    expect(indexOfCombination(grid, {})).toBe(-1);
    expect(() => combinationAt(grid, 12)).toThrow(RangeError);
  });
});

describe('a random search', () => {
  const space = readRandomSpace(declared, { fast: '2..50', slow: '100..119:1' });

  it('draws each combination at most once, the same for the same seed', () => {
    const draw = (seed: number, trials: number) => [...randomCombinations(space, { seed, trials })];
    const drawn = draw(1, 300);
    expect(new Set(drawn.map(({ index }) => index)).size).toBe(300);
    expect(draw(1, 300)).toEqual(drawn);
    expect(draw(1, 10)).toEqual(drawn.slice(0, 10));
    expect(draw(2, 300)).not.toEqual(drawn);
    for (const { index, params } of drawn) expect(combinationAt(space.grid, index)).toEqual(params);
  });

  it('draws the whole of a small space and then ends', () => {
    const all = [...randomCombinations(space, { seed: 'x', trials: 5000 })].map(({ index }) => index);
    expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 49 * 20 }, (_, i) => i));
  });

  it('draws evenly', () => {
    const firsts = new Map<number, number>();
    const small = readRandomSpace(declared, { fast: '2..5' });
    for (let seed = 0; seed < 2000; seed++) {
      const [first] = randomCombinations(small, { seed, trials: 1 });
      firsts.set(first?.index ?? -1, (firsts.get(first?.index ?? -1) ?? 0) + 1);
    }
    for (const count of [0, 1, 2, 3].map((index) => firsts.get(index) ?? 0))
      expect(Math.abs(count - 500)).toBeLessThan(100);
  });

  it('begins at once in a space of 10^15 combinations', () => {
    const wide = readRandomSpace(
      { a: int(0), b: int(0), c: int(0) },
      { a: '1..1000000', b: '1..1000000', c: '1..1000' },
    );
    expect(wide.grid.size).toBe(1e15);
    expect([...randomCombinations(wide, { seed: 1, trials: 3 })]).toHaveLength(3);
  });

  it('draws numbers without a step from their interval', () => {
    const open = readRandomSpace(declared, { width: '1..2', fast: '5,10' });
    const drawn = [...randomCombinations(open, { seed: 1, trials: 50 })];
    expect(drawn.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    const widths = drawn.map(({ params }) => Number(params['width']));
    expect(Math.min(...widths)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...widths)).toBeLessThanOrEqual(2);
    expect(new Set(widths).size).toBe(50);
    expect(readRandomSpace(declared, { width: '*' }).intervals).toEqual([{ param: 'width', from: 0.5, to: 5 }]);
    expect(readRandomSpace(declared, { width: '1..2:0.5' }).grid.size).toBe(3);
  });

  it('skips what the constraint forbids, and gives up where nothing is allowed', () => {
    const odd = [...randomCombinations(space, { seed: 1, trials: 1e6 }, ({ fast }) => Number(fast) % 2 === 1)];
    expect(odd).toHaveLength(24 * 20);
    const open = readRandomSpace(declared, { width: '1..2' });
    expect(mistake(() => [...randomCombinations(open, { seed: 1, trials: 1 }, () => false)]).code).toBe('search-size');
  });

  it('gives up in a space that is too large to be drawn as a whole for nothing', () => {
    const wide = readRandomSpace({ a: int(0), b: int(0) }, { a: '1..1000000', b: '1..1000' });
    let asked = 0;
    const never = () => ++asked > 3_000_000;
    expect(mistake(() => [...randomCombinations(wide, { seed: 1, trials: 1 }, never)]).code).toBe('search-size');
  });

  it('takes blanks around a star, as a grid does', () => {
    expect(readRandomSpace(declared, { width: ' * ' }).intervals).toEqual([{ param: 'width', from: 0.5, to: 5 }]);
  });

  it('refuses intervals that are outside, reversed, unbounded or unknown', () => {
    expect(mistake(() => readRandomSpace(declared, { width: '0..2' })).message).toContain('"width"');
    expect(mistake(() => readRandomSpace(declared, { width: '3..2' })).message).toContain('ends before it begins');
    expect(mistake(() => readRandomSpace(declared, { width: 'a..b' })).message).toContain('"width"');
    expect(mistake(() => readRandomSpace({ x: float(1) }, { x: '*' })).message).toContain('without min and max');
    expect(mistake(() => readRandomSpace(declared, { nothing: '*' })).message).toContain('nothing');
  });
});
