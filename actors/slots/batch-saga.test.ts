/** The life of a batch, struck at each word of it, as that of a backtest is. */

import { describe, expect, test } from 'vitest';
import type { StoredEvent } from '#kernel';
import { batchSpecOf } from '../backtest/testing/specs.ts';
import { batchKind } from '../batch/batch.ts';
import type { BatchSpec, BatchView } from '../batch/batch-messages.ts';
import type { BatchEvent } from '../batch/batch-state.ts';
import { symbolKind } from '../symbol/symbol.ts';
import { strikeEverywhere } from '../testing/strikes.ts';
import type { Strike } from '../testing/blows.ts';
import type { Program } from '../testing/program.ts';
import type { World } from '../testing/world.ts';
import { completed, endless, excluded, threw } from './testing/fake-runner.ts';
import { checkInbox, checkQueue, slotsWorld } from './testing/slots-world.ts';
import type { MemoryResults } from './testing/slots-system.ts';
import type { SlotsWorldOptions } from './testing/slots-world.ts';

interface Way extends Pick<SlotsWorldOptions, 'compiling'> {
  readonly spec?: Partial<BatchSpec>;
  readonly answering: (world: World) => SlotsWorldOptions['answering'];
  readonly status: BatchView['status'];
}

const members = 24;
const slots = 2;

const cancelling = ({ world }: Program): void => {
  const commandId = `cancel at ${world.moments.length}`;
  world.request(batchKind, 'm', { type: 'CancelBatch' }, commandId).catch((error: unknown) => world.fail(error));
};

const killingAndCancelling = (program: Program): void => {
  program.kill();
  cancelling(program);
};

/** Of the members one is excluded and one fails. */
const usual: ReturnType<Way['answering']> = (job, signal) => {
  const { fast } = job.params;
  return (fast === 3 ? excluded : fast === 20 ? threw : completed)(job, signal);
};

/** The ways that the life of a batch may go. */
const ways: Readonly<Record<string, Way>> = {
  'that is completed': { answering: () => usual, status: 'completed' },
  'that loses a portion': {
    answering: () => usual,
    compiling: (nth) => {
      if (nth === 1) throw new Error('killed');
    },
    status: 'completed',
  },
  'that runs for long': {
    answering: (world) => async (job, signal, nth) => {
      if (nth === 1) await world.pause(20_000);
      return usual(job, signal, nth);
    },
    status: 'completed',
  },
  'of which nothing is left': { answering: () => excluded, status: 'failed' },
  'whose plan does not fit': {
    spec: { plan: { type: 'grid', grid: { wrong: `1..${members}` } } },
    answering: () => usual,
    status: 'failed',
  },
  'that is cancelled as it runs': {
    answering: (world) => (job, signal, nth) => {
      if (nth < members / 2) return usual(job, signal, nth);
      cancelling(world.current);
      return endless(job, signal);
    },
    status: 'cancelled',
  },
};

const struck = new Set<string>();
const seenTypes = new Set<string>();

describe.each(Object.entries(ways))('a batch %s', (_name, way) => {
  test('comes to its end, whatever happens at whichever step', async () => {
    const { failures } = await strikeEverywhere(
      { live: (strike) => live(way, strike), meanwhile: [cancelling, killingAndCancelling] },
      struck,
    );
    expect(failures).toEqual([]);
  });
});

test('all steps that a batch knows were among these', () => {
  expect([...seenTypes].sort()).toEqual(Object.keys(batchKind.eventTypes ?? {}).sort());
});

/** Lives through it, and holds what must hold of it whatever has happened. */
const live = async (way: Way, strike: Strike | null): Promise<World> => {
  const { answering, status, compiling, spec } = way;
  const { world, results }: ReturnType<typeof slotsWorld> = slotsWorld({
    slots,
    known: [{ id: 'm', kind: 'batch' }],
    answering: (...given) => answering(world)(...given),
    ...(compiling === undefined ? {} : { compiling }),
    strike,
  });
  await world.settled(world.request(symbolKind, 'GOOG', { type: 'ListSymbol', tick: '0.01', lot: '1' }, 'list'));
  const submitted = batchSpecOf({ plan: { type: 'grid', grid: { fast: `1..${members}` } }, ...spec });
  await world.settled(world.request(batchKind, 'm', { type: 'SubmitBatch', spec: submitted, members }, 'submit'));
  await world.untilAllIsDone(() => eventsOf(world).some(({ type }) => type === 'OwnerNotified'));
  world.conclude();
  expect(strike === null || world.hasStruck).toBe(true);

  const asked = await world.settled(world.request(batchKind, 'm', { type: 'GetBatch' }));
  if (asked.type === 'refused') throw new Error(asked.refusal.message);
  const view = asked.reply;
  expect(strike === null ? [status] : possibleEndings(status, strike)).toContain(view.status);
  if (view.status === 'failed') expect(view.failure).toBeTruthy();
  checkMembers(view, results, strike);
  checkJournal(eventsOf(world), view);
  const kind = view.status === 'completed' ? 'batch.completed' : `backtest.${view.status}`;
  await checkInbox(world, { kind, backtestId: 'm' });
  await checkQueue(world, slots);
  expect(world.reports.filter(({ type }) => type === 'quarantined' || type === 'defect')).toEqual([]);
  await world.stop();
  return world;
};

const eventsOf = ({ journal }: World): readonly StoredEvent[] => journal.eventsOf({ kind: 'batch', id: 'm' });

const possibleEndings = (status: string, { blow, moment }: Strike): readonly string[] => {
  if (blow === cancelling || blow === killingAndCancelling) return [status, 'cancelled'];
  // A runner that fails whoever asks it loses every portion.
  if (blow === 'away' && moment.call.startsWith('runner')) return [status, 'failed'];
  return [status];
};

/** Each member counts once, and nothing is kept that does not count, unless somebody comes back from the dead with it. */
const checkMembers = (view: BatchView, results: MemoryResults, strike: Strike | null): void => {
  const kept = [...results.members.keys()].filter(
    (attemptId) => strike?.blow !== 'frozen' || view.attemptIds.includes(attemptId) || !attemptId.startsWith('p1-'),
  );
  expect(kept.sort()).toEqual([...view.attemptIds].sort());
  const indexes = view.attemptIds
    .flatMap((attemptId) => results.members.get(attemptId) ?? [])
    .map(({ index }) => index);
  expect(new Set(indexes).size).toBe(indexes.length);
  expect(indexes).toHaveLength(view.done + view.failed);
  if (view.status === 'completed') expect(view.done + view.failed + view.excluded).toBe(members);
};

/** The events tell of each portion what came of it, and of one end. */
const checkJournal = (stored: readonly StoredEvent[], { attemptIds }: BatchView): void => {
  const events = stored
    .filter(({ type }) => type !== 'CommandAnswered')
    .map(({ payload }) => JSON.parse(payload) as BatchEvent); // of this kind
  for (const { type } of events) seenTypes.add(type);
  const types = events.flatMap(({ type }) => (type === 'ResultsRemoved' ? [] : [type])).join(' ');
  const portions = '(PortionReserved |PortionRenewed |PortionStored |PortionLost )*';
  expect(types).toMatch(
    new RegExp(`^BatchRecorded ${portions}(BatchCompleted|BatchFailed|BatchCancelled) OwnerNotified$`),
  );
  const ofType = (type: 'PortionReserved' | 'PortionStored' | 'PortionLost'): readonly string[] =>
    events.flatMap((event) => {
      if (event.type === 'PortionReserved' && type === event.type) return [event.lease.attemptId];
      return (event.type === 'PortionStored' || event.type === 'PortionLost') && type === event.type
        ? [event.attemptId]
        : [];
    });
  const reserved = ofType('PortionReserved');
  const settled = [...ofType('PortionStored'), ...ofType('PortionLost')];
  expect(new Set(reserved).size).toBe(reserved.length);
  expect(new Set(settled).size).toBe(settled.length);
  expect(settled.filter((attemptId) => !reserved.includes(attemptId))).toEqual([]);
  expect(ofType('PortionStored')).toEqual(attemptIds);
};
