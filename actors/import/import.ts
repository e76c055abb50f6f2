/**
 * An import: a saga from an upload in the spool to bars in the history, a listed symbol and a note to
 * its owner. Each step is in the journal. A durable timer stays set until the last step, so that an
 * import whose process has died is taken up again though nobody asks for it; inserting the same bars
 * again replaces them, so an attempt may be made more than once.
 */

import { minuteMs, secondMs } from '#domain';
import { message } from '#kernel';
import type {
  ActorKind,
  DecideContext,
  Decision,
  Effect,
  Message,
  Publisher,
  ReplyTo,
  Task,
  TimerChange,
} from '#kernel';
import type { Importer, ImportRequest } from '#ports';
import { inboxKind } from '../inbox/inbox.ts';
import type { NotificationKind } from '../inbox/inbox-messages.ts';
import { refuseSymbolName, symbolKind } from '../symbol/symbol.ts';
import { evolveImport } from './import-state.ts';
import type { ImportEvent, ImportState, KnownImport } from './import-state.ts';
import type {
  ContentDiscarded,
  ImportCommand,
  ImportFailed,
  ImportFinished,
  ImportInterrupted,
  ImportRefusal,
  ImportView,
  RecordImport,
  ResumeImport,
} from './import-messages.ts';

type ImportDecision<C> = Decision<ImportEvent, ReplyTo<C>, ImportRefusal>;

/** While an attempt runs, the timer moves on by this; after a death of the process it is the wait. */
const resumeMs = minuteMs;
/** Waits after an outage, doubling: a store that restarts is soon back, one that is mended takes longer. */
const firstWaitMs = 15 * secondMs;
const waitMsMax = 10 * minuteMs;
/** Then somebody has to look: that is over an hour of outages. */
const attemptsMax = 10;
/** Processes that end during an import; it may be what brings them down, and others live there too. */
const deathsMax = 3;
const reasonLengthMax = 2_000;
const fileNameLengthMax = 200;

const viewOf = (
  { skipBad: _, attempt: _attempt, deaths: _deaths, contentKept: _kept, ...view }: KnownImport,
  id: string,
): ImportView => ({
  id,
  ...view,
});

const viewAfter = (state: ImportState, events: readonly ImportEvent[], id: string): ImportView => {
  const after = events.reduce(evolveImport, state);
  if (after.status === 'absent') throw new Error('The events leave an import.');
  return viewOf(after, id);
};

const resumption = (afterRecovery: boolean): ResumeImport => ({ type: 'ResumeImport', afterRecovery });

const timerAt = (at: number): readonly TimerChange[] => [
  { type: 'set', name: 'resume', at, command: resumption(false) },
];

type ImportInput = Pick<ImportRequest, 'symbol' | 'interval' | 'fileName' | 'skipBad'>;

const importing = ({ symbol, interval, fileName, skipBad }: ImportInput): Effect => ({
  type: 'task',
  task: 'import',
  input: { symbol, interval, fileName, skipBad },
});
const discarding: Effect = { type: 'task', task: 'discard', input: null };

const record = (
  command: RecordImport,
  state: ImportState,
  { id, now }: DecideContext,
): ImportDecision<RecordImport> => {
  const misnamed = refuseSymbolName(command.symbol);
  if (misnamed !== null) return { refusal: { ...misnamed, code: 'symbol-invalid' } };
  if (state.status === 'completed')
    return {
      events: [{ type: 'ContentRepeated' }],
      reply: viewOf(state, id),
      timers: timerAt(now + resumeMs),
      effects: [discarding],
    };
  if (state.status === 'failed' && state.contentKept)
    return {
      refusal: {
        code: 'import-state',
        message: 'What is left of the attempt before is being cleared away.',
        remedy: 'Send the file again in a moment.',
      },
    };
  if (state.status === 'recorded' || state.status === 'running') return { reply: viewOf(state, id) };
  const { type: _, ...request } = command;
  const events: readonly ImportEvent[] = [
    { type: 'ImportRecorded', ...request, fileName: request.fileName.slice(0, fileNameLengthMax), at: now },
    { type: 'ImportStarted', attempt: 1, deaths: 0, at: now },
  ];
  return {
    events,
    reply: viewAfter(state, events, id),
    timers: timerAt(now + resumeMs),
    effects: [importing(command)],
  };
};

const finished = (
  command: ImportFinished,
  state: ImportState,
  { id, now }: DecideContext,
): ImportDecision<ImportFinished> => {
  if (state.status !== 'running') return { reply: null };
  const { type: _, tick, lot, currency, ...outcome } = command;
  const { owner, symbol } = state;
  const left = outcome.rejected === 0 ? '' : ` ${outcome.rejected} rows were left out.`;
  return {
    events: [{ type: 'ImportCompleted', ...outcome, at: now }],
    reply: null,
    send: [
      // A file's prices do not change what orders of others are held to.
      message(symbolKind, symbol, {
        type: 'ListSymbol',
        by: { userId: owner, mayManage: false },
        tick,
        lot,
        currency,
        onlyNew: true,
      }),
      note(owner, 'import.completed', `${symbol} is imported`, `${outcome.rows} bars of ${outcome.interval}.${left}`, {
        importId: id,
        symbol,
      }),
    ],
    timers: timerAt(now + resumeMs),
    effects: [discarding],
  };
};

const givenUp = (
  reason: string,
  state: KnownImport,
  { id, now }: DecideContext,
  rejectedRows: ImportFailed['rejectedRows'] = [],
): Omit<ImportDecision<ImportFailed>, 'refusal'> & { readonly reply: null } => {
  const { owner, symbol } = state;
  const text = reason.slice(0, reasonLengthMax);
  return {
    events: [{ type: 'ImportGivenUp', reason: text, rejectedRows, at: now }],
    reply: null,
    send: [note(owner, 'import.failed', `${symbol} could not be imported`, text, { importId: id, symbol })],
    timers: timerAt(now + resumeMs),
    effects: [discarding],
  };
};

const note = (
  owner: string,
  kind: NotificationKind,
  title: string,
  text: string,
  about: Readonly<Record<string, string>>,
): Message => message(inboxKind, owner, { type: 'Notify', kind, title, text, about });

const failed = (command: ImportFailed, state: ImportState, context: DecideContext): ImportDecision<ImportFailed> =>
  state.status === 'running' ? givenUp(command.reason, state, context, command.rejectedRows) : { reply: null };

const interrupted = (
  { reason }: ImportInterrupted,
  state: ImportState,
  context: DecideContext,
): ImportDecision<ImportInterrupted> => {
  if (state.status !== 'running') return { reply: null };
  if (state.attempt >= attemptsMax) return givenUp(`After ${attemptsMax} attempts: ${reason}`, state, context);
  const until = context.now + Math.min(waitMsMax, firstWaitMs * 2 ** (state.attempt - 1));
  return {
    events: [{ type: 'ImportWaits', reason: reason.slice(0, reasonLengthMax), until }],
    reply: null,
    timers: timerAt(until),
  };
};

const resume = (
  { afterRecovery }: ResumeImport,
  state: ImportState,
  context: DecideContext,
): ImportDecision<ResumeImport> => {
  const { now } = context;
  switch (state.status) {
    case 'absent':
      return { reply: null };
    case 'completed':
    case 'failed':
      return state.contentKept
        ? { reply: null, timers: timerAt(now + resumeMs), effects: [discarding] }
        : { reply: null };
    case 'running':
      // Its attempt goes on in this process; or it ended with the last one, and the recovery says so itself.
      if (!afterRecovery) return { reply: null, timers: timerAt(now + resumeMs) };
      return state.deaths + 1 >= deathsMax
        ? givenUp(`The process ended ${deathsMax} times while it was imported. Split the file.`, state, context)
        : begun(state, state.deaths + 1, now);
    case 'recorded':
      // After a recovery its timer is still set.
      return afterRecovery ? { reply: null } : begun(state, state.deaths, now);
  }
};

const begun = (state: KnownImport, deaths: number, now: number): ImportDecision<ResumeImport> => ({
  events: [{ type: 'ImportStarted', attempt: state.attempt + 1, deaths, at: now }],
  reply: null,
  timers: timerAt(now + resumeMs),
  effects: [importing(state)],
});

const discarded = (_: ContentDiscarded, state: ImportState): ImportDecision<ContentDiscarded> =>
  state.status !== 'absent' && state.contentKept && state.finishedAt !== null
    ? { events: [{ type: 'ContentGone' }], timers: [{ type: 'clear', name: 'resume' }], reply: null }
    : { reply: null };

export const importKind: ActorKind<ImportCommand, ImportState, ImportEvent, ImportRefusal> = {
  name: 'import',
  durability: 'journal',
  initialState: () => ({ status: 'absent' }),
  decide: {
    RecordImport: record,
    ImportFinished: finished,
    ImportFailed: failed,
    ImportInterrupted: interrupted,
    ResumeImport: resume,
    ContentDiscarded: discarded,
    GetImport: (_, state, { id }) =>
      state.status === 'absent'
        ? {
            refusal: {
              code: 'import-unknown',
              message: `There is no import ${id.slice(0, 64)}.`,
              remedy: 'List the imports for their ids.',
            },
          }
        : { reply: viewOf(state, id) },
  },
  eventTypes: {
    ImportRecorded: true,
    ImportStarted: true,
    ImportWaits: true,
    ImportCompleted: true,
    ImportGivenUp: true,
    ContentRepeated: true,
    ContentGone: true,
  },
  evolve: evolveImport,
  // By a command, not at once: the attempt has to be counted in the journal before it begins.
  recovered: (state, { id }) =>
    state.status === 'running'
      ? [{ type: 'tell', message: { to: { kind: 'import', id }, command: resumption(true) } }]
      : [],
  publish: (event, id) => {
    const status = statusAfter(event);
    return status === null ? [] : [{ channel: `import:${id}`, data: { type: 'state', status } }];
  },
  snapshot: { schema: 1, everyEvents: 50 },
};

const statusAfter = ({ type }: ImportEvent): ImportView['status'] | null => {
  switch (type) {
    case 'ImportRecorded':
    case 'ImportWaits':
      return 'recorded';
    case 'ImportStarted':
      return 'running';
    case 'ImportCompleted':
      return 'completed';
    case 'ImportGivenUp':
      return 'failed';
    case 'ContentRepeated':
    case 'ContentGone':
      return null;
  }
};

/** The kind as it runs: what imports, and who is told of the progress. */
export const importKindWith = ({
  importer,
  publisher,
}: {
  readonly importer: Importer;
  readonly publisher: Publisher;
}): typeof importKind => {
  const run: Task<ImportCommand> = async (input: ImportInput, { id, signal }): Promise<ImportCommand> => {
    const onProgress: ImportRequest['onProgress'] = ({ percent }) => {
      publisher.publish({
        channel: `import:${id}`,
        key: 'progress',
        data: { type: 'progress', importId: id, percent },
      });
    };
    try {
      const { ok: _, ...outcome } = await importer.run({ importId: id, ...input, signal, onProgress });
      return 'reason' in outcome ? { type: 'ImportFailed', ...outcome } : { type: 'ImportFinished', ...outcome };
    } catch (error) {
      // The actor leaves: whoever recovers it begins again.
      if (signal.aborted) throw error;
      return { type: 'ImportInterrupted', reason: error instanceof Error ? error.message : String(error) };
    }
  };
  const discard: Task<ImportCommand> = async (_: null, { id }): Promise<ImportCommand | null> => {
    try {
      await importer.discard(id);
    } catch {
      // A busy disk. The timer comes back for it.
      return null;
    }
    return { type: 'ContentDiscarded' };
  };
  return { ...importKind, tasks: { import: run, discard } };
};
