/** Reads actors from the journal, many in one read, few reads at a time. */

import type { BackOff } from './back-off.ts';
import { backOffMs } from './back-off.ts';
import type { Cell } from './cell.ts';
import type { Clock } from './clock.ts';
import type { ActorAddress } from './command.ts';
import type { Journal, Recovery } from './journal.ts';
import { recoveryEventsMax } from './journal.ts';
import type { Report } from './kernel-event.ts';
import type { Limits } from './limits.ts';
import { Outage } from './outage.ts';

interface RecovererOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly chance: () => number;
  readonly report: Report;
}

/** Short first: most outages are a connection that has to be opened again. */
const backOff: BackOff = { firstMs: 50, maxMs: 5_000 };

export class Recoverer {
  private readonly options: RecovererOptions;
  private waiting: Cell[] = [];
  private reads = 0;
  private failures = 0;
  private isGathering = false;
  private isBackingOff = false;

  constructor(options: RecovererOptions) {
    this.options = options;
  }

  request(cell: Cell): void {
    this.waiting.push(cell);
    if (this.isGathering || this.isBackingOff) return;
    this.isGathering = true;
    // Whoever is asked for in this turn of the event loop is read together.
    setImmediate(() => {
      this.isGathering = false;
      this.read();
    });
  }

  private read(): void {
    const { limits } = this.options;
    while (this.waiting.length > 0 && this.reads < limits.recoveriesMax && !this.isBackingOff) {
      const batch = this.waiting.splice(0, limits.recoveryBatchMax);
      this.reads++;
      this.recover(batch).then(
        (recoveries) => {
          this.reads--;
          this.failures = 0;
          for (const [place, cell] of batch.entries()) {
            const recovery = recoveries[place];
            if (recovery === undefined) throw new Error('The journal answered for fewer actors than it was asked for.');
            cell.recovered(recovery);
          }
          this.read();
        },
        (error: unknown) => {
          this.reads--;
          this.fail(batch, error);
        },
      );
    }
  }

  private async recover(batch: readonly Cell[]): Promise<readonly Recovery[]> {
    const asked = batch.map(({ address, home }) => ({ address, schema: home.kind.snapshot?.schema ?? null }));
    const recoveries = await this.options.journal.recover(asked);
    return Promise.all(
      recoveries.map(async (recovery, place) => {
        const address = asked[place]?.address;
        return recovery.isComplete || address === undefined ? recovery : this.readOn(address, recovery);
      }),
    );
  }

  private async readOn(address: ActorAddress, recovery: Recovery): Promise<Recovery> {
    const events = [...recovery.events];
    for (let isComplete = false; !isComplete;) {
      const page = await this.options.journal.read(
        address,
        events.at(-1)?.seq ?? recovery.snapshot?.seq ?? 0,
        recoveryEventsMax,
      );
      events.push(...page);
      isComplete = page.length < recoveryEventsMax;
    }
    return { ...recovery, events, isComplete: true };
  }

  private fail(batch: readonly Cell[], error: unknown): void {
    const { clock, chance, report } = this.options;
    this.failures++;
    const retryInMs = backOffMs(backOff, this.failures, chance());
    report({ type: 'recovery-failed', actors: batch.length, error, retryInMs });
    const outage =
      error instanceof Outage
        ? error
        : new Outage('storage-away', 'The actor could not be read: nothing was done.', { cause: error });
    this.waiting.push(...batch.filter((cell) => cell.recoveryFailed(outage)));
    if (this.isBackingOff) return;
    this.isBackingOff = true;
    clock.at(clock.now() + retryInMs, () => {
      this.isBackingOff = false;
      this.read();
    });
  }
}
