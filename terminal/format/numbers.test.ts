import { describe, expect, it } from 'vitest';
import {
  decimalsOf,
  directionOf,
  showBytes,
  showChange,
  showDecimal,
  showNumber,
  showPercent,
  showShort,
} from './numbers.ts';

describe('showDecimal', () => {
  it.each([
    ['1234567.89', 0, '1,234,567.89'],
    ['-1234.5', 2, '−1,234.50'],
    ['0.00000001', 0, '0.00000001'],
    ['123456789012345678901234.5', 0, '123,456,789,012,345,678,901,234.5'],
    ['7', 2, '7.00'],
    ['n/a', 2, 'n/a'],
  ])('shows %s with %i decimals as %s', (text, decimals, shown) => {
    expect(showDecimal(text, decimals)).toBe(shown);
  });
});

it('says the sign of a change, but not of one that rounds to nothing', () => {
  expect(showChange(1.234)).toBe('+1.23');
  expect(showChange(-1.235, 1)).toBe('−1.2');
  expect(showChange(0.001)).toBe('0.00');
  expect(showChange(-0.001)).toBe('0.00');
  expect(showPercent(0.1234)).toBe('+12.34 %');
});

it('shows what is no number as n/a', () => {
  expect(showNumber(NaN, 2)).toBe('n/a');
  expect(directionOf(NaN)).toBe('');
});

it('counts the decimals of a step', () => {
  expect([decimalsOf('0.01'), decimalsOf('1'), decimalsOf('0.0500'), decimalsOf('0.00000001')]).toEqual([2, 0, 2, 8]);
});

it('shortens large numbers', () => {
  expect([showShort(950), showShort(12_345), showShort(1_234_567), showShort(-2.5e9), showShort(0.5)]).toEqual([
    '950',
    '12.3K',
    '1.23M',
    '−2.50B',
    '0.50',
  ]);
  expect(showBytes(2_097_152)).toBe('2.0 MiB');
});
