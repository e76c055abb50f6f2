/** Against an array, under any order of coming and going. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReadyQueue } from './ready-queue.ts';

test('whoever came first goes first, however many wait', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -150, max: 200 }), { maxLength: 40 }), (moves) => {
      const queue = new ReadyQueue<number>();
      const array: number[] = [];
      let last = 0;
      for (const move of moves) {
        for (let i = 0; i < move; i++) {
          queue.push(++last);
          array.push(last);
        }
        for (let i = move; i < 0; i++) expect(queue.shift()).toBe(array.shift());
      }
      for (const item of array) expect(queue.shift()).toBe(item);
      expect(queue.shift()).toBeUndefined();
    }),
  );
});
