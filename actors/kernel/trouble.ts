/** What is remembered of an actor that has failed; most never do. */

import type { Command } from './command.ts';
import { standingOf } from './doubt.ts';
import { Envelope } from './envelope.ts';
import type { Quarantine, Recovery } from './journal.ts';
import { commandFailuresMax, restartPeriodMs, restartsMax } from './limits.ts';
import type { Item } from './parcel.ts';
import { commandOf } from './parcel.ts';
import type { Write } from './writes.ts';

export class Trouble {
  /** A write of which it is not known whether the journal has it. */
  doubtful: Write | null = null;
  /** Why the actor is left alone. */
  quarantine: Quarantine | null = null;
  /** Settles when the journal has the quarantine, or could not take it. */
  storing: Promise<void> = Promise.resolve();
  lastFailure: { readonly message: string; readonly at: number } | null = null;
  /** The snapshot could not be read: the events are. */
  withoutSnapshot = false;
  restarts = 0;
  private item: Item | null = null;
  private failures = 0;
  private restartsInPeriod = 0;
  private periodStart = 0;

  /** Counts a failure on this command: true when it has failed so often in a row that it is not chance. */
  isPoison(item: Item): boolean {
    this.failures = this.item === item ? this.failures + 1 : 1;
    this.item = item;
    return this.failures >= commandFailuresMax;
  }

  /** Counts a restart: true when there were too many in the period. */
  isTooOften(now: number): boolean {
    this.restarts++;
    if (now - this.periodStart >= restartPeriodMs) {
      this.periodStart = now;
      this.restartsInPeriod = 0;
    }
    this.restartsInPeriod++;
    return this.restartsInPeriod > restartsMax;
  }

  note(error: unknown, at: number): void {
    this.lastFailure = { message: messageOf(error), at };
  }

  /** A command went well. */
  over(): void {
    this.item = null;
    this.failures = 0;
  }

  /** An operator says to go on. */
  forgive(): void {
    this.over();
    this.quarantine = null;
    this.restartsInPeriod = 0;
  }

  /** The doubtful write, if it has turned out to be in the journal: then its consequences are due. */
  settle(seq: number, recovery: Recovery | null): Write | null {
    const { doubtful } = this;
    if (doubtful === null) return null;
    const standing = standingOf(doubtful, seq, recovery);
    if (standing === 'open') return null;
    this.doubtful = null;
    return standing === 'stored' ? doubtful : null;
  }
}

export const quarantineOf = (
  cause: Quarantine['cause'],
  error: unknown,
  at: number,
  { item = null, seq = null }: { readonly item?: Item | null; readonly seq?: number | null } = {},
): Quarantine => ({
  cause,
  reason: messageOf(error),
  detail: error instanceof Error ? withCauses(error) : String(error),
  at,
  command:
    item === null
      ? null
      : {
          id: item instanceof Envelope ? item.commandId : null,
          type: commandOf(item).type,
          json: jsonOf(commandOf(item)),
        },
  seq,
});

const jsonOf = (command: Command): string => {
  try {
    return JSON.stringify(command);
  } catch (error) {
    // It may be what the actor failed on.
    return `not JSON: ${messageOf(error)}`;
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const withCauses = (error: Error): string => {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${withCauses(error.cause)}` : stack;
};
