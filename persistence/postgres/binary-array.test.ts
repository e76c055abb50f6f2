import { expect, test } from 'vitest';
import { bigintArray, integerArray, textArray } from './binary-array.ts';

test('texts stand with their length in bytes, and null with −1', () => {
  expect(textArray(['é', null, '']).toString('hex')).toBe(
    ['00000001', '00000001', '00000019', '00000003', '00000001', '00000002c3a9', 'ffffffff', '00000000'].join(''),
  );
});

test('whole numbers keep their value up to 2^53, and below zero', () => {
  const values = [0, -1, 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)];
  const buffer = bigintArray(values);
  expect(values.map((_, i) => Number(buffer.readBigInt64BE(24 + 12 * i)))).toEqual(values);
  expect(integerArray([-5]).readInt32BE(24)).toBe(-5);
});

test('an array without elements still says of what it has none', () => {
  expect(integerArray([]).toString('hex')).toBe('0000000100000000000000170000000000000001');
});
