/**
 * A slot: a service that takes work from the dispatcher and does it, one piece at a time. What it does
 * is told to the work's own actor, which decides what counts; a slot that dies loses nothing but time.
 */

import { Outage } from '#kernel';
import type { ActorAddress, Publication, Service } from '#kernel';
import { attemptIdOf, leaseRenewalMs, slotNameOf } from '../backtest/lease.ts';
import { dispatcherId, dispatcherKind } from '../dispatcher/dispatcher.ts';
import { isSame } from '../dispatcher/dispatch-queue.ts';
import { slotChannel } from '../dispatcher/dispatcher-messages.ts';
import type { SlotSignal, TakeWork, WaitingWork } from '../dispatcher/dispatcher-messages.ts';
import { Attempt } from './attempt.ts';
import { Bell } from './bell.ts';
import type { FeedStore } from './feed-store.ts';
import { Place } from './place.ts';
import { PortionSize } from './portion-size.ts';
import { runBacktest } from './run-backtest.ts';
import { runPortion } from './run-portion.ts';
import type { SlotNeeds } from './slot-needs.ts';

/** How often a slot with nothing to do asks without being told, in milliseconds: signals may get lost. */
const askAgainMs = 5_000;

/** `number` counts the slots of this process from 1. */
export const runnerSlot = (
  needs: SlotNeeds,
  { feeds, number }: { readonly feeds: FeedStore; readonly number: number },
): Service => {
  const slot = slotNameOf(needs.incarnation, number);
  // Beyond a restart of the service: no attempt's id comes twice.
  let attempts = 0;
  return {
    name: `slot-${number}`,
    async run({ signal, started }) {
      const { system, bus, clock } = needs;
      const bell = new Bell();
      const place = new Place(needs.openRunner);
      const portions = new PortionSize();
      let current: { readonly work: WaitingWork; readonly attempt: Attempt } | null = null;
      const unsubscribe = bus.subscribe(slotChannel(slot), ({ data }: Publication) => {
        const told = data as SlotSignal; // on this channel there is nothing else
        if (told.type === 'wake') bell.ring();
        else if (current !== null && isSame(current.work.address, told.address)) current.attempt.stop('withdrawn');
      });
      const stop = (): void => current?.attempt.stop('stopping');
      signal.addEventListener('abort', stop, { once: true });
      started();
      try {
        while (!signal.aborted) {
          const work = await takeWork(needs, slot);
          if (work === null) {
            await bell.wait({ ms: askAgainMs, clock, signal });
            continue;
          }
          const attempt = new Attempt({ id: attemptIdOf(slot, ++attempts), slot, needs, feeds, place });
          current = { work, attempt };
          if (signal.aborted) attempt.stop('stopping');
          // A failure in here ends the service, which starts again: what it held is told by its lease.
          needs.onWork?.(true);
          const again = await keepingWork(needs, slot, () => doWork(attempt, work.address, portions)).finally(() => {
            needs.onWork?.(false);
          });
          current = null;
          system.tell(dispatcherKind, dispatcherId, { type: 'GiveBack', slot, address: work.address, again });
        }
      } finally {
        signal.removeEventListener('abort', stop);
        unsubscribe();
        place.close();
      }
    },
  };
};

/** Work, or null: when there is none, and when the dispatcher can't be asked now. */
const takeWork = async ({ system }: SlotNeeds, slot: string): Promise<WaitingWork | null> => {
  try {
    const take: TakeWork = { type: 'TakeWork', slot };
    const answer = await system.ask(dispatcherKind, dispatcherId, take);
    return answer.type === 'replied' ? answer.reply : null;
  } catch (error) {
    if (error instanceof Outage) return null;
    throw error;
  }
};

/** True when there may be more of it. */
const doWork = async (attempt: Attempt, { kind, id }: ActorAddress, portions: PortionSize): Promise<boolean> => {
  if (kind === 'batch') {
    const startedAt = attempt.needs.clock.now();
    const { again, members } = await runPortion(attempt, id, portions.of(id));
    portions.took(id, { members, ms: attempt.needs.clock.now() - startedAt });
    return again;
  }
  await runBacktest(attempt, id);
  return false;
};

/** Does the work while letting the dispatcher know that the slot is at it. */
const keepingWork = async <T>({ system, clock }: SlotNeeds, slot: string, work: () => Promise<T>): Promise<T> => {
  let disarm = (): void => undefined;
  const keep = (): void => {
    system.tell(dispatcherKind, dispatcherId, { type: 'KeepWork', slot });
    disarm = clock.at(clock.now() + leaseRenewalMs, keep);
  };
  disarm = clock.at(clock.now() + leaseRenewalMs, keep);
  try {
    return await work();
  } finally {
    disarm();
  }
};
