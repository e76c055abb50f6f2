import { describe, expect, test } from 'vitest';
import { Cursors } from './cursors.ts';
import { ProblemError } from './errors.ts';

const cursors = new Cursors(new Uint8Array(32).fill(7));

describe('a cursor', () => {
  test('leads back to the place that it was made of, whatever its id', () => {
    for (const id of ['a', 'x.y', 'ä/ö|🙂', '']) {
      const place = { at: 1_767_225_600_000, id };
      expect(cursors.read('orders', cursors.make('orders', place))).toEqual(place);
    }
  });

  test('is refused in another list, changed, cut, made up, or signed with another secret', () => {
    const cursor = cursors.make('orders', { at: 1, id: 'a' });
    const other = new Cursors(new Uint8Array(32).fill(8)).make('orders', { at: 1, id: 'a' });
    const text = Buffer.from('[2,"a"]').toString('base64url');
    const changed = `${text}.${cursor.split('.')[1]}`;
    expect(() => cursors.read('fills', cursor)).toThrow(ProblemError);
    for (const wrong of [other, changed, cursor.slice(0, -1), `${text}.`, text, '', '.', 'a.b.c']) {
      expect(() => cursors.read('orders', wrong), wrong).toThrow(ProblemError);
    }
  });
});
