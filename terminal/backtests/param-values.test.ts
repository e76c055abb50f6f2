import { describe, expect, it } from 'vitest';
import type { ParamDeclarations } from '#sdk';
import { defaultTexts, readAxes, readParams, suggestedAxis } from './param-values.ts';
import { describeRange } from './param-words.ts';

const int = { kind: 'int', default: 10, min: 2, max: 100, step: 1, label: null } as const;
const float = { kind: 'float', default: 1.5, min: 0.5, max: 3, step: 0.5, label: null } as const;
const params: ParamDeclarations = {
  fast: int,
  width: float,
  side: { kind: 'choice', default: 'long', options: ['long', 'both'], label: null },
  strict: { kind: 'flag', default: true, label: null },
};

describe('values', () => {
  it('begin with the defaults', () => {
    expect(readParams(params, defaultTexts(params))).toEqual({
      values: { fast: 10, width: 1.5, side: 'long', strict: true },
      problems: {},
    });
  });

  it('name what is wrong with each', () => {
    const { problems } = readParams(params, { fast: '2.5', width: '9', side: 'short', strict: 'maybe' });
    expect(problems).toEqual({
      fast: 'It takes: whole number 2…100.',
      width: 'It takes: number 0.5…3.',
      side: 'It takes: long | both.',
      strict: 'It takes: yes or no.',
    });
    expect(Object.keys(readParams(params, { fast: '' }).problems)).toEqual(['fast']);
  });
});

describe('axes of a search', () => {
  it('are ranges and lists, and are counted', () => {
    expect(readAxes(params, { fast: '5..50:5', width: ' 1, 1.5 ,2', side: 'long, both', strict: '' })).toEqual({
      axes: { fast: '5..50:5', width: [1, 1.5, 2], side: ['long', 'both'] },
      problems: {},
      count: 10 * 3 * 2,
    });
  });

  it('name what is wrong', () => {
    const { problems, axes } = readAxes(params, { fast: '50..5:5', width: '1, x', side: '1..2:1' });
    expect(Object.keys(problems)).toEqual(['fast', 'width', 'side']);
    expect(axes).toEqual({});
  });

  it('are suggested so that they can be read again', () => {
    for (const [name, param] of Object.entries(params)) {
      const read = readAxes(params, { [name]: suggestedAxis(param) });
      expect(read.problems).toEqual({});
      expect(read.count).toBeGreaterThan(1);
    }
    expect(suggestedAxis(int)).toBe('4..19:3');
  });
});

it('says the range of a parameter in words', () => {
  const open = { ...int, min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  expect(describeRange(open)).toBe('whole number');
  expect(describeRange({ ...open, min: 3 })).toBe('whole number from 3');
  expect(describeRange({ ...open, max: 3 })).toBe('whole number up to 3');
});
