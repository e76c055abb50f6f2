import { expect, it } from 'vitest';
import { jsonLines } from './json-lines.ts';

it('tells names, texts, numbers and words apart', () => {
  expect(jsonLines({ cash: '12,5: a', 'two words': [1, null], passwordHash: '[hidden]' })).toEqual([
    { indent: '', name: null, text: '{', kind: 'mark', end: '' },
    { indent: '  ', name: 'cash', text: '"12,5: a"', kind: 'text', end: ',' },
    { indent: '  ', name: '"two words"', text: '[', kind: 'mark', end: '' },
    { indent: '    ', name: null, text: '1', kind: 'number', end: ',' },
    { indent: '    ', name: null, text: 'null', kind: 'word', end: '' },
    { indent: '  ', name: null, text: ']', kind: 'mark', end: ',' },
    { indent: '  ', name: 'passwordHash', text: '"[hidden]"', kind: 'hidden', end: '' },
    { indent: '', name: null, text: '}', kind: 'mark', end: '' },
  ]);
});

it('is not misled by quotes and colons inside of names and values', () => {
  const [, line] = jsonLines({ 'a": b': 'c": "d",' });
  expect(line).toMatchObject({ name: String.raw`"a\": b"`, text: String.raw`"c\": \"d\","`, end: '' });
  expect(jsonLines('x": y')).toMatchObject([{ name: null, text: String.raw`"x\": y"`, kind: 'text' }]);
  expect(jsonLines(undefined)).toMatchObject([{ text: 'null', kind: 'word' }]);
});
