import { expect, test } from 'vitest';
import { plainNumber } from './plain-number.ts';

test.each([
  [0, '0'],
  [101.25, '101.25'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1e-7, '0.0000001'],
  [-1.234e-9, '-0.000000001234'],
  [1e21, '1000000000000000000000'],
  [1.5e22, '15000000000000000000000'],
])('writes %d as %s', (value, text) => {
  expect(plainNumber(value)).toBe(text);
  expect(Number(text)).toBe(value);
});
