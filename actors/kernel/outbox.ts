/** Messages that actors have sent with their events: delivered until answered, and then struck from the journal. */

import type { DeliveryOptions, DeliveryView } from './delivery.ts';
import { Deliveries, deliveryBackOff } from './delivery.ts';
import { backOffMs } from './back-off.ts';
import type { ActorAddress } from './command.ts';
import type { Journal, OutboxMessage } from './journal.ts';
import type { Limits } from './limits.ts';
import { Outage } from './outage.ts';
import type { ServiceContext } from './supervision/child.ts';
import { untilAborted } from './waiting.ts';

interface OutboxOptions extends DeliveryOptions {
  readonly journal: Journal;
  readonly limits: Limits;
}

/**
 * How often the journal is looked through again: for what was written after its sender had given up on
 * the write, or by a former owner of the shard. Both are rare, and nobody else would deliver it.
 */
const lookEveryMs = 60_000;

/** One that this process delivers, without what it says. */
export interface MessageHere {
  readonly id: string;
  readonly to: ActorAddress;
  /** Of its command. */
  readonly type: string;
  readonly delivery: DeliveryView;
}

/** It waits for others to be answered. */
const notBegun: DeliveryView = { attempts: 0, lastFailure: null, nextAttemptAt: null };

export class Outbox {
  private readonly options: OutboxOptions;
  private readonly deliveries: Deliveries;
  /**
   * Waiting, being delivered, or, null, answered and not yet struck: found again in the journal, they are not
   * sent again.
   */
  private readonly known = new Map<string, OutboxMessage | null>();
  /** Read or committed, and waiting for others to be answered. */
  private waiting: OutboxMessage[] = [];
  /** Answered, and to be struck. */
  private answered: string[] = [];
  private striking: Promise<void> | null = null;
  private isStopped = false;
  /** Of the undelivered messages the last one read, or null before the first; undefined when all are read. */
  private readUpTo: string | null | undefined = null;
  private isReading = false;
  /** What is read now may have been asked for before there was more. */
  private readsAgain = false;
  private failures = 0;
  private disarmRead: () => void = () => {};
  private disarmStrike: () => void = () => {};

  constructor(options: OutboxOptions) {
    this.options = options;
    this.deliveries = new Deliveries(options);
  }

  /** Takes up what former runs have left. */
  start(): void {
    void this.readOn();
  }

  /** The service: its part of the system's life, at the end of which what has been answered is struck. */
  async run({ signal, started }: ServiceContext): Promise<void> {
    started();
    await untilAborted(signal);
    await this.stop();
  }

  /** There may be messages in the journal that were not this process's before. */
  lookAgain(): void {
    if (this.isReading) {
      this.readsAgain = true;
      return;
    }
    this.disarmRead();
    this.readUpTo = null;
    void this.readOn();
  }

  send(messages: readonly OutboxMessage[]): void {
    for (const message of messages) {
      if (this.known.has(message.id)) continue;
      // It is found in the journal when there is room again.
      if (this.known.size >= this.options.limits.outboxKnownMax) continue;
      this.known.set(message.id, message);
      this.waiting.push(message);
    }
    this.deliver();
  }

  /** Null for one that this process does not deliver, or not any more. */
  messageHere(id: string): MessageHere | null {
    const message = this.known.get(id) ?? null;
    if (message === null) return null;
    const { to, command } = message;
    return { id, to, type: command.type, delivery: this.deliveries.view(id) ?? notBegun };
  }

  /**
   * Has a message of the journal tried at once, whether it waits for its next attempt, for others, or in the journal
   * alone for want of room; what is asked just now goes on. Null where it has been answered.
   */
  tryNow(message: OutboxMessage): MessageHere | null {
    if (this.isStopped) throw new Outage('stopping', 'The system is stopping: nothing was done.');
    const { id } = message;
    const place = this.waiting.findIndex((one) => one.id === id);
    if (place >= 0) this.waiting.splice(place, 1);
    if (place >= 0 || !this.known.has(id)) {
      // Past the bounds: there is one for each time that an operator asks.
      this.known.set(id, message);
      this.begin(message);
    } else this.deliveries.retry(id);
    return this.messageHere(id);
  }

  /** Resolves when what has been answered is struck, or the journal can't be reached. */
  private async stop(): Promise<void> {
    this.isStopped = true;
    this.deliveries.stop();
    this.disarmRead();
    this.disarmStrike();
    await this.strike();
  }

  private deliver(): void {
    while (this.deliveries.active < this.options.limits.outboxInFlightMax) {
      const message = this.waiting.shift();
      if (message === undefined) break;
      this.begin(message);
    }
    if (this.waiting.length === 0) void this.readOn();
  }

  private begin({ id, to, command }: OutboxMessage): void {
    this.deliveries.start(id, to, command, () => {
      this.known.set(id, null);
      this.answered.push(id);
      void this.strike();
      this.deliver();
    });
  }

  private async readOn(): Promise<void> {
    if (this.isReading || this.isStopped || this.readUpTo === undefined) return;
    const { journal, limits, report } = this.options;
    this.isReading = true;
    try {
      const messages = await journal.undelivered(this.readUpTo, limits.outboxInFlightMax);
      this.readUpTo = this.readsAgain ? null : messages.at(-1)?.id;
      this.readsAgain = false;
      this.failures = 0;
      this.isReading = false;
      if (this.readUpTo === undefined) this.lookLater();
      else if (this.known.size < limits.outboxKnownMax) this.send(messages);
      else {
        this.readUpTo = undefined;
        this.lookLater();
      }
    } catch (error) {
      report({ type: 'delivery-store-failed', store: 'outbox', error });
      this.disarmRead = this.afterFailure(() => {
        this.isReading = false;
        void this.readOn();
      });
    }
  }

  private lookLater(): void {
    if (this.isStopped) return;
    const { clock } = this.options;
    this.disarmRead = clock.at(clock.now() + lookEveryMs, () => {
      this.readUpTo = null;
      void this.readOn();
    });
  }

  /** One write at a time; what is answered meanwhile goes with the next one. */
  private strike(): Promise<void> {
    if (this.striking === null && this.answered.length > 0) this.striking = this.strikeAll();
    return this.striking ?? Promise.resolve();
  }

  /** Ends in the same moment in which it finds nothing more: who is answered a moment later begins anew. */
  private async strikeAll(): Promise<void> {
    while (this.answered.length > 0) {
      const ids = this.answered;
      this.answered = [];
      try {
        await this.options.journal.delivered(ids);
        this.failures = 0;
        for (const id of ids) this.known.delete(id);
      } catch (error) {
        // They are delivered once more after a restart, and their receivers know them.
        this.options.report({ type: 'delivery-store-failed', store: 'outbox', error });
        this.answered = [...ids, ...this.answered];
        this.disarmStrike();
        if (!this.isStopped) this.disarmStrike = this.afterFailure(() => void this.strike());
        break;
      }
    }
    this.striking = null;
  }

  private afterFailure(call: () => void): () => void {
    const { clock, chance } = this.options;
    this.failures++;
    return clock.at(clock.now() + backOffMs(deliveryBackOff, this.failures, chance()), call);
  }
}
