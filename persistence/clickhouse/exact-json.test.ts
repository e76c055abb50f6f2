import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactJson, parseExactJson } from './exact-json.ts';

test('gives every value of JSON, every number and every text back', () => {
  const values = fc.anything({
    values: [
      fc.double(),
      fc.constantFrom(NaN, Infinity, -Infinity, -0),
      fc.string(),
      fc.constantFrom('\u0001', '\u0001NaN', '\u0001\u0001-0', '\\u0001'),
      fc.boolean(),
      fc.constant(null),
    ],
    withNullPrototype: false,
  });
  fc.assert(
    fc.property(values, (value) => {
      expect(parseExactJson(exactJson(value))).toStrictEqual(value);
    }),
  );
});
