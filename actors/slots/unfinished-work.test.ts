/** What looks for the work of a former process. */

import { expect, test } from 'vitest';
import type { ActorSystem, OutageCode } from '#kernel';
import { Outage } from '#kernel';
import type { ListEntry, Lists } from '#ports';
import { unfinishedWork } from './unfinished-work.ts';

const entryOf = (id: string): ListEntry => ({
  id,
  owner: 'ann',
  at: 0,
  symbol: null,
  status: 'running',
  parent: null,
  doc: { kind: 'single' },
});

/** The service over a list of three, of which the first can't be asked; who was asked. */
const serviceOver = (code: OutageCode) => {
  const asked: string[] = [];
  const ask = async (_kind: unknown, id: string): Promise<unknown> => {
    asked.push(id);
    if (id === 'b1') throw new Outage(code, 'as the test wants it');
    return { type: 'replied', reply: null, position: { shard: 0, shardSeq: 1, seq: 1 } };
  };
  const lists: Pick<Lists, 'page'> = {
    page: async () => ({ entries: ['b1', 'b2', 'b3'].map(entryOf), hasMore: false }),
  };
  const told: unknown[] = [];
  const tell = (_kind: unknown, _id: string, command: unknown): void => {
    told.push(command);
  };
  const system = { ask, tell } as unknown as Pick<ActorSystem, 'ask' | 'tell'>; // any kind is answered alike
  return { service: unfinishedWork({ system, lists, alive: () => ['i1'] }), asked, told };
};

const context = { signal: new AbortController().signal, started: () => {} };

test('one that waits for an operator is passed over, and the work ends', async () => {
  const { service, asked, told } = serviceOver('quarantined');
  await service.run(context);
  expect(asked).toEqual(['b1', 'b2', 'b3']);
  expect(told).toEqual([{ type: 'KeepSlots', alive: ['i1'] }]);
  expect(service.restart).toBe('transient');
});

test('an outage fails it, so that it is begun again', async () => {
  await expect(serviceOver('storage-away').service.run(context)).rejects.toMatchObject({ code: 'storage-away' });
});
