import fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectNumberStyle, parseNumber } from './price-number.ts';

test.each([
  ['1', 1],
  ['-1.5', -1.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['1.5E-7', 1.5e-7],
  ['1,234', 1234],
  ['1,234,567.89', 1234567.89],
  ['12,34,567', 1234567],
  ['$1,234.50', 1234.5],
  ['€ 3.5', 3.5],
  [' 7 ', 7],
  ["1'234.5", 1234.5],
  ['2.5M', 2.5e6],
  ['1.2K', 1200],
  ['3b', 3e9],
  ['1\u00a0234.5', 1234.5],
] as const)('reads %s with a decimal point', (text, value) => {
  expect(parseNumber(text, { decimal: '.' })).toBe(value);
});

test.each([
  ['1,5', 1.5],
  ['1.234,5', 1234.5],
  ['1.234.567', 1234567],
  ['1 234,5', 1234.5],
  ['-0,25', -0.25],
  ['12', 12],
] as const)('reads %s with a decimal comma', (text, value) => {
  expect(parseNumber(text, { decimal: ',' })).toBe(value);
});

test.each(['', ' ', '-', 'null', 'NaN', 'N/A', 'None', '#N/A'])('takes "%s" for a missing value', (text) => {
  expect(parseNumber(text, { decimal: '.' })).toBeNull();
});

test.each(['abc', '1.2.3', '1,2', '12,3456', '0x10', 'Infinity', '--5', '1-2', '5%', 'M', '1e'])(
  'does not take "%s" for a number',
  (text) => {
    expect(parseNumber(text, { decimal: '.' })).toBeNaN();
  },
);

test('does not read a lone point as anything where the comma is the decimal mark', () => {
  expect(parseNumber('1.5', { decimal: ',' })).toBeNaN();
});

test.each([
  [['1,25', '2,5'], ';', ','],
  [['1.25', '2.5'], ';', '.'],
  [['1.234,5'], ';', ','],
  [['1,234.5', '7'], ',', '.'],
  [['1,234', '1,500'], ',', '.'],
  [['1,234', '1,500'], ';', ','],
  [['1', '2'], ';', '.'],
  [['1,2345'], '\t', ','],
] as const)('tells the decimal mark of %j between %j', (cells, delimiter, decimal) => {
  expect(detectNumberStyle(cells, delimiter).decimal).toBe(decimal);
});

test('reads any double that JavaScript prints', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Object.is(parseNumber(String(value), { decimal: '.' }), Object.is(value, -0) ? 0 : value)).toBe(true);
    }),
  );
});
