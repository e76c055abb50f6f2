/** Delivers commands that must arrive, as often as it takes: nobody but this waits for their answer. */

import type { BackOff } from './back-off.ts';
import { backOffMs } from './back-off.ts';
import type { Clock } from './clock.ts';
import type { ActorAddress, Command } from './command.ts';
import { quarantineReasonMax } from './journal.ts';
import type { Report } from './kernel-event.ts';
import { Outage } from './outage.ts';

/** Asks the actor; resolves when it has answered, with a reply or a refusal. */
export type Deliver = (to: ActorAddress, command: Command, commandId: string) => Promise<unknown>;

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly chance: () => number;
  readonly report: Report;
}

/** Up to a minute: an actor that waits for an operator is asked again for days. */
export const deliveryBackOff: BackOff = { firstMs: 200, maxMs: 60_000 };

/** How far one has come, as operators see it. */
export interface DeliveryView {
  /** In this process, the one under way with them. */
  readonly attempts: number;
  /** `code`: why there was no answer, where that is known. */
  readonly lastFailure: { readonly code: string | null; readonly message: string; readonly at: number } | null;
  /** Null while it is asked. */
  readonly nextAttemptAt: number | null;
}

interface Delivery {
  view: DeliveryView;
  readonly attempt: () => void;
  disarm: () => void;
}

export class Deliveries {
  private readonly options: DeliveryOptions;
  private readonly underWay = new Map<string, Delivery>();
  private isStopped = false;
  /** Asked and not answered; those that wait to be tried again are not counted, so that they keep out nobody. */
  active = 0;

  constructor(options: DeliveryOptions) {
    this.options = options;
  }

  get size(): number {
    return this.underWay.size;
  }

  /** Null where it is not under way. */
  view(id: string): DeliveryView | null {
    return this.underWay.get(id)?.view ?? null;
  }

  /** Tries at once what waits to be tried again; what is asked just now goes on. */
  retry(id: string): void {
    const delivery = this.underWay.get(id);
    if (delivery === undefined || delivery.view.nextAttemptAt === null) return;
    delivery.disarm();
    delivery.attempt();
  }

  /** Delivers once for each id at a time; `onAnswer` is called after the answer. */
  start(id: string, to: ActorAddress, command: Command, onAnswer: () => void): void {
    if (this.isStopped || this.underWay.has(id)) return;
    const { clock, deliver, chance, report } = this.options;
    const attempt = (): void => {
      delivery.view = { ...delivery.view, attempts: delivery.view.attempts + 1, nextAttemptAt: null };
      delivery.disarm = () => {};
      this.active++;
      deliver(to, command, id).then(
        () => {
          this.active--;
          if (this.isStopped) return;
          this.underWay.delete(id);
          onAnswer();
        },
        (error: unknown) => {
          this.active--;
          if (this.isStopped) return;
          const { attempts } = delivery.view;
          const retryInMs = backOffMs(deliveryBackOff, attempts, chance());
          report({ type: 'delivery-failed', to, error, retryInMs });
          const at = clock.now();
          delivery.view = { attempts, lastFailure: { ...failureOf(error), at }, nextAttemptAt: at + retryInMs };
          delivery.disarm = clock.at(at + retryInMs, attempt);
        },
      );
    };
    const delivery: Delivery = {
      view: { attempts: 0, lastFailure: null, nextAttemptAt: null },
      attempt,
      disarm: () => {},
    };
    this.underWay.set(id, delivery);
    attempt();
  }

  /** What has not been answered stays in the journal for the next start. */
  stop(): void {
    this.isStopped = true;
    for (const { disarm } of this.underWay.values()) disarm();
    this.underWay.clear();
  }
}

/** Cut, for there may be very many. */
const failureOf = (error: unknown) => ({
  code: error instanceof Outage ? error.code : null,
  message: (error instanceof Error ? error.message : String(error)).slice(0, quarantineReasonMax),
});
