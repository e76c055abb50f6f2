/** Messages that actors have sent with their events: delivered until answered, and then struck from the journal. */

import type { DeliveryOptions } from './delivery.ts';
import { Deliveries, deliveryBackOff } from './delivery.ts';
import { backOffMs } from './back-off.ts';
import type { Journal, OutboxMessage } from './journal.ts';
import type { Limits } from './limits.ts';

interface OutboxOptions extends DeliveryOptions {
  readonly journal: Journal;
  readonly limits: Limits;
}

export class Outbox {
  private readonly options: OutboxOptions;
  private readonly deliveries: Deliveries;
  /** Read or committed, and waiting for others to be answered. */
  private waiting: OutboxMessage[] = [];
  /** Answered, and to be struck. */
  private answered: string[] = [];
  private striking: Promise<void> | null = null;
  private isStopped = false;
  /** Of the messages of former runs the last one read, or null before the first; undefined when all are read. */
  private readUpTo: string | null | undefined = null;
  private isReading = false;
  private failures = 0;
  private disarm: () => void = () => {};

  constructor(options: OutboxOptions) {
    this.options = options;
    this.deliveries = new Deliveries(options);
  }

  /** Takes up what former runs have left. */
  start(): void {
    void this.readOn();
  }

  send(messages: readonly OutboxMessage[]): void {
    for (const message of messages) this.waiting.push(message);
    this.deliver();
  }

  /** Resolves when what has been answered is struck, or the journal can't be reached. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.deliveries.stop();
    this.disarm();
    await this.strike();
  }

  private deliver(): void {
    while (this.deliveries.active < this.options.limits.outboxInFlightMax) {
      const message = this.waiting.shift();
      if (message === undefined) break;
      this.deliveries.start(message.id, message.to, message.command, () => {
        this.answered.push(message.id);
        void this.strike();
        this.deliver();
      });
    }
    if (this.waiting.length === 0) void this.readOn();
  }

  private async readOn(): Promise<void> {
    if (this.isReading || this.isStopped || this.readUpTo === undefined) return;
    const { journal, limits, report } = this.options;
    this.isReading = true;
    try {
      const messages = await journal.undelivered(this.readUpTo, limits.outboxInFlightMax);
      this.readUpTo = messages.at(-1)?.id;
      this.failures = 0;
      this.isReading = false;
      this.send(messages);
    } catch (error) {
      report({ type: 'delivery-store-failed', store: 'outbox', error });
      this.failures++;
      this.retry(() => {
        this.isReading = false;
        void this.readOn();
      });
    }
  }

  /** One write at a time; what is answered meanwhile goes with the next one. */
  private strike(): Promise<void> {
    this.striking ??= this.strikeAll().finally(() => {
      this.striking = null;
    });
    return this.striking;
  }

  private async strikeAll(): Promise<void> {
    while (this.answered.length > 0) {
      const ids = this.answered;
      this.answered = [];
      try {
        await this.options.journal.delivered(ids);
        this.failures = 0;
      } catch (error) {
        // They are delivered once more after a restart, and their receivers know them.
        this.options.report({ type: 'delivery-store-failed', store: 'outbox', error });
        this.answered = [...ids, ...this.answered];
        if (!this.isStopped) {
          this.failures++;
          this.retry(() => void this.strike());
        }
        return;
      }
    }
  }

  private retry(call: () => void): void {
    const { clock, chance } = this.options;
    this.disarm = clock.at(clock.now() + backOffMs(deliveryBackOff, this.failures, chance()), call);
  }
}
