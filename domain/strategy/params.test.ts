import { describe, expect, it } from 'vitest';
import { StrategyMistake } from './mistake.ts';
import { choice, describeParam, flag, float, int, paramFromText, readParams } from './params.ts';

const declarations = {
  fast: int(10, { min: 2, max: 100 }),
  width: float(1.5, { min: 0.5, max: 3, step: 0.5 }),
  side: choice(['long', 'both']),
  strict: flag(true),
};

describe('declarations', () => {
  it('refuse a default outside the range', () => {
    expect(() => int(1, { min: 2 })).toThrow(StrategyMistake);
    expect(() => float(9, { max: 3 })).toThrow(/outside/);
  });

  it('refuse fractions in an int and a range upside down', () => {
    expect(() => int(1.5)).toThrow(/whole numbers/);
    expect(() => int(5, { min: 9, max: 1 })).toThrow(/above max/);
  });

  it('refuse a default that is not among the options', () => {
    expect(() => choice(['a', 'b'], { default: 'c' as 'a' })).toThrow(/not among/);
  });

  it('take the first option as the default', () => {
    expect(declarations.side.default).toBe('long');
  });
});

describe('readParams', () => {
  it('fills in defaults', () => {
    expect(readParams(declarations, {})).toEqual({
      values: { fast: 10, width: 1.5, side: 'long', strict: true },
      problems: [],
    });
  });

  it('names every problem with its parameter and what to give instead', () => {
    const { problems } = readParams(declarations, { fast: 1, width: '2', side: 'short', strict: 1, slow: 3 });
    expect(problems.map(({ param }) => param).sort()).toEqual(['fast', 'side', 'slow', 'strict', 'width']);
    expect(problems.find(({ param }) => param === 'fast')).toMatchObject({
      message: '1 is not a whole number 2…100.',
      remedy: 'Give a whole number 2…100.',
    });
    expect(problems.find(({ param }) => param === 'slow')?.remedy).toContain('fast, width, side, strict');
  });

  it('does not take inherited fields for parameters', () => {
    expect(readParams({}, JSON.parse('{"__proto__": {"fast": 3}}') as Record<string, unknown>).problems).toHaveLength(
      1,
    );
    expect(readParams(declarations, Object.create({ fast: 50 }) as Record<string, unknown>).values['fast']).toBe(10);
  });

  it.each([NaN, Infinity, 2.5, null, undefined, [], {}])('refuses %o for an int', (value) => {
    expect(readParams({ fast: declarations.fast }, { fast: value }).problems).toHaveLength(1);
  });
});

describe('paramFromText', () => {
  it('reads numbers, words and switches', () => {
    expect(paramFromText(declarations.fast, '25')).toBe(25);
    expect(paramFromText(declarations.width, '1e-1')).toBe(0.1);
    expect(paramFromText(declarations.side, 'both')).toBe('both');
    expect(paramFromText(declarations.strict, 'off')).toBe(false);
  });

  it.each(['', 'abc', '1,5', '0x10', '--3'])('does not read %o as a number', (text) => {
    expect(paramFromText(declarations.fast, text)).toBeNull();
  });
});

it('describes a parameter for people', () => {
  expect(describeParam(int(1))).toBe('whole number');
  expect(describeParam(int(3, { min: 2 }))).toBe('whole number from 2');
  expect(describeParam(declarations.width)).toBe('number 0.5…3');
});
