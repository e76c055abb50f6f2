import { expect, it } from 'vitest';
import { diffLines } from './diff-lines.ts';

it('tells lines apart and leaves the head out', () => {
  const unified = [
    'Index: strategy.ts',
    '===================================================================',
    '--- strategy.ts',
    '+++ strategy.ts',
    '@@ -1,3 +1,3 @@',
    ' const a = 1;',
    '-const b = 2;',
    '+const b = 3;',
    ' ',
    '\\ No newline at end of file',
    '',
  ].join('\n');
  expect(diffLines(unified)).toEqual([
    { kind: 'place', text: '@@ -1,3 +1,3 @@' },
    { kind: 'same', text: 'const a = 1;' },
    { kind: 'removed', text: 'const b = 2;' },
    { kind: 'added', text: 'const b = 3;' },
    { kind: 'same', text: '' },
  ]);
});

it('has no lines where nothing differs', () => {
  expect(diffLines('')).toEqual([]);
});
