import { expect, it } from 'vitest';
import { matching } from './matching.ts';

const commands = [
  { title: 'GOOG', about: 'Alphabet Inc. C' },
  { title: 'Trade', about: 'g t' },
  { title: 'AAPL', about: 'Apple Inc.' },
  { title: 'Switch theme', about: 'Dark or light' },
];

const titles = (text: string): readonly string[] => matching(commands, text).map(({ title }) => title);

it('finds by title and by description, whatever the case', () => {
  expect(titles('goo')).toEqual(['GOOG']);
  expect(titles('apple')).toEqual(['AAPL']);
  expect(titles('INC')).toEqual(['GOOG', 'AAPL']);
});

it('shows those whose title begins with the text first', () => {
  expect(titles('t')).toEqual(['Trade', 'GOOG', 'Switch theme']);
});

it('wants all words', () => {
  expect(titles('dark theme')).toEqual(['Switch theme']);
  expect(titles('dark trade')).toEqual([]);
});

it('shows everything before something is typed', () => {
  expect(titles(' ')).toHaveLength(4);
});
