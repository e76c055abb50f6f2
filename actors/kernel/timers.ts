/**
 * Durable timers: waits for the next one that the journal knows, and delivers it as a command whose id
 * follows from the timer, so that it is applied once however often it is delivered.
 */

import { randomUUID } from 'node:crypto';
import { backOffMs } from './back-off.ts';
import type { ActorAddress } from './command.ts';
import type { TimerChange } from './decision.ts';
import type { DeliveryOptions } from './delivery.ts';
import { Deliveries, deliveryBackOff } from './delivery.ts';
import { derivedId } from './derived-id.ts';
import type { DueTimer, Journal } from './journal.ts';
import type { Limits } from './limits.ts';
import type { ServiceContext } from './supervision/child.ts';
import { untilAborted } from './waiting.ts';

interface TimersOptions extends DeliveryOptions {
  readonly journal: Journal;
  readonly limits: Limits;
}

/** Timers that others put into the journal (a shard taken over) are seen after this time at the latest. */
const lookEveryMs = 60_000;

/** More are due than can be delivered at once: those that wait are looked for again after this time. */
const lookAgainMs = 100;

export class Timers {
  private readonly options: TimersOptions;
  private readonly deliveries: Deliveries;
  private readonly volatile = new Map<string, { readonly address: ActorAddress; readonly disarm: () => void }>();
  private wakeAt = Infinity;
  private disarm: () => void = () => {};
  private isLooking = false;
  private looksAgain = false;
  private isStopped = false;
  private failures = 0;

  constructor(options: TimersOptions) {
    this.options = options;
    this.deliveries = new Deliveries(options);
  }

  start(): void {
    void this.look();
  }

  /** The service: its part of the system's life, at the end of which nothing more is delivered. */
  async run({ signal, started }: ServiceContext): Promise<void> {
    started();
    await untilAborted(signal);
    this.stop();
  }

  /** There may be timers in the journal that were not this process's before. */
  lookAgain(): void {
    void this.look();
  }

  /** Of actors that are not in this process any more. */
  forget(isGone: (address: ActorAddress) => boolean): void {
    for (const [key, { address, disarm }] of this.volatile) {
      if (!isGone(address)) continue;
      disarm();
      this.volatile.delete(key);
    }
  }

  /** The changes are in the journal. */
  changed(changes: readonly TimerChange[]): void {
    for (const change of changes) if (change.type === 'set') this.wake(change.at);
  }

  /** Timers of actors that are not in the journal, and so go when the process ends. */
  setVolatile(address: ActorAddress, changes: readonly TimerChange[]): void {
    const { clock, deliver, report } = this.options;
    for (const change of changes) {
      const key = JSON.stringify([address.kind, address.id, change.name]);
      this.volatile.get(key)?.disarm();
      this.volatile.delete(key);
      if (change.type === 'clear' || this.isStopped) continue;
      const { at, command } = change;
      const ring = (): void => {
        this.volatile.delete(key);
        // Delivered once: an id that another timer of that name and time has would take it for that one.
        deliver(address, command, randomUUID()).catch((error: unknown) => {
          report({ type: 'dropped', address, command: command.type, reason: String(error) });
        });
      };
      this.volatile.set(key, { address, disarm: clock.at(at, ring) });
    }
  }

  private stop(): void {
    this.isStopped = true;
    this.disarm();
    this.deliveries.stop();
    for (const { disarm } of this.volatile.values()) disarm();
    this.volatile.clear();
  }

  private wake(at: number): void {
    if (this.isStopped || at >= this.wakeAt) return;
    this.disarm();
    this.wakeAt = at;
    this.disarm = this.options.clock.at(at, () => {
      this.wakeAt = Infinity;
      void this.look();
    });
  }

  private async look(): Promise<void> {
    if (this.isStopped) return;
    if (this.isLooking) {
      this.looksAgain = true;
      return;
    }
    const { clock, journal, limits, chance, report } = this.options;
    this.isLooking = true;
    this.looksAgain = false;
    const now = clock.now();
    try {
      // Those under way are read again: without room for them they would hide the others.
      const limit = limits.timersInFlightMax + this.deliveries.size;
      const { due, nextAt } = await journal.dueTimers(now, limit);
      this.failures = 0;
      for (const timer of due) this.deliver(timer);
      this.looksAgain ||= due.length === limit && this.deliveries.active < limits.timersInFlightMax;
      this.wake(
        Math.min(Math.max(nextAt ?? Infinity, now + (due.length === limit ? lookAgainMs : 0)), now + lookEveryMs),
      );
    } catch (error) {
      report({ type: 'delivery-store-failed', store: 'timers', error });
      this.failures++;
      this.wake(now + backOffMs(deliveryBackOff, this.failures, chance()));
    }
    this.isLooking = false;
    if (this.looksAgain) void this.look();
  }

  private deliver(timer: DueTimer): void {
    const { address, name, at, command } = timer;
    if (this.deliveries.active >= this.options.limits.timersInFlightMax) return;
    const id = derivedId('timer', address.kind, address.id, name, at);
    this.deliveries.start(id, address, command, () => {
      this.clear(timer);
    });
  }

  private clear(timer: DueTimer): void {
    const { journal, report } = this.options;
    journal.clearTimer(timer).then(
      () => {
        if (this.deliveries.active === this.options.limits.timersInFlightMax - 1) void this.look();
      },
      (error: unknown) => {
        // It is found again and answered from memory.
        report({ type: 'delivery-store-failed', store: 'timers', error });
        this.wake(this.options.clock.now() + deliveryBackOff.maxMs);
      },
    );
  }
}
