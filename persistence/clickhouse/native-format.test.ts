import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeNative, encodeNative } from './native-format.ts';
import type { Column } from './native-format.ts';

const columnOf = (rows: number): fc.Arbitrary<Column> => {
  const size = { minLength: rows, maxLength: rows };
  const text = fc.string({ unit: 'grapheme' }).map((value) => value.toWellFormed());
  return fc.oneof(
    fc.array(fc.double(), size).map((values) => ({ type: 'Float64', values: Float64Array.from(values) }) as const),
    fc.array(fc.option(fc.double()), size).map((values) => ({ type: 'Nullable(Float64)', values }) as const),
    fc.array(text, size).map((values) => ({ type: 'String', values }) as const),
    fc.array(fc.option(text), size).map((values) => ({ type: 'Nullable(String)', values }) as const),
  );
};

test('reads back what it writes, blocks one after the other too', () => {
  const tables = fc
    .nat({ max: 200 })
    .chain((rows) => fc.dictionary(fc.string({ minLength: 1 }), columnOf(rows), { minKeys: 1, maxKeys: 4 }));
  fc.assert(
    fc.property(tables, (table) => {
      const bytes = Buffer.concat(encodeNative(table));
      const twice = decodeNative(Buffer.concat([bytes, bytes]));
      for (const [name, { type, values }] of Object.entries(table)) {
        const read = {
          Float64: () => decodeNative(bytes).numbers(name),
          'Nullable(Float64)': () => decodeNative(bytes).nullableNumbers(name),
          String: () => decodeNative(bytes).texts(name),
          'Nullable(String)': () => decodeNative(bytes).nullableTexts(name),
        };
        expect(read[type]()).toStrictEqual(values);
      }
      expect(twice.rows).toBe(2 * decodeNative(bytes).rows);
    }),
  );
});

test('refuses an answer that is cut off, and types that are not ours', () => {
  const bytes = Buffer.concat(encodeNative({ a: { type: 'String', values: ['text'] } }));
  expect(() => decodeNative(bytes.subarray(0, -1))).toThrow('cut off');
  expect(() => decodeNative(Buffer.from('\u0001\u0001\u0001a\u0005Int64'))).toThrow('Int64');
  expect(() => decodeNative(bytes).numbers('a')).toThrow('The column a is String, not Float64.');
  expect(() => decodeNative(bytes).texts('b')).toThrow('missing');
});

test('refuses columns of different lengths', () => {
  const columns = {
    a: { type: 'Float64', values: Float64Array.of(1) },
    b: { type: 'Float64', values: Float64Array.of(1, 2) },
  } as const;
  expect(() => encodeNative(columns)).toThrow('another length');
});
