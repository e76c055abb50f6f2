/** The life of an import, struck at each word of it, as that of a backtest is. */

import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '#kernel';
import type { Importer } from '#ports';
import { inboxKind } from '../inbox/inbox.ts';
import { symbolKind } from '../symbol/symbol.ts';
import { strikeEverywhere } from '../testing/strikes.ts';
import type { Strike } from '../testing/blows.ts';
import type { Program } from '../testing/program.ts';
import { World } from '../testing/world.ts';
import { importKind, importKindWith } from './import.ts';
import type { ImportView, RecordImport } from './import-messages.ts';

type Outcome = Awaited<ReturnType<Importer['run']>>;

interface Way {
  /** How the n-th reading of the file ends, counted from 1 over all programs. */
  readonly reading: (nth: number, program: Program) => Outcome;
  readonly status: ImportView['status'];
  /** The same file is sent once more when all is done. */
  readonly isRepeated?: boolean;
}

const id = 'a'.repeat(32);
const record: RecordImport = {
  type: 'RecordImport',
  owner: 'ann',
  symbol: 'GOOG',
  interval: null,
  fileName: 'GOOG.csv',
  bytes: 1_000,
  skipBad: false,
};

const read = (): Outcome => ({
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

/** The ways that the life of an import may go. */
const ways: Readonly<Record<string, Way>> = {
  'that is completed': { reading: read, status: 'completed' },
  'that waits for its store': {
    reading: (nth) => {
      if (nth < 3) throw new Error('away');
      return read();
    },
    status: 'completed',
  },
  'that can’t be read': {
    reading: () => ({ ok: false, reason: 'Line 1 is no bar.', rejectedRows: [{ line: 1, reason: 'no bar' }] }),
    status: 'failed',
  },
  'that is sent again': { reading: read, status: 'completed', isRepeated: true },
  'that brings its program down': {
    reading: (_nth, program) => {
      program.kill();
      return read();
    },
    status: 'failed',
  },
};

const struck = new Set<string>();
const seenTypes = new Set<string>();

describe.each(Object.entries(ways))('an import %s', (_name, way) => {
  test('comes to its end, whatever happens at whichever step', async () => {
    const { failures } = await strikeEverywhere({ live: (strike) => live(way, strike) }, struck);
    expect(failures).toEqual([]);
  });
});

test('all steps that an import knows were among these', () => {
  expect([...seenTypes].sort()).toEqual(Object.keys(importKind.eventTypes ?? {}).sort());
});

/** Lives through it, and holds what must hold of it whatever has happened. */
const live = async ({ reading, status, isRepeated = false }: Way, strike: Strike | null): Promise<World> => {
  const spool = new Set([id]);
  const history = new Set<string>();
  let readings = 0;
  const world = new World({
    kindsOf: (program) => {
      const importer: Importer = {
        run: ({ symbol }) =>
          program.through('importer.run', async () => {
            if (!spool.has(id)) throw new Error('The content is gone.');
            const outcome = reading(++readings, program);
            if (outcome.ok) history.add(symbol);
            return outcome;
          }),
        discard: (importId) => program.through('importer.discard', async () => void spool.delete(importId)),
      };
      return [importKindWith({ importer, publisher: program.bus }), symbolKind, inboxKind];
    },
    workOf: () => [],
    strike,
  });
  const send = (commandId: string) => world.settled(world.request(importKind, id, record, commandId));
  await send('first');
  await world.untilAllIsDone(() => eventsOf(world).length > 0);
  if (isRepeated) {
    spool.add(id);
    await send('again');
    await world.untilAllIsDone(() => true);
  }
  world.conclude();
  expect(strike === null || world.hasStruck).toBe(true);

  const asked = await world.settled(world.request(importKind, id, { type: 'GetImport' }));
  if (asked.type === 'refused') throw new Error(asked.refusal.message);
  const view = asked.reply;
  expect(view.status).toBe(status);
  if (view.status === 'failed') expect(view.failure).toBeTruthy();
  expect([...spool]).toEqual([]);
  const listed = await world.settled(world.request(symbolKind, 'GOOG', { type: 'GetSymbol' }));
  expect(listed.type).toBe(view.status === 'completed' ? 'replied' : 'refused');
  if (view.status === 'completed') expect([...history]).toEqual(['GOOG']);
  const inbox = await world.settled(world.request(inboxKind, 'ann', { type: 'GetInbox' }));
  expect(inbox).toMatchObject({ reply: { unread: 1, latest: [{ kind: `import.${view.status}` }] } });
  checkJournal(eventsOf(world));
  expect(world.reports.filter(({ type }) => type === 'quarantined' || type === 'defect')).toEqual([]);
  await world.stop();
  return world;
};

const eventsOf = ({ journal }: World): readonly StoredEvent[] => journal.eventsOf({ kind: 'import', id });

/** The events tell of each step, and of none that was not. */
const checkJournal = (stored: readonly StoredEvent[]): void => {
  const types = stored.map(({ type }) => type).filter((type) => type !== 'CommandAnswered');
  for (const type of types) seenTypes.add(type);
  expect(types.join(' ')).toMatch(
    /^ImportRecorded (ImportStarted (ImportWaits )?)+(ImportCompleted|ImportGivenUp) ContentGone( ContentRepeated ContentGone)?$/,
  );
};
