import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, decimalFromText, decimalText, isOnGrid, overDecimal, timesDecimal } from './decimal.ts';

const anyDecimal = fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n });

test('text and value say the same, whatever the value', () => {
  fc.assert(
    fc.property(anyDecimal, (value) => {
      expect(decimal(decimalText(value))).toBe(value);
    }),
  );
});

test('takes plain decimals and nothing else', () => {
  expect(decimalFromText('64000.01')).toBe(6_400_001_000_000n);
  expect(decimalFromText('-0.00000001')).toBe(-1n);
  for (const text of [
    '',
    ' 1',
    '1 ',
    '+1',
    '1.',
    '.5',
    '1e3',
    '0x10',
    'NaN',
    '1,000',
    '1.123456789',
    '1234567890123456',
  ])
    expect(decimalFromText(text), text).toBeNull();
});

test('writes the shortest text, and no minus before zero', () => {
  expect(decimalText(decimal('1.500'))).toBe('1.5');
  expect(decimalText(decimal('-0.0'))).toBe('0');
  expect(decimalText(decimal('100'))).toBe('100');
});

test('rounds products and quotients half away from zero', () => {
  expect(decimalText(timesDecimal(decimal('0.00000001'), decimal('0.5')))).toBe('0.00000001');
  expect(decimalText(timesDecimal(decimal('-0.00000001'), decimal('0.5')))).toBe('-0.00000001');
  expect(decimalText(overDecimal(decimal('1'), decimal('3')))).toBe('0.33333333');
  expect(decimalText(overDecimal(decimal('2'), decimal('-3')))).toBe('-0.66666667');
  expect(() => overDecimal(decimal('1'), 0n)).toThrow(RangeError);
});

test('is exact where floats are not', () => {
  expect(decimalText(decimal('0.1') + decimal('0.2'))).toBe('0.3');
  expect(isOnGrid(decimal('0.007'), decimal('0.001'))).toBe(true);
  expect(isOnGrid(decimal('0.0075'), decimal('0.001'))).toBe(false);
  expect(isOnGrid(decimal('0.0075'), 0n)).toBe(true);
});
