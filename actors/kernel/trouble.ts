/** What is remembered of an actor that has failed; most never do. */

import { commandFailuresMax, restartPeriodMs, restartsMax } from './limits.ts';
import type { Item } from './mailbox.ts';
import type { Write } from './writes.ts';

/** Commands that are refused unheard at the same time; of more the oldest is tried again. */
const poisonsKept = 64;

export class Trouble {
  /** A write of which it is not known whether the journal has it. */
  doubtful: Write | null = null;
  private item: Item | null = null;
  private failures = 0;
  private restarts = 0;
  private periodStart = 0;
  /** Command id → until when it is refused. */
  private readonly poisons = new Map<string, number>();

  /** Counts a failure on this command: true when it has failed so often in a row that it is not chance. */
  isPoison(item: Item): boolean {
    this.failures = this.item === item ? this.failures + 1 : 1;
    this.item = item;
    if (this.failures < commandFailuresMax) return false;
    this.over();
    return true;
  }

  /** Refuses the command for a while: whoever sends it on and on must not bring down the actor with it. */
  refuse(commandId: string, now: number): void {
    this.poisons.delete(commandId);
    this.poisons.set(commandId, now + restartPeriodMs);
    for (const oldest of this.poisons.keys()) {
      if (this.poisons.size <= poisonsKept) break;
      this.poisons.delete(oldest);
    }
  }

  isRefused(commandId: string, now: number): boolean {
    return (this.poisons.get(commandId) ?? 0) > now;
  }

  /** Counts a restart: true when there were too many in the period. */
  isTooOften(now: number): boolean {
    if (now - this.periodStart >= restartPeriodMs) {
      this.periodStart = now;
      this.restarts = 0;
    }
    this.restarts++;
    return this.restarts > restartsMax;
  }

  /** A command went well. */
  over(): void {
    this.item = null;
    this.failures = 0;
  }
}
