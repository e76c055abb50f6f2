/**
 * The life of a backtest, struck at each word of it: killed, frozen, cut off, cancelled. Where it may be
 * struck is told by lives without blows, so a new step is struck by itself.
 */

import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '#kernel';
import { backtestKind } from '../backtest/backtest.ts';
import type { BacktestView } from '../backtest/backtest-messages.ts';
import type { BacktestEvent } from '../backtest/backtest-state.ts';
import { specOf } from '../backtest/testing/specs.ts';
import { inboxKind } from '../inbox/inbox.ts';
import { symbolKind } from '../symbol/symbol.ts';
import { strikeEverywhere } from '../testing/strikes.ts';
import type { Strike } from '../testing/blows.ts';
import type { Program } from '../testing/program.ts';
import type { World } from '../testing/world.ts';
import { completed, endless, threw } from './testing/fake-runner.ts';
import { checkInbox, checkQueue, slotsWorld } from './testing/slots-world.ts';
import type { SlotsWorldOptions } from './testing/slots-world.ts';

interface Way {
  readonly answering: (world: World) => SlotsWorldOptions['answering'];
  readonly status: BacktestView['status'];
}

const killed = (): never => {
  throw new Error('killed');
};

const cancelling = ({ world }: Program): void => {
  const commandId = `cancel at ${world.moments.length}`;
  world.request(backtestKind, 'b', { type: 'CancelBacktest' }, commandId).catch((error: unknown) => world.fail(error));
};

const killingAndCancelling = (program: Program): void => {
  program.kill();
  cancelling(program);
};

/** The ways that the life of a backtest may go. */
const ways: Readonly<Record<string, Way>> = {
  'that is completed': { answering: () => completed, status: 'completed' },
  'that is completed by its second attempt': {
    answering: () => (job, signal, nth) => (nth === 1 ? killed() : completed(job, signal)),
    status: 'completed',
  },
  'that runs for long': {
    answering: (world) => async (job, signal) => {
      await world.pause(20_000);
      return completed(job, signal);
    },
    status: 'completed',
  },
  'that fails': { answering: () => threw, status: 'failed' },
  'that brings its places down': { answering: () => killed, status: 'failed' },
  'that is cancelled as it runs': {
    answering: (world) => (job, signal) => {
      cancelling(world.current);
      return endless(job, signal);
    },
    status: 'cancelled',
  },
};

const slots = 2;
const struck = new Set<string>();
const seenTypes = new Set<string>();

describe.each(Object.entries(ways))('a backtest %s', (_name, way) => {
  test('comes to its end, whatever happens at whichever step', async () => {
    const { lives, failures } = await strikeEverywhere(
      { live: (strike) => live(way, strike), meanwhile: [cancelling, killingAndCancelling] },
      struck,
    );
    expect(failures).toEqual([]);
    expect(lives).toBeGreaterThan(50);
  });
});

test('all steps that a backtest knows were among these', () => {
  expect([...seenTypes].sort()).toEqual(Object.keys(backtestKind.eventTypes ?? {}).sort());
});

/** Lives through it, and holds what must hold of it whatever has happened. */
const live = async ({ answering, status }: Way, strike: Strike | null): Promise<World> => {
  const { world, results }: ReturnType<typeof slotsWorld> = slotsWorld({
    slots,
    known: [{ id: 'b', kind: 'single' }],
    answering: (...given) => answering(world)(...given),
    strike,
  });
  await world.settled(world.request(symbolKind, 'GOOG', { type: 'ListSymbol', tick: '0.01', lot: '1' }, 'list'));
  await world.settled(world.request(backtestKind, 'b', { type: 'SubmitBacktest', spec: specOf() }, 'submit'));
  await world.untilAllIsDone(() => eventsOf(world).some(({ type }) => type === 'OwnerNotified'));
  world.conclude();
  expect(strike === null || world.hasStruck).toBe(true);

  const asked = await world.settled(world.request(backtestKind, 'b', { type: 'GetBacktest' }));
  if (asked.type === 'refused') throw new Error(asked.refusal.message);
  const view = asked.reply;
  expect(strike === null ? [status] : possibleEndings(status, strike)).toContain(view.status);
  if (view.status === 'failed') expect(view.failure?.message).toBeTruthy();
  // One result counts, and no other is left, unless somebody comes back from the dead with it.
  const kept = [...results.whole.keys()].filter(
    (attemptId) => strike?.blow !== 'frozen' || attemptId === view.attemptId || !attemptId.startsWith('p1-'),
  );
  expect(kept).toEqual(view.status === 'completed' ? [view.attemptId] : []);
  checkJournal(eventsOf(world), view);
  await checkInbox(world, { kind: `backtest.${view.status}`, backtestId: 'b' });
  await checkQueue(world, slots);
  expect(world.reports.filter(({ type }) => type === 'quarantined' || type === 'defect')).toEqual([]);
  await world.stop();
  return world;
};

const eventsOf = ({ journal }: World): readonly StoredEvent[] => journal.eventsOf({ kind: 'backtest', id: 'b' });

const possibleEndings = (status: string, { blow, moment }: Strike): readonly string[] => {
  if (blow === cancelling || blow === killingAndCancelling) return [status, 'cancelled'];
  // A runner that fails whoever asks it brings down every attempt.
  if (blow === 'away' && moment.call.startsWith('runner')) return [status, 'failed'];
  return [status];
};

/** The events tell of each step, and of none that was not. */
const checkJournal = (stored: readonly StoredEvent[], { status, attemptId }: BacktestView): void => {
  const events = stored
    .filter(({ type }) => type !== 'CommandAnswered')
    .map(({ payload }) => JSON.parse(payload) as BacktestEvent); // of this kind
  for (const { type } of events) seenTypes.add(type);
  // Results that do not count are removed at any time.
  const types = events.flatMap(({ type }) => (type === 'ResultsRemoved' ? [] : [type])).join(' ');
  const attempt = '(CapacityReserved (LeaseRenewed )*(RunStarted )?(LeaseRenewed )*';
  const lost = `${attempt}AttemptLost CapacityReleased )*`;
  const how = '(ResultsStored BacktestCompleted|BacktestFailed|BacktestCancelled|AttemptLost BacktestFailed)';
  const ended = `(BacktestCancelled|${attempt}${how} CapacityReleased))`;
  expect(types).toMatch(new RegExp(`^BacktestRecorded ${lost}${ended} OwnerNotified$`));
  const attempts = events.flatMap((event) => (event.type === 'CapacityReserved' ? [event.lease.attemptId] : []));
  expect(new Set(attempts).size).toBe(attempts.length);
  if (status === 'completed') expect(attempts.at(-1)).toBe(attemptId);
};

test('a backtest whose owner can’t be told is finished all the same, and told of when an operator has mended that', async () => {
  const { world } = slotsWorld({
    slots,
    known: [],
    answering: completed,
    strike: null,
    // The first program does not know what its inbox has stored, the next one does.
    inboxOf: ({ incarnation }) => (incarnation === 'p1' ? { ...inboxKind, eventTypes: {} as never } : inboxKind),
  });
  await world.settled(world.request(symbolKind, 'GOOG', { type: 'ListSymbol', tick: '0.01', lot: '1' }, 'list'));
  await world.journal.append({
    address: { kind: 'inbox', id: 'ann' },
    shard: 0,
    firstSeq: 1,
    events: [{ type: 'NotificationsRead', version: 1, payload: '{"type":"NotificationsRead","ids":[],"at":0}' }],
    commandId: null,
    answer: null,
    at: 0,
    traceId: null,
    claims: [],
    releases: [],
    timers: [],
    outbox: [],
  });
  await world.settled(world.request(backtestKind, 'b', { type: 'SubmitBacktest', spec: specOf() }, 'submit'));
  await world.until(
    () => world.reports.some(({ type }) => type === 'delivery-failed'),
    'Nobody has tried to tell the owner.',
  );
  expect(eventsOf(world).at(-1)?.type).toBe('OwnerNotified');
  await checkQueue(world, slots);
  expect(world.journal.outboxSize).toBe(1);
  world.current.kill();
  await world.until(() => world.program !== null, 'No program follows.');
  await world.settled(world.current.system.operator.retry({ kind: 'inbox', id: 'ann' }));
  await world.untilAllIsDone(() => true);
  await checkInbox(world, { kind: 'backtest.completed', backtestId: 'b' });
  await world.stop();
});
