/** What of the platform's tree waits for servers to come back, and what does not. */

import { expect, test } from 'vitest';
import { noRestarts, Unrestartable } from '#kernel';
import { nodeOf, scriptedService, startTestSystem, VirtualClock } from '#kernel/testing';
import type { PostgresJournal, Projector } from '#persistence';
import { foundationOf } from './tree.ts';

/** The tree's foundation over parts that the test breaks; ClickHouse is away for so many looks. */
const startFoundation = async ({ looksAway = 0 }: { readonly looksAway?: number } = {}) => {
  const clock = new VirtualClock();
  const [postgres, lease, lists] = ['postgres', 'lease', 'lists'].map((name) => scriptedService(name));
  if (postgres === undefined || lease === undefined || lists === undefined) throw new Error('three services');
  let looks = 0;
  const coverage = async (): Promise<readonly never[]> => {
    if (looks++ < looksAway) throw new Error('ClickHouse is away');
    return [];
  };
  const foundation = foundationOf({
    postgres: { url: '', isOwn: true, service: postgres, stop: () => Promise.resolve() },
    journal: { services: [lease] } as unknown as PostgresJournal, // of it nothing else is used
    projector: lists as unknown as Projector, // as a service
    history: { coverage },
    ensureHistory: () => Promise.resolve(),
    clock,
  });
  const running = startTestSystem({ kinds: [], clock, foundation, rootIntensity: noRestarts });
  return { ...running, clock, postgres, lease, lists, viewOf: (name: string) => nodeOf(running.system, name) };
};

test('ClickHouse may be away for as long as it likes', async () => {
  const { system, clock, viewOf, escalations } = await startFoundation({ looksAway: 30 });
  for (let look = 1; look <= 30; look++) {
    await expect
      .poll(() => viewOf('clickhouse'), { interval: 1 })
      .toMatchObject({ status: 'backing-off', restarts: look - 1 });
    clock.advance(10_000);
  }
  await expect.poll(() => viewOf('system')?.status).toBe('running');
  expect(escalations).toEqual([]);
  expect(viewOf('clickhouse')).toMatchObject({ restarts: 30, lastFailure: { message: 'ClickHouse is away' } });
  await system.stop();
});

test('what is kept in PostgreSQL waits for the server, and is started after it', async () => {
  const { system, clock, postgres, lease, lists, viewOf, escalations } = await startFoundation();
  await expect.poll(() => viewOf('system')?.status).toBe('running');
  for (let failure = 1; failure <= 20; failure++) {
    lists.fail('Postgres can’t be reached.');
    await expect.poll(() => viewOf('lists')?.status, { interval: 1 }).toBe('backing-off');
    clock.advance(3_000);
    await lists.begun(failure + 1);
  }
  expect([lease.runs(), escalations]).toEqual([1, []]);
  postgres.fail('terminated');
  await expect.poll(() => viewOf('records')?.status).toBe('backing-off');
  clock.advance(200);
  await lists.begun(22);
  expect([postgres.runs(), lease.runs()]).toEqual([2, 2]);
  await system.stop();
});

test('a lost lease ends everything at once', async () => {
  const { system, lease, postgres, viewOf, escalations } = await startFoundation();
  await expect.poll(() => viewOf('system')?.status).toBe('running');
  lease.failWith(new Unrestartable('Another program has taken over the journal.'));
  await expect
    .poll(() => escalations.map(({ message }) => message))
    .toEqual(['Another program has taken over the journal.']);
  await system.stop();
  expect([lease.runs(), postgres.runs()]).toEqual([1, 1]);
});
