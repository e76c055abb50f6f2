import { expect, it } from 'vitest';
import { markerPlace } from './marker-place.ts';

const text = 'const a = 1;\nconst total = a +;\n\nlast';
const marked = (line: number | null, column: number | null): string => {
  const { from, to } = markerPlace(text, line, column);
  return text.slice(from, to);
};

it('underlines the word at the place', () => {
  expect(marked(2, 7)).toBe('total');
  expect(marked(2, 17)).toBe('+');
});

it('underlines the last character where the place is behind the line', () => {
  expect(marked(2, 99)).toBe(';');
  expect(marked(99, 1)).toBe('last');
});

it('underlines the line where the column is not known, and the first line where nothing is', () => {
  expect(marked(1, null)).toBe('const a = 1;');
  expect(marked(null, null)).toBe('const a = 1;');
});

it('has a place in an empty line', () => {
  expect(markerPlace(text, 3, 1)).toEqual({ from: 32, to: 32 });
});
