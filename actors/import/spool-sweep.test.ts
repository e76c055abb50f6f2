import { expect, test } from 'vitest';
import { startTestSystem, VirtualClock } from '#kernel/testing';
import { inboxKind } from '../inbox/inbox.ts';
import { symbolKind } from '../symbol/symbol.ts';
import { importKind, importKindWith } from './import.ts';
import { spoolSweep } from './spool-sweep.ts';

const hour = 3_600_000;
const record = {
  type: 'RecordImport',
  owner: 'u1',
  symbol: 'GOOG',
  interval: null,
  fileName: 'GOOG.csv',
  bytes: 1_000,
  skipBad: false,
} as const;

test('contents that no import waits for are discarded after an hour, the others never', async () => {
  const importer = { run: () => new Promise<never>(() => {}), discard: () => Promise.resolve() };
  const kinds = [importKindWith({ importer, publisher: { publish: () => {} } }), symbolKind, inboxKind];
  const { system } = startTestSystem({ kinds });
  await system.ask(importKind, 'running', record);
  await system.ask(importKind, 'failed', record);
  await system.ask(importKind, 'failed', { type: 'ImportFailed', reason: 'No prices.', rejectedRows: [] });

  // Its own clock, so that it can be told when a sweep has ended: then it waits for the next.
  const clock = new VirtualClock();
  const kept = new Map(['running', 'failed', 'unclaimed'].map((id) => [id, clock.now()]));
  kept.set('fresh', clock.now() + hour / 2);
  const contents = {
    list: () => Promise.resolve([...kept].map(([importId, since]) => ({ importId, since }))),
    discard: (importId: string) => {
      kept.delete(importId);
      return Promise.resolve();
    },
  };
  await system.supervise(spoolSweep({ system, contents, clock }));
  await clock.armed(hour);
  expect([...kept.keys()]).toEqual(['running', 'failed', 'unclaimed', 'fresh']);
  clock.advance(hour);
  await clock.armed(hour);
  expect([...kept.keys()]).toEqual(['running', 'fresh']);
  clock.advance(hour);
  await clock.armed(hour);
  expect([...kept.keys()]).toEqual(['running']);
  await system.stop();
});
