/**
 * The kind of actor that is a backtest: record, reserve capacity, run, store, notify. Each step is an
 * event; a step that fails is undone by the events that follow it. One attempt at a time counts, and
 * what any other says is refused.
 */

import type { ActorKind, Decide, DecideContext, Decision, Effect, Message, TimerChange } from '#kernel';
import type { Diagnostic, Results } from '#ports';
import type { Announce, Withdraw } from '../dispatcher/dispatcher-messages.ts';
import type { Notify } from '../inbox/inbox-messages.ts';
import type { BacktestCommand, BacktestRefusal, BacktestSpec, Resume } from './backtest-messages.ts';
import { evolveBacktest, isFinished, viewOf } from './backtest-state.ts';
import type { Backtest, BacktestEvent, BacktestState } from './backtest-state.ts';
import { failure } from './failure.ts';
import { removal, removalFrom, removalTask } from './left-results.ts';
import { leaseMs, lossOf, nextResume } from './lease.ts';
import type { Lease } from './lease.ts';
import { performanceText } from './performance-report.ts';

/** Attempts that a run may bring down before it is given up: a third time is no accident. */
const crashesMax = 3;

/** Attempts in all, those included whose process ended for reasons of its own. */
const attemptsMax = 10;

type Refused = { readonly refusal: BacktestRefusal };

const decide: Decide<BacktestCommand, BacktestState, BacktestEvent, BacktestRefusal> = {
  SubmitBacktest: ({ spec }, state, { id, now, seq }) => {
    if (state !== null) return { refusal: { code: 'backtest-exists', message: `There is a backtest ${id} already.` } };
    const event: BacktestEvent = { type: 'BacktestRecorded', spec, at: now };
    const backtest = evolved(null, [event]);
    return {
      events: [event],
      reply: viewOf(id, backtest, seq + 1),
      timers: [resumeTimer(backtest, now)],
      effects: [announcement(id, backtest)],
    };
  },

  ReserveCapacity: ({ attemptId, slot }, state, { id, now }) => {
    if (state === null) return unknown(id);
    if (isFinished(state)) return finished(id, state);
    if (state.lease !== null && state.lease.attemptId !== attemptId) return stale(attemptId);
    if (state.lostAttemptIds.includes(attemptId)) return stale(attemptId);
    const reply = state.spec;
    if (state.lease !== null) return { reply };
    const lease: Lease = { attemptId, slot, until: now + leaseMs };
    const events: BacktestEvent[] = [{ type: 'CapacityReserved', lease, attempts: state.attempts + 1 }];
    return { events, reply, timers: [resumeTimer(evolved(state, events), now)] };
  },

  RunStarted: ({ attemptId }, state, context) =>
    ofCurrent(attemptId, state, context, (backtest) => ({
      events: backtest.status === 'running' ? [] : [{ type: 'RunStarted', attemptId, at: context.now }],
      reply: null,
    })),

  RenewLease: ({ attemptId }, state, context) =>
    ofCurrent(attemptId, state, context, (backtest) => {
      const events: BacktestEvent[] = [{ type: 'LeaseRenewed', attemptId, until: context.now + leaseMs }];
      return { events, reply: null, timers: [resumeTimer(evolved(backtest, events), context.now)] };
    }),

  ResultsStored: ({ attemptId, statistics, tradeHash }, state, context) => {
    if (state?.status === 'completed' && state.attemptId === attemptId) return { reply: null };
    return ofCurrent(attemptId, state, context, (backtest) => {
      const { now } = context;
      const ended = end(context, backtest, {
        event: { type: 'BacktestCompleted', attemptId, statistics, tradeHash, at: now },
        kind: 'backtest.completed',
        title: `${backtest.spec.strategyName} on ${symbolsText(backtest.spec)}`,
        text: `${performanceText(statistics)}.`,
      });
      return {
        ...ended,
        events: [{ type: 'ResultsStored', attemptId, statistics, tradeHash }, ...ended.events],
        reply: null,
      };
    });
  },

  RunFailed: ({ attemptId, diagnostic }, state, context) =>
    ofCurrent(attemptId, state, context, (backtest) => ({ ...failWith(context, backtest, diagnostic), reply: null })),

  AttemptLost: ({ attemptId, reason, blame }, state, context) =>
    ofCurrent(attemptId, state, context, (backtest) => ({
      ...lose(context, backtest, { reason, blame }),
      reply: null,
    })),

  ResultsRemoved: ({ attemptIds }, state) => {
    const removed = state?.leftAttemptIds.filter((attemptId) => attemptIds.includes(attemptId)) ?? [];
    if (state === null || removed.length === 0) return { reply: null };
    const events: BacktestEvent[] = [{ type: 'ResultsRemoved', attemptIds: removed }];
    return { events, reply: null, timers: isDone(evolved(state, events)) ? [noTimer] : [] };
  },

  Resume: ({ alive }, state, context) => {
    const { id, now } = context;
    if (state === null || isDone(state)) return { reply: null };
    const loss = state.lease === null ? null : lossOf(state.lease, { alive, now });
    if (loss !== null) return { ...lose(context, state, { reason: loss, blame: 'place' }), reply: null };
    return { reply: null, timers: [resumeTimer(state, now)], effects: takenUp(id, state) };
  },

  CancelBacktest: (_command, state, context) => {
    const { id, now, seq } = context;
    if (state === null) return unknown(id);
    if (state.status === 'cancelled') return { reply: viewOf(id, state, seq) };
    if (isFinished(state)) return finished(id, state);
    const ended = end(context, state, {
      event: { type: 'BacktestCancelled', at: now },
      kind: 'backtest.cancelled',
      title: `${state.spec.strategyName} on ${symbolsText(state.spec)}`,
      text: 'The backtest was cancelled.',
    });
    return { ...ended, reply: viewOf(id, evolved(state, ended.events), seq + ended.events.length) };
  },

  GetBacktest: (_command, state, { id, seq }) => (state === null ? unknown(id) : { reply: viewOf(id, state, seq) }),

  GetBacktestSpec: (_command, state, { id }) => (state === null ? unknown(id) : { reply: state.spec }),
};

export const backtestKind: ActorKind<BacktestCommand, BacktestState, BacktestEvent, BacktestRefusal> = {
  name: 'backtest',
  durability: 'journal',
  initialState: () => null,
  decide,
  eventTypes: {
    BacktestRecorded: true,
    CapacityReserved: true,
    RunStarted: true,
    LeaseRenewed: true,
    ResultsStored: true,
    AttemptLost: true,
    BacktestCompleted: true,
    BacktestFailed: true,
    BacktestCancelled: true,
    CapacityReleased: true,
    ResultsRemoved: true,
    OwnerNotified: true,
  },
  evolve: evolveBacktest,
  recovered: (state, { id }) => (state === null ? [] : takenUp(id, state)),
  publish: (event, id) => {
    const change = shown(event);
    return change === null ? [] : [{ channel: `backtest:${id}`, data: { type: 'state', view: { id, ...change } } }];
  },
  passivateAfterMs: 60_000,
};

/** The kind as it runs, with the store from which results that do not count are removed. */
export const backtestKindWith = (results: Pick<Results, 'remove'>): typeof backtestKind => ({
  ...backtestKind,
  tasks: { [removalTask]: removalFrom(results) },
});

/** What of its view an event changes; null where it changes nothing that is shown. */
const shown = (event: BacktestEvent): object | null => {
  switch (event.type) {
    case 'BacktestRecorded': {
      const { source: _source, ...spec } = event.spec;
      return { ...spec, status: 'queued', createdAt: event.at };
    }
    case 'CapacityReserved':
      return { status: 'reserved', attempts: event.attempts };
    case 'RunStarted':
      return { status: 'running', startedAt: event.at };
    case 'AttemptLost':
      return { status: 'queued' };
    case 'BacktestCompleted': {
      const { attemptId, statistics, tradeHash, at } = event;
      return { status: 'completed', attemptId, statistics, tradeHash, finishedAt: at };
    }
    case 'BacktestFailed':
      return { status: 'failed', failure: event.diagnostic, finishedAt: event.at };
    case 'BacktestCancelled':
      return { status: 'cancelled', finishedAt: event.at };
    case 'LeaseRenewed':
    case 'ResultsStored':
    case 'CapacityReleased':
    case 'ResultsRemoved':
    case 'OwnerNotified':
      return null;
  }
};

/** The decision, if the attempt is the one under way. */
const ofCurrent = (
  attemptId: string,
  state: BacktestState,
  { id }: DecideContext,
  decision: (backtest: Backtest) => Decision<BacktestEvent, null, BacktestRefusal>,
): Decision<BacktestEvent, null, BacktestRefusal> => {
  if (state === null) return unknown(id);
  if (isFinished(state)) return finished(id, state);
  return state.lease?.attemptId === attemptId ? decision(state) : stale(attemptId);
};

/** An attempt came to nothing: back into the queue, or the end. */
const lose = (
  context: DecideContext,
  backtest: Backtest,
  { reason, blame }: { readonly reason: string; readonly blame: 'work' | 'place' },
): Consequences => {
  const attemptId = backtest.lease?.attemptId ?? '';
  const lost: BacktestEvent = { type: 'AttemptLost', attemptId, reason, blame };
  const after = evolved(backtest, [lost]);
  if (after.crashes >= crashesMax || after.attempts >= attemptsMax) {
    const problem = failure(
      'attempts-exhausted',
      `The backtest was tried ${after.attempts} times, and each time its place failed; the last time: ${reason}`,
      'Run it again; if it happens again, it is a defect.',
    );
    const ended = failWith(context, after, problem);
    return { ...ended, events: [lost, ...ended.events] };
  }
  const events: BacktestEvent[] = [lost, { type: 'CapacityReleased', attemptId }];
  const queued = evolved(backtest, events);
  return { events, timers: [resumeTimer(queued, context.now)], effects: takenUp(context.id, queued) };
};

const failWith = (context: DecideContext, backtest: Backtest, diagnostic: Diagnostic): Consequences =>
  end(context, backtest, {
    event: { type: 'BacktestFailed', diagnostic, at: context.now },
    kind: 'backtest.failed',
    title: `${backtest.spec.strategyName} on ${symbolsText(backtest.spec)}`,
    text: diagnostic.line === null ? diagnostic.message : `${diagnostic.message} (line ${diagnostic.line})`,
  });

interface Consequences {
  readonly events: readonly BacktestEvent[];
  readonly timers: readonly TimerChange[];
  readonly effects: readonly Effect[];
  readonly send?: readonly Message[];
}

/** The last steps, however it ended: capacity released, owner notified, and nothing left but results that do not count. */
const end = (
  { id, now }: DecideContext,
  backtest: Backtest,
  {
    event,
    kind,
    title,
    text,
  }: { readonly event: BacktestEvent; readonly kind: Notify['kind']; readonly title: string; readonly text: string },
): Consequences => {
  const { owner } = backtest.spec;
  const released: readonly BacktestEvent[] =
    backtest.lease === null ? [] : [{ type: 'CapacityReleased', attemptId: backtest.lease.attemptId }];
  const notify: Notify = { type: 'Notify', kind, title, text, about: { backtestId: id } };
  const withdraw: Withdraw = { type: 'Withdraw', address: { kind: 'backtest', id }, userId: owner };
  const events: readonly BacktestEvent[] = [event, ...released, { type: 'OwnerNotified', at: now }];
  const after = evolved(backtest, events);
  return {
    events,
    timers: [isDone(after) ? noTimer : resumeTimer(after, now)],
    send: [{ to: { kind: 'inbox', id: owner }, command: notify }],
    effects: [
      { type: 'tell', message: { to: { kind: 'dispatcher', id: 'main' }, command: withdraw } },
      ...removal(after.leftAttemptIds),
    ],
  };
};

/** Nothing is left to be done for it. */
const isDone = (backtest: Backtest): boolean => isFinished(backtest) && backtest.leftAttemptIds.length === 0;

/** What has to be under way for it. */
const takenUp = (id: string, backtest: Backtest): readonly Effect[] => [
  ...(isFinished(backtest) || backtest.lease !== null ? [] : [announcement(id, backtest)]),
  ...removal(backtest.leftAttemptIds),
];

const announcement = (id: string, { spec, createdAt }: Backtest): Effect => {
  const announce: Announce = {
    type: 'Announce',
    work: {
      address: { kind: 'backtest', id },
      userId: spec.owner,
      priority: spec.priority,
      since: createdAt,
      slotsMax: 1,
    },
  };
  return { type: 'tell', message: { to: { kind: 'dispatcher', id: 'main' }, command: announce } };
};

const resumeTimer = ({ lease, createdAt }: Backtest, now: number): TimerChange => {
  const command: Resume = { type: 'Resume', alive: null };
  return { type: 'set', name: 'resume', at: nextResume(lease === null ? [] : [lease], { now, createdAt }), command };
};

const noTimer: TimerChange = { type: 'clear', name: 'resume' };

const evolved = (state: BacktestState, events: readonly BacktestEvent[]): Backtest => {
  const after = events.reduce(evolveBacktest, state);
  if (after === null) throw new Error('A backtest that was recorded is gone.');
  return after;
};

const symbolsText = ({ feeds }: BacktestSpec): string =>
  [...new Set(feeds.map(({ symbol, interval }) => `${symbol} (${interval})`))].join(', ');

const unknown = (id: string): Refused => ({
  refusal: { code: 'backtest-unknown', message: `There is no backtest ${id}.` },
});

const finished = (id: string, { status }: Backtest): Refused => ({
  refusal: { code: 'backtest-finished', message: `Backtest ${id} is ${status}.`, remedy: 'Submit a new one.' },
});

const stale = (attemptId: string): Refused => ({
  refusal: {
    code: 'attempt-stale',
    message: `Attempt ${attemptId} no longer counts: another was begun in its place.`,
  },
});
