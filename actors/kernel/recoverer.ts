/** Reads actors from the journal, many in one read, few reads at a time, those that somebody waits for first. */

import { setImmediate } from 'node:timers/promises';
import type { BackOff } from './back-off.ts';
import { backOffMs } from './back-off.ts';
import type { Clock } from './clock.ts';
import type { Journal, Recovery } from './journal.ts';
import type { Report } from './kernel-event.ts';
import type { Life } from './life.ts';
import type { Limits } from './limits.ts';
import { Outage } from './outage.ts';
import { Rebuild } from './rebuild.ts';

interface RecovererOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly chance: () => number;
  readonly report: Report;
}

/** Short first: most outages are a connection that has to be opened again. */
const backOff: BackOff = { firstMs: 50, maxMs: 5_000 };

/** Events in one read of an actor that has more of them than a recovery brings: some hundred kilobytes. */
const pageEvents = 1_000;

export class Recoverer {
  private readonly options: RecovererOptions;
  /** Somebody waits for an answer of these. */
  private awaited = new Set<Life>();
  private others = new Set<Life>();
  private reads = 0;
  /** Settles when nobody's further pages are being read. */
  private long: Promise<void> = Promise.resolve();
  private failures = 0;
  private isGathering = false;
  private isBackingOff = false;

  constructor(options: RecovererOptions) {
    this.options = options;
  }

  request(actor: Life): void {
    (actor.isAwaited ? this.awaited : this.others).add(actor);
    if (this.isGathering || this.isBackingOff) return;
    this.isGathering = true;
    void this.gather();
  }

  /** Whoever is asked for in this turn of the event loop is read together. */
  private async gather(): Promise<void> {
    await setImmediate();
    this.isGathering = false;
    this.readWaiting();
  }

  /** Somebody waits for it now. */
  hurry(actor: Life): void {
    if (this.others.delete(actor)) this.awaited.add(actor);
  }

  private readWaiting(): void {
    while (this.reads < this.options.limits.recoveriesMax && !this.isBackingOff) {
      const batch = [...this.take(this.awaited, this.options.limits.recoveryBatchMax)];
      batch.push(...this.take(this.others, this.options.limits.recoveryBatchMax - batch.length));
      if (batch.length === 0) return;
      this.reads++;
      void this.read(batch);
    }
  }

  private *take(cells: Set<Life>, max: number): Generator<Life> {
    let taken = 0;
    for (const actor of cells) {
      if (taken++ >= max) return;
      cells.delete(actor);
      yield actor;
    }
  }

  /** Never rejects. */
  private async read(batch: readonly Life[]): Promise<void> {
    let left = batch;
    try {
      const recoveries = await this.options.journal.recover(
        batch.map((actor) => ({ address: actor.address, schema: actor.snapshotSchema })),
      );
      this.failures = 0;
      let sliceEnd = performance.now() + this.options.limits.sliceMs;
      for (const [place, actor] of batch.entries()) {
        const recovery = recoveries[place];
        if (recovery === undefined) throw new Error('The journal answered for fewer actors than it was asked for.');
        left = batch.slice(place + 1);
        this.rebuild(actor, recovery);
        if (performance.now() < sliceEnd) continue;
        await setImmediate();
        sliceEnd = performance.now() + this.options.limits.sliceMs;
      }
      this.reads--;
    } catch (error) {
      this.reads--;
      this.fail(left, error);
    }
    this.readWaiting();
  }

  private rebuild(actor: Life, recovery: Recovery): void {
    const rebuild = attempt(actor, () => new Rebuild(actor.home.kind, actor.id, recovery));
    if (rebuild === null) return;
    if (recovery.isComplete) actor.recovered(rebuild, recovery);
    // Those with many events are read one at a time, beside the others: nobody waits for all of their pages.
    else this.long = this.long.then(() => this.readOn(actor, rebuild, recovery));
  }

  /** Never rejects. */
  private async readOn(actor: Life, rebuild: Rebuild, recovery: Recovery): Promise<void> {
    const { journal } = this.options;
    let newest = recovery.events;
    try {
      for (let count = pageEvents; count === pageEvents && actor.isRecovering;) {
        const page = await journal.read(actor.address, rebuild.seq, pageEvents);
        if (attempt(actor, () => rebuild.add(page)) === null) return;
        count = page.length;
        if (count > 0) newest = page;
      }
    } catch (error) {
      this.fail([actor], error);
      return;
    }
    actor.recovered(rebuild, { ...recovery, events: newest });
  }

  private fail(batch: readonly Life[], error: unknown): void {
    const { clock, chance, report } = this.options;
    this.failures++;
    const retryInMs = backOffMs(backOff, this.failures, chance());
    report({ type: 'recovery-failed', actors: batch.length, error, retryInMs });
    const outage =
      error instanceof Outage
        ? error
        : new Outage('storage-away', 'The actor could not be read: nothing was done.', { cause: error });
    for (const actor of batch) if (actor.recoveryFailed(outage)) this.others.add(actor);
    if (this.isBackingOff) return;
    this.isBackingOff = true;
    clock.at(clock.now() + retryInMs, () => {
      this.isBackingOff = false;
      this.readWaiting();
    });
  }
}

/** What the actor's events come to, or null when it has been told that they can't be read. */
const attempt = <T>(actor: Life, rebuild: () => T): T | null => {
  try {
    return rebuild();
  } catch (error) {
    actor.unreadable(error);
    return null;
  }
};
