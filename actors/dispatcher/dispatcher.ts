/**
 * The kind of actor that gives slots their work. It remembers nothing: work announces itself again, and
 * slots ask again, so a new dispatcher knows all there is after a while.
 */

import type { ActorKind, Decide, Effect } from '#kernel';
import { slotChannel } from './dispatcher-messages.ts';
import type { DispatcherCommand, DispatcherRefusal, SlotSignal } from './dispatcher-messages.ts';
import { incarnationOf } from '../backtest/lease.ts';
import { emptyQueue, entryOf, evolveQueue, isSame, nextWork, wantedSlots } from './dispatch-queue.ts';
import type { DispatcherEvent, DispatchQueue } from './dispatch-queue.ts';

export interface DispatchLimits {
  /** Work that waits, of all users together: some hundred bytes each. */
  readonly waitingMax: number;
  /** Of one user, so that nobody takes the room of the others. */
  readonly waitingPerUserMax: number;
  /** Slots that one user may have at work at once. */
  readonly runningPerUserMax: number;
}

/** By default one user alone may use all slots: fairness needs no more than giving the next one to another. */
const usualLimits: DispatchLimits = { waitingMax: 200_000, waitingPerUserMax: 20_000, runningPerUserMax: Infinity };

/** Slots that were silent for so long, in milliseconds, hold nothing any more. */
const silenceMax = 60_000;

const decideWithin = (
  limitsNow: () => DispatchLimits,
): Decide<DispatcherCommand, DispatchQueue, DispatcherEvent, DispatcherRefusal> => ({
  Announce: ({ work }, queue) => {
    const { waitingMax, waitingPerUserMax } = limitsNow();
    const isKnown = entryOf(queue, work.address, work.userId) !== undefined;
    const ofUser = queue.waiting.get(work.userId)?.length ?? 0;
    if (!isKnown && (queue.waitingCount >= waitingMax || ofUser >= waitingPerUserMax))
      return {
        refusal: {
          code: 'queue-full',
          message: `${queue.waitingCount} backtests wait, ${ofUser} of them of this user.`,
          remedy: 'It waits where it is recorded and announces itself again; submit fewer at once.',
        },
      };
    const woken = queue.idle.slice(0, work.slotsMax);
    return {
      reply: null,
      events: [{ type: 'WorkAnnounced', work }, ...woken.map((slot) => ({ type: 'SlotWoken', slot }) as const)],
      effects: woken.map((slot) => signal(slot, { type: 'wake' })),
    };
  },

  Withdraw: ({ address, userId }, queue) => ({
    reply: null,
    events: [{ type: 'WorkWithdrawn', address, userId }],
    effects: [...queue.running]
      .filter(([, { entry }]) => isSame(entry.work.address, address))
      .map(([slot]) => signal(slot, { type: 'abort', address })),
  }),

  TakeWork: ({ slot }, queue, { now }) => {
    // A slot that asks has nothing (perhaps an answer did not reach it), and those that were silent for
    // too long have nothing either: their work waits again. Its actor refuses it where it is done.
    const events = [...queue.running]
      .filter(([each, { keptAt }]) => each === slot || now - keptAt > silenceMax)
      .map(([each]): DispatcherEvent => ({ type: 'WorkGivenBack', slot: each, again: true }));
    const work = nextWork(events.reduce(evolveQueue, queue), limitsNow().runningPerUserMax);
    events.push(work === null ? { type: 'SlotWaits', slot } : { type: 'WorkTaken', slot, work, at: now });
    return { reply: work, events };
  },

  GiveBack: ({ slot, address, again }, queue) => {
    const running = queue.running.get(slot);
    if (running === undefined || !isSame(running.entry.work.address, address)) return { reply: null };
    const events: DispatcherEvent[] = [{ type: 'WorkGivenBack', slot, again }];
    const after = events.reduce(evolveQueue, queue);
    const [idle] = after.idle;
    // Room within a user's quota, or more of a batch: somebody who waits may have it.
    if (idle === undefined || nextWork(after, limitsNow().runningPerUserMax) === null) return { reply: null, events };
    return {
      reply: null,
      events: [...events, { type: 'SlotWoken', slot: idle }],
      effects: [signal(idle, { type: 'wake' })],
    };
  },

  KeepWork: ({ slot }, queue, { now }) => ({
    reply: null,
    events: queue.running.has(slot) ? [{ type: 'WorkKept', slot, at: now }] : [],
  }),

  KeepSlots: ({ alive }, queue) => {
    const isGone = (slot: string): boolean => !alive.includes(incarnationOf(slot));
    const events: DispatcherEvent[] = [...queue.running.keys()]
      .filter(isGone)
      .map((slot) => ({ type: 'WorkGivenBack', slot, again: true }));
    for (const slot of queue.idle) if (isGone(slot)) events.push({ type: 'SlotGone', slot });
    if (events.length === 0) return { reply: null };
    const after = events.reduce(evolveQueue, queue);
    const woken = nextWork(after, limitsNow().runningPerUserMax) === null ? [] : after.idle.slice(0, events.length);
    return {
      reply: null,
      events: [...events, ...woken.map((slot) => ({ type: 'SlotWoken', slot }) as const)],
      effects: woken.map((slot) => signal(slot, { type: 'wake' })),
    };
  },
  GetQueue: (_command, queue) => {
    const byUser: Record<string, number> = {};
    for (const { entry } of queue.running.values()) byUser[entry.work.userId] = (byUser[entry.work.userId] ?? 0) + 1;
    for (const [userId, entries] of queue.waiting) byUser[userId] = (byUser[userId] ?? 0) + entries.length;
    return {
      reply: {
        waiting: queue.waitingCount,
        running: queue.running.size,
        slots: queue.running.size + queue.idle.length,
        wanted: wantedSlots(queue),
        byUser,
      },
    };
  },
});

const signal = (slot: string, data: SlotSignal): Effect => ({
  type: 'publish',
  publication: { channel: slotChannel(slot), key: data.type, data },
});

export const dispatcherWithin = (limits: Partial<DispatchLimits>) => dispatcherKindWith(() => limits);

/** Limits that may change under way: each decision is made within those of its moment. */
export const dispatcherKindWith = (
  limits: () => Partial<DispatchLimits>,
): ActorKind<DispatcherCommand, DispatchQueue, DispatcherEvent, DispatcherRefusal> => ({
  name: 'dispatcher',
  durability: 'volatile',
  initialState: () => emptyQueue,
  decide: decideWithin(() => ({ ...usualLimits, ...limits() })),
  evolve: evolveQueue,
  passivateAfterMs: 'never',
  // A burst of submissions announces each of them; dropped ones would wait for their timers.
  mailbox: { messagesMax: 100_000 },
});

/** Of the only one. */
export const dispatcherId = 'main';

export const dispatcherKind = dispatcherWithin({});
