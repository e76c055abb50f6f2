/** Imports on a running system, whose process ends in the middle. */

import { describe, expect, test } from 'vitest';
import { startTestSystem } from '#kernel/testing';
import type { Importer } from '#ports';
import { inboxKind } from '../inbox/inbox.ts';
import { symbolKind } from '../symbol/symbol.ts';
import { importKind, importKindWith } from './import.ts';

const id = 'a'.repeat(32);
const record = {
  type: 'RecordImport',
  owner: 'u1',
  symbol: 'GOOG',
  interval: null,
  fileName: 'GOOG.csv',
  bytes: 1_000,
  skipBad: false,
} as const;

const kindsWith = (importer: Partial<Importer>) => [
  importKindWith({
    importer: { run: () => new Promise(() => {}), discard: () => Promise.resolve(), ...importer },
    publisher: { publish: () => {} },
  }),
  symbolKind,
  inboxKind,
];
const succeed: Importer['run'] = () =>
  Promise.resolve({
    ok: true,
    interval: '1d',
    rows: 10,
    rejected: 0,
    rejectedRows: [],
    notes: [],
    tick: '0.01',
    lot: '1',
    currency: 'USD',
  });

describe('an import', () => {
  test('under way when its process ends is taken up by the next one, though nobody asks', async () => {
    const first = startTestSystem({ kinds: kindsWith({}) });
    expect(await first.system.ask(importKind, id, record)).toMatchObject({ reply: { status: 'running' } });
    await first.system.stop();

    const { system, journal, clock } = startTestSystem({ ...first, kinds: kindsWith({ run: succeed }) });
    await clock.armed(60_000);
    clock.advance(60_000);
    await journal.until(() => journal.eventsOf({ kind: 'import', id }).some(({ type }) => type === 'ContentGone'));
    await journal.until(() => journal.outboxSize === 0);
    expect(journal.eventsOf({ kind: 'import', id }).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ImportRecorded', 'ImportStarted', 'ImportCompleted', 'ContentGone']),
    );
    expect(await system.ask(importKind, id, { type: 'GetImport' })).toMatchObject({ reply: { status: 'completed' } });
    expect(await system.ask(symbolKind, 'GOOG', { type: 'GetSymbol' })).toMatchObject({
      reply: { tick: '0.01', lot: '1' },
    });
    expect(await system.ask(inboxKind, 'u1', { type: 'GetInbox' })).toMatchObject({
      reply: { unread: 1, latest: [{ kind: 'import.completed' }] },
    });
    // Nothing is left that would wake it.
    expect(await journal.dueTimers(clock.now() + 1e9, 10)).toEqual({ due: [], nextAt: null });
    await system.stop();
  });

  test('whose store is away is tried again when it is time', async () => {
    let attempts = 0;
    const run: Importer['run'] = async (request) => {
      attempts++;
      if (attempts < 3) throw new Error('away');
      return await succeed(request);
    };
    const { system, journal, clock } = startTestSystem({ kinds: kindsWith({ run }) });
    await system.ask(importKind, id, record);
    const waits = () => journal.eventsOf({ kind: 'import', id }).filter(({ type }) => type === 'ImportWaits').length;
    for (const [waited, waitMs] of [
      [1, 15_000],
      [2, 30_000],
    ] as const) {
      await journal.until(() => waits() === waited);
      await clock.armed(waitMs);
      clock.advance(waitMs);
    }
    await journal.until(() => journal.eventsOf({ kind: 'import', id }).some(({ type }) => type === 'ImportCompleted'));
    expect(attempts).toBe(3);
    await system.stop();
  });
});
