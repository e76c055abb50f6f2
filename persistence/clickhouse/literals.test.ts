import { expect, test } from 'vitest';
import { withLiterals, withTextLiterals } from './literals.ts';

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

test('writes values as HTTP brings them: with escapes, lists as they are, numbers to the last digit, names quoted', () => {
  const sql = 'SELECT {text:String}, {list:Array(String)}, {number:Float64}, {digits:String} FROM {table:Identifier}';
  const given = {
    text: String.raw`it\'s\t\\`,
    list: String.raw`['a\'b','']`,
    number: '0.1',
    digits: '1e5',
    table: 'bar`; DROP',
  };
  expect(withTextLiterals(sql, new Map(Object.entries(given)))).toBe(
    String.raw`SELECT CAST('it\'s` +
      '\t' +
      String.raw`\\' AS String), CAST('[\'a\\\'b\',\'\']' AS Array(String)), CAST(0.1 AS Float64), ` +
      "CAST('1e5' AS String) FROM `bar\\`; DROP`",
  );
  expect(() => withTextLiterals('SELECT {a:String}', new Map())).toThrow('a is not set');
});
