import { expect, it } from 'vitest';
import { StateReader } from './state-reader.ts';

/** A server that answers when it is told to, and ends what is given up. */
const server = () => {
  const asked: (number | null)[] = [];
  let waiting: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const reader = new StateReader(
    async (seq, signal) => {
      asked.push(seq);
      running++;
      most = Math.max(most, running);
      try {
        await new Promise<void>((resolve, reject) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => reject(new Error('given up')));
        });
      } finally {
        running--;
      }
      return { seq: seq ?? 9, state: { at: seq } };
    },
    () => Promise.resolve(),
  );
  const answerAll = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) {
      await Promise.resolve();
      const now = waiting;
      waiting = [];
      for (const answer of now) answer();
    }
  };
  return { reader, asked, answerAll, most: () => most };
};

it('reads a state and the one before it, one after the other', async () => {
  const { reader, asked, answerAll, most } = server();
  const read = reader.read(5);
  await answerAll();
  expect(await read).toEqual({ asked: 5, seq: 5, state: { at: 5 }, before: { at: 4 } });
  expect(asked).toEqual([5, 4]);
  const next = reader.read(6);
  await answerAll();
  expect(await next).toMatchObject({ before: { at: 5 } });
  // What was read before is known.
  expect(asked).toEqual([5, 4, 6]);
  expect(most()).toBe(1);
});

it('has nothing before the first event, nor for what it is now', async () => {
  const { reader, asked, answerAll } = server();
  const first = reader.read(0);
  await answerAll();
  expect(await first).toEqual({ asked: 0, seq: 0, state: { at: 0 }, before: undefined });
  const now = reader.read(null);
  await answerAll();
  expect(await now).toEqual({ asked: null, seq: 9, state: { at: null }, before: undefined });
  const again = reader.read(null);
  await answerAll();
  expect(await again).toMatchObject({ seq: 9 });
  // That may change.
  expect(asked).toEqual([0, null, null]);
});

it('gives up what is no longer wanted before it asks for something else', async () => {
  const { reader, asked, answerAll, most } = server();
  const first = reader.read(5);
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  const skipped = reader.read(6);
  const last = reader.read(7);
  await answerAll();
  expect(await first).toBeNull();
  expect(await skipped).toBeNull();
  expect(await last).toMatchObject({ seq: 7, before: { at: 6 } });
  expect(asked.filter((seq) => seq !== 5)).toEqual([7, 6]);
  expect(most()).toBe(1);
});

it('tells of what the server refuses', async () => {
  const reader = new StateReader(
    () => Promise.reject(new Error('too long')),
    () => Promise.resolve(),
  );
  await expect(reader.read(3)).rejects.toThrow('too long');
  await expect(reader.read(4)).rejects.toThrow('too long');
});
