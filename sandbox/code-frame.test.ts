import { expect, test } from 'vitest';
import { codeFrame } from './code-frame.ts';

test('a code frame shows the lines around a place, with a caret below its column', () => {
  expect(codeFrame('one\ntwo\nthree\nfour\nfive', { line: 3, column: 2 })).toBe(
    '  1 | one\n  2 | two\n> 3 | three\n    |  ^\n  4 | four',
  );
});

test('a code frame at the first and at the last line shows what there is', () => {
  expect(codeFrame('one\r\ntwo', { line: 1, column: 1 })).toBe('> 1 | one\n    | ^\n  2 | two');
  expect(codeFrame('one\ntwo', { line: 2, column: 3 })).toBe('  1 | one\n> 2 | two\n    |   ^');
});

test('a long line is cut around the column', () => {
  const frame = codeFrame(`${'a'.repeat(5_000)}X${'b'.repeat(5_000)}`, { line: 1, column: 5_001 });
  const [shown = '', caret = ''] = frame.split('\n');
  expect(shown.length).toBeLessThan(140);
  expect(shown[caret.indexOf('^')]).toBe('X');
});
