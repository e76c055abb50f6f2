/** Who moves the lists when the process that did is killed, or frozen in the middle of it. */

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPostgres } from '#test/servers';
import type { PostgresServer } from '#test/servers';
import { openPostgresJournal } from './journal.ts';
import type { PostgresJournal } from './journal.ts';
import type { ListsTold } from './testing/lists-process.ts';
import { appendTo, filled, orderKind, ordersList, placed, runLists } from './testing/orders.ts';
import type { RunningLists } from './testing/orders.ts';

let server: PostgresServer;
let journal: PostgresJournal;
let leader: ChildProcess;
let told: ListsTold[];
let watcher: RunningLists;
const standMsMax = 2_000;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
beforeEach(async () => {
  const url = await server.database();
  journal = await openPostgresJournal({ url });
  const program = fileURLToPath(new URL('testing/lists-process.ts', import.meta.url));
  leader = fork(program, [url], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  told = [];
  leader.on('message', (message) => {
    told.push(message as ListsTold); // it sends nothing else
  });
  await once(leader, 'message');
  watcher = await runLists(url, [ordersList], orderKind, { standMsMax });
});
afterEach(async () => {
  leader.kill('SIGKILL');
  await watcher.end();
  await journal.close();
});

/** Milliseconds until the watcher's list shows one more fill of the order. */
const fill = async (seq: number): Promise<number> => {
  const position = await appendTo(journal, 'anna.1', seq, [seq === 1 ? placed : filled]);
  const began = performance.now();
  watcher.projector.committed([position]);
  const entry = await watcher.lists.get('orders', 'anna.1', { reached: [position] });
  expect(entry).toMatchObject({ doc: { seq, fills: seq - 1 } });
  return performance.now() - began;
};

test('another one, within moments, when it is killed', async () => {
  await fill(1);
  leader.kill('SIGKILL');
  expect(await fill(2)).toBeLessThan(3_000);
  expect(await fill(3)).toBeLessThan(1_000);
});

test('another one, after a lease, when it is frozen; it finds out, and watches from then on', async () => {
  await fill(1);
  leader.kill('SIGSTOP');
  // The first may have been told and written before it stopped, or not at all.
  await fill(2);
  await fill(3);
  expect(await watcher.untilReported('list-leader-ended')).toMatchObject({ type: 'list-leader-ended' });
  leader.kill('SIGCONT');
  while (told.at(-1) !== 'runs' || told.length < 3) await once(leader, 'message');
  expect(told).toEqual(['runs', 'lost', 'runs']);
  for (let seq = 4; seq < 10; seq++) expect(await fill(seq)).toBeLessThan(1_000);
});
