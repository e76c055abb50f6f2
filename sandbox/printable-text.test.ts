import { expect, test } from 'vitest';
import { printableText } from './printable-text.ts';

test('control characters are replaced, lines, tabs and all other characters stay', () => {
  expect(printableText('a\u001b[2J\u0007\r\u0000\u009b\u007f')).toBe('a\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD');
  expect(printableText('a\n\tb − ü 😀')).toBe('a\n\tb − ü 😀');
});
