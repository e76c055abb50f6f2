import { expect, test } from 'vitest';
import { withLiterals } from './literals.ts';

test('writes values in the place of their names, whatever is in them', () => {
  const sql = `SELECT {text:String}, {list:Array(String)}, {number:Int64} WHERE a = {text:String}`;
  expect(withLiterals(sql, { text: `'; \\ {number:Int64}\0`, list: ["a'b", ''], number: -5 })).toBe(
    String.raw`SELECT CAST('\'; \\ {number:Int64}\0' AS String), CAST(['a\'b', ''] AS Array(String)), ` +
      String.raw`CAST(-5 AS Int64) WHERE a = CAST('\'; \\ {number:Int64}\0' AS String)`,
  );
});

test('refuses a name without a value, and what is no number', () => {
  expect(() => withLiterals('SELECT {a:String}', {})).toThrow('no value for a');
  expect(() => withLiterals('SELECT {a:Float64}', { a: Infinity })).toThrow('Infinity');
});
