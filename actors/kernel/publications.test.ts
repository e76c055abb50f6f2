/** What watchers are told, now and later. */

import { expect, test } from 'vitest';
import { purse } from './testing/purse.ts';
import { startTestSystem } from './testing/test-system.ts';

const put = (amount: number) => ({ type: 'Put', amount }) as const;

test('what was published can be had again, after an offset, up to a limit', async () => {
  const { system, published, clock } = startTestSystem({ kinds: [purse] });
  await system.ask(purse, 'a', put(1));
  await system.ask(purse, 'a', { type: 'Name', name: 'gold' });
  clock.advance(5);
  await system.ask(purse, 'a', put(2));
  await system.ask(purse, 'a', { type: 'Read' }, { commandId: 'r' });
  await system.ask(purse, 'a', put(3));
  const after = (offset: number, limit = 10, channel = 'purse:a') =>
    system.publicationsAfter(purse, 'a', channel, offset, limit);
  expect(await after(0)).toEqual(published);
  expect(published.map((publication) => 'offset' in publication && publication.offset)).toEqual([1, 3, 5]);
  expect(await after(1)).toEqual(published.slice(1));
  expect(await after(0, 2)).toEqual(published.slice(0, 2));
  expect(await after(5)).toEqual([]);
  expect(await after(0, 10, 'purse:b')).toEqual([]);
});

test('what lies too far back is not looked for', async () => {
  const { system } = startTestSystem({ kinds: [purse] });
  const asks: Promise<unknown>[] = [];
  for (let i = 0; i < 10_001; i++) {
    asks.push(system.ask(purse, 'a', { type: 'Wait', timers: [] }));
    if (i % 1_000 === 0) await Promise.all(asks.splice(0));
  }
  await Promise.all(asks);
  expect(await system.publicationsAfter(purse, 'a', 'purse:a', 0, 10)).toBeNull();
  expect(await system.publicationsAfter(purse, 'a', 'purse:a', 5_000, 10)).toEqual([]);
});
