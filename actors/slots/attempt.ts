/** An attempt under way: what a slot holds, and why it may have to let go before the end. */

import type { AnyKind, Answer, Clock, CommandOf, ReplyTo } from '#kernel';
import { Outage } from '#kernel';
import { leaseRenewalMs } from '../backtest/lease.ts';
import { pause } from './bell.ts';
import type { FeedStore } from './feed-store.ts';
import { patiently } from './patience.ts';
import type { Place } from './place.ts';
import type { SlotNeeds } from './slot-needs.ts';

/** `withdrawn` and `stale`: nobody wants to hear of it any more. `stopping`: it is to be done again elsewhere. */
type AttemptEnd = 'withdrawn' | 'stale' | 'stopping';

export class Attempt {
  readonly id: string;
  readonly slot: string;
  readonly needs: SlotNeeds;
  readonly feeds: FeedStore;
  readonly place: Place;
  readonly #controller = new AbortController();
  readonly #stopping = new AbortController();
  #end: AttemptEnd | null = null;

  constructor({ id, slot, needs, feeds, place }: Pick<Attempt, 'id' | 'slot' | 'needs' | 'feeds' | 'place'>) {
    this.id = id;
    this.slot = slot;
    this.needs = needs;
    this.feeds = feeds;
    this.place = place;
  }

  /** Aborts when the attempt is to end early. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get end(): AttemptEnd | null {
    return this.#end;
  }

  stop(end: AttemptEnd): void {
    this.#end ??= end;
    this.#controller.abort();
    if (end === 'stopping') this.#stopping.abort();
  }

  /** Asks an actor, through outages; null when it refuses because the attempt no longer counts. */
  async say<K extends AnyKind, C extends CommandOf<K>>(kind: K, id: string, command: C): Promise<Said<ReplyTo<C>>> {
    const { system, clock } = this.needs;
    const answer = await patiently(async () => system.ask<K, C>(kind, id, command), {
      clock,
      signal: this.signal,
      isFinal: (error) => !(error instanceof Outage) || error.code === 'quarantined' || error.code === 'stopping',
    });
    return answer.type === 'replied' ? { counts: true, reply: answer.reply } : { counts: false };
  }

  /** Does something with a store, through outages. */
  async patiently<T>(work: () => Promise<T>, isFinal?: (error: unknown) => boolean): Promise<T> {
    const options = { clock: this.needs.clock, signal: this.signal };
    return patiently(work, isFinal === undefined ? options : { ...options, isFinal });
  }

  /** Takes back what was stored in vain. */
  async takeBack(): Promise<void> {
    const { results, clock } = this.needs;
    await patiently(() => results.remove(this.id), { clock, signal: this.#stopping.signal });
  }

  /**
   * The same where the attempt has ended and it is not known as what: its report may have arrived though
   * the answer did not, and then what was stored is the result.
   */
  async takeBackUnless(counts: () => Promise<boolean>): Promise<void> {
    const { clock } = this.needs;
    if (!(await patiently(counts, { clock, signal: this.#stopping.signal }))) await this.takeBack();
  }

  /** Does the work while renewing the attempt's lease; an attempt that no longer counts is stopped. */
  async underLease<T>(renew: () => Promise<Answer<unknown, unknown>>, work: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    const signal = AbortSignal.any([this.signal, done.signal]);
    const keeping = keepLease({ renew, onStale: () => this.stop('stale'), clock: this.needs.clock, signal });
    try {
      return await work();
    } finally {
      done.abort();
      await keeping;
    }
  }
}

/** Whether the attempt counts, and the answer if it does. */
export type Said<Reply> = { readonly counts: true; readonly reply: Reply } | { readonly counts: false };

const keepLease = async ({
  renew,
  onStale,
  clock,
  signal,
}: {
  readonly renew: () => Promise<Answer<unknown, unknown>>;
  readonly onStale: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): Promise<void> => {
  for (;;) {
    await pause({ ms: leaseRenewalMs, clock, signal });
    if (signal.aborted) return;
    // While the actor can't be reached the lease runs on; once it has ended, the actor says so.
    const answer = await renew().catch(() => null);
    if (answer?.type === 'refused' && !signal.aborted) onStale();
  }
};
