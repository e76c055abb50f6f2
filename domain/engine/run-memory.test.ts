/** Columns that are used again: what is the same memory, what is empty, what is let go; and that runs don't notice. */

import { describe, expect, it } from 'vitest';
import { RunMemory } from './run-memory.ts';

describe('the memory of a run', () => {
  it('gives the next run the same columns, and this run never one twice', () => {
    const memory = new RunMemory();
    memory.startRun();
    const [first, second, other] = [memory.column(3), memory.column(3), memory.column(4)];
    expect(first).not.toBe(second);
    memory.startRun();
    expect([memory.column(4), memory.column(3), memory.column(3)]).toEqual([other, first, second]);
    expect(memory.column(3)).not.toBe(first);
  });

  it('empties bytes that are asked for empty', () => {
    const memory = new RunMemory();
    memory.startRun();
    memory.zeroBytes(20).fill(7);
    memory.startRun();
    expect([...memory.zeroBytes(20)]).toEqual(new Array(20).fill(0));
  });

  it('lets go what a run had no use for', () => {
    const memory = new RunMemory();
    memory.startRun();
    const large = memory.column(100);
    memory.startRun();
    memory.column(3);
    memory.startRun();
    expect(memory.column(100)).not.toBe(large);
  });
});
