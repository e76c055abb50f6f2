import { describe, expect, test } from 'vitest';
import type { Publication } from '#kernel';
import { given, taskContext } from '#kernel/testing';
import type { Importer, ImportOutcome, ListEntry } from '#ports';
import { importsList } from './import-lists.ts';
import { importKind, importKindWith } from './import.ts';
import type { ImportEvent } from './import-state.ts';
import type { GetImport, ImportFinished, ImportView, RecordImport } from './import-messages.ts';

const id = 'a'.repeat(32);
const start = Date.UTC(2026, 0, 1);
const second = 1_000;

const request = {
  owner: 'u1',
  symbol: 'GOOG',
  interval: null,
  fileName: 'GOOG.csv',
  bytes: 1_000,
  skipBad: false,
} as const;
const record: RecordImport = { type: 'RecordImport', ...request };
const recorded: ImportEvent = { type: 'ImportRecorded', ...request, at: start };
const started = (attempt = 1, deaths = 0): ImportEvent => ({ type: 'ImportStarted', attempt, deaths, at: start });
const outcome = { interval: '1d', rows: 10, rejected: 0, rejectedRows: [], notes: ['sorted'] } as const;
const completed: ImportEvent = { type: 'ImportCompleted', ...outcome, at: start };
const givenUp: ImportEvent = { type: 'ImportGivenUp', reason: 'No prices.', rejectedRows: [], at: start };
const view: ImportView = {
  id,
  owner: 'u1',
  symbol: 'GOOG',
  interval: null,
  fileName: 'GOOG.csv',
  bytes: 1_000,
  status: 'running',
  rows: 0,
  rejected: 0,
  rejectedRows: [],
  notes: [],
  failure: null,
  createdAt: start,
  finishedAt: null,
};

const running = [recorded, started()] as const;
const imported = (...events: readonly ImportEvent[]) => given(importKind, events, { id, now: start });
const resumeAt = (at: number) => [
  { type: 'set', name: 'resume', at, command: { type: 'ResumeImport', afterRecovery: false } },
];
const importTask = [
  { type: 'task', task: 'import', input: { symbol: 'GOOG', interval: null, fileName: 'GOOG.csv', skipBad: false } },
];
const discardTask = [{ type: 'task', task: 'discard', input: null }];
const finish: ImportFinished = { type: 'ImportFinished', ...outcome, tick: '0.01', lot: '1', currency: 'USD' };

/** The parts of a decision without which an import would be lost. */
const consequences = ({ events = [], timers = [], effects = [], send = [] }: ReturnType<typeof decisionOf>) => ({
  events,
  timers,
  effects,
  send,
});
const decisionOf = (events: readonly ImportEvent[], command: Parameters<ReturnType<typeof imported>['when']>[0]) =>
  imported(...events).when(command).decision;

describe('an import', () => {
  test('begins when its content lies in the spool', () => {
    const { decision } = imported().when(record);
    expect(decision.reply).toEqual(view);
    expect(consequences(decision)).toEqual({
      events: [recorded, started()],
      timers: resumeAt(start + 60 * second),
      effects: importTask,
      send: [],
    });
  });

  test('goes into a symbol that can be listed', () => {
    imported()
      .when({ ...record, symbol: 'goog' })
      .then({ refusal: { code: 'symbol-invalid', field: '/symbol' } });
  });

  test('of the same content is the same import', () => {
    imported(...running)
      .when(record)
      .then({ events: [], reply: view });
    const done = imported(...running, completed, { type: 'ContentGone' });
    const { decision } = done.when(record);
    expect(decision.reply).toMatchObject({ status: 'completed', rows: 10 });
    // The second copy must not stay in the spool.
    expect(consequences(decision)).toEqual({
      events: [{ type: 'ContentRepeated' }],
      timers: resumeAt(start + 60 * second),
      effects: discardTask,
      send: [],
    });
  });

  test('that failed begins anew, once the failed content is gone', () => {
    imported(...running, givenUp)
      .when(record)
      .then({ refusal: { code: 'import-state' } });
    const { decision } = imported(...running, givenUp, { type: 'ContentGone' }).when({ ...record, skipBad: true });
    expect(decision).toMatchObject({
      events: [{ type: 'ImportRecorded', skipBad: true }, started()],
      reply: { status: 'running', failure: null },
    });
  });

  test('ends with the symbol listed as guessed and a note to its owner', () => {
    expect(consequences(decisionOf(running, finish))).toEqual({
      events: [completed],
      timers: resumeAt(start + 60 * second),
      effects: discardTask,
      send: [
        {
          to: { kind: 'symbol', id: 'GOOG' },
          command: {
            type: 'ListSymbol',
            by: { userId: 'u1', mayManage: false },
            tick: '0.01',
            lot: '1',
            currency: 'USD',
            onlyNew: true,
          },
        },
        {
          to: { kind: 'inbox', id: 'u1' },
          command: {
            type: 'Notify',
            kind: 'import.completed',
            title: 'GOOG is imported',
            text: '10 bars of 1d.',
            about: { importId: id, symbol: 'GOOG' },
          },
        },
      ],
    });
    const { reply } = imported(...running, completed).when<GetImport>({ type: 'GetImport' }).decision;
    expect(reply).toEqual({
      ...view,
      status: 'completed',
      interval: '1d',
      rows: 10,
      notes: ['sorted'],
      finishedAt: start,
    });
  });

  test('ends with what is wrong with the file', () => {
    const rejectedRows = [{ line: 3, reason: 'no number' }];
    const decision = decisionOf(running, { type: 'ImportFailed', reason: 'A bad row.', rejectedRows });
    expect(decision).toMatchObject({
      events: [{ type: 'ImportGivenUp', reason: 'A bad row.', rejectedRows, at: start }],
      effects: discardTask,
      send: [{ to: { kind: 'inbox', id: 'u1' }, command: { kind: 'import.failed', text: 'A bad row.' } }],
    });
  });

  test('clears the spool until it is known to be clear', () => {
    expect(
      consequences(decisionOf([...running, completed], { type: 'ResumeImport', afterRecovery: false })),
    ).toMatchObject({ timers: resumeAt(start + 60 * second), effects: discardTask });
    expect(consequences(decisionOf([...running, completed], { type: 'ContentDiscarded' }))).toMatchObject({
      events: [{ type: 'ContentGone' }],
      timers: [{ type: 'clear', name: 'resume' }],
    });
    const clear = [...running, completed, { type: 'ContentGone' } as const];
    expect(consequences(decisionOf(clear, { type: 'ResumeImport', afterRecovery: false }))).toEqual({
      events: [],
      timers: [],
      effects: [],
      send: [],
    });
  });

  test('is unknown before', () => {
    imported()
      .when({ type: 'GetImport' })
      .then({ refusal: { code: 'import-unknown' } });
    imported().when(finish).then({ events: [], reply: null });
    imported().when({ type: 'ResumeImport', afterRecovery: false }).then({ events: [], reply: null });
  });
});

describe('an import whose process ends', () => {
  const afterRecovery = { type: 'ResumeImport', afterRecovery: true } as const;

  test('tells itself to begin again, so that the attempt is counted', () => {
    const { state } = imported(...running);
    expect(importKind.recovered?.(state, { id, now: start, seq: 2 })).toEqual([
      { type: 'tell', message: { to: { kind: 'import', id }, command: afterRecovery } },
    ]);
    expect(consequences(decisionOf(running, afterRecovery))).toEqual({
      events: [started(2, 1)],
      timers: resumeAt(start + 60 * second),
      effects: importTask,
      send: [],
    });
  });

  test('does not begin twice in one process when the timer comes', () => {
    expect(consequences(decisionOf(running, { type: 'ResumeImport', afterRecovery: false }))).toEqual({
      events: [],
      timers: resumeAt(start + 60 * second),
      effects: [],
      send: [],
    });
  });

  test('for the third time is given up, for it may be its work', () => {
    const decision = decisionOf([recorded, started(3, 2)], afterRecovery);
    expect(decision).toMatchObject({ events: [{ type: 'ImportGivenUp' }], send: [{ to: { kind: 'inbox' } }] });
  });

  test('after its end is left alone', () => {
    expect(importKind.recovered?.(imported(...running, completed).state, { id, now: start, seq: 3 })).toEqual([]);
    imported(...running, completed, { type: 'ContentGone' })
      .when(afterRecovery)
      .then({ events: [], effects: [], reply: null });
  });
});

describe('an import whose store is away', () => {
  const interrupted = { type: 'ImportInterrupted', reason: 'away' } as const;

  test('waits, longer each time, and begins again', () => {
    expect(consequences(decisionOf(running, interrupted))).toEqual({
      events: [{ type: 'ImportWaits', reason: 'away', until: start + 15 * second }],
      timers: resumeAt(start + 15 * second),
      effects: [],
      send: [],
    });
    const waitAfter = (attempt: number) => decisionOf([recorded, started(attempt)], interrupted).timers;
    expect(waitAfter(3)).toEqual(resumeAt(start + 60 * second));
    expect(waitAfter(9)).toEqual(resumeAt(start + 600 * second));
    const waiting = [...running, { type: 'ImportWaits', reason: 'away', until: start } as const];
    expect(consequences(decisionOf(waiting, { type: 'ResumeImport', afterRecovery: false }))).toEqual({
      events: [started(2)],
      timers: resumeAt(start + 60 * second),
      effects: importTask,
      send: [],
    });
  });

  test('is given up after ten attempts', () => {
    expect(decisionOf([recorded, started(10)], interrupted)).toMatchObject({
      events: [{ type: 'ImportGivenUp', reason: 'After 10 attempts: away' }],
    });
  });
});

describe('the tasks of an import', () => {
  const kindWith = (importer: Partial<Importer>) => {
    const published: Publication[] = [];
    const kind = importKindWith({
      importer: {
        run: () => Promise.reject(new Error('not expected')),
        discard: () => Promise.resolve(),
        ...importer,
      },
      publisher: { publish: (publication) => published.push(publication) },
    });
    const run = (task: string, input: unknown, signal?: AbortSignal) =>
      // The input comes from the decider of the same kind.
      kind.tasks?.[task]?.(input as never, taskContext(id, signal));
    return { run, published };
  };
  const input = importTask[0]?.input;

  test('end with the outcome, and tell of the progress', async () => {
    const success: ImportOutcome = { ok: true, ...outcome, tick: '0.01', lot: '1', currency: 'USD' };
    const { run, published } = kindWith({
      run: ({ onProgress, importId, fileName }) => {
        expect([importId, fileName]).toEqual([id, 'GOOG.csv']);
        onProgress({ percent: 40 });
        return Promise.resolve(success);
      },
    });
    expect(await run('import', input)).toEqual(finish);
    expect(published).toEqual([
      { channel: `import:${id}`, key: 'progress', data: { type: 'progress', importId: id, percent: 40 } },
    ]);
    const failure = kindWith({ run: () => Promise.resolve({ ok: false, reason: 'No prices.', rejectedRows: [] }) });
    expect(await failure.run('import', input)).toEqual({
      type: 'ImportFailed',
      reason: 'No prices.',
      rejectedRows: [],
    });
  });

  test('take an outage for an interruption, and an abort for none', async () => {
    const { run } = kindWith({ run: () => Promise.reject(new Error('away')) });
    expect(await run('import', input)).toEqual({ type: 'ImportInterrupted', reason: 'away' });
    await expect(run('import', input, AbortSignal.abort())).rejects.toThrow('away');
  });

  test('discard the content, now or when the timer comes again', async () => {
    expect(await kindWith({}).run('discard', null)).toEqual({ type: 'ContentDiscarded' });
    expect(await kindWith({ discard: () => Promise.reject(new Error('busy')) }).run('discard', null)).toBeNull();
  });
});

test('the list of imports follows them', () => {
  let entry: ListEntry | undefined;
  for (const [index, event] of [...running, completed].entries()) {
    for (const change of importsList.changes(event, { id, seq: index + 1, at: start })) {
      if (change.type === 'put') entry = change.entry;
      else if (change.type === 'patch' && entry !== undefined) entry = change.patch(entry);
    }
  }
  expect(entry).toMatchObject({
    id,
    owner: 'u1',
    symbol: 'GOOG',
    status: 'completed',
    doc: { status: 'completed', rows: 10, interval: '1d', fileName: 'GOOG.csv', finishedAt: start },
  });
});
