/** Delivers commands that must arrive, as often as it takes: nobody but this waits for their answer. */

import type { BackOff } from './back-off.ts';
import { backOffMs } from './back-off.ts';
import type { Clock } from './clock.ts';
import type { ActorAddress, Command } from './command.ts';
import type { Report } from './kernel-event.ts';

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

export class Deliveries {
  private readonly options: DeliveryOptions;
  private readonly underWay = new Map<string, () => void>();
  private isStopped = false;
  /** Asked and not answered; those that wait to be tried again are not counted, so that they keep out nobody. */
  active = 0;

  constructor(options: DeliveryOptions) {
    this.options = options;
  }

  get size(): number {
    return this.underWay.size;
  }

  /** Delivers once for each id at a time; `onAnswer` is called after the answer. */
  start(id: string, to: ActorAddress, command: Command, onAnswer: () => void): void {
    if (this.isStopped || this.underWay.has(id)) return;
    const { clock, deliver, chance, report } = this.options;
    let failures = 0;
    const attempt = (): void => {
      this.underWay.set(id, () => {});
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
          failures++;
          const retryInMs = backOffMs(deliveryBackOff, failures, chance());
          report({ type: 'delivery-failed', to, error, retryInMs });
          this.underWay.set(id, clock.at(clock.now() + retryInMs, attempt));
        },
      );
    };
    attempt();
  }

  /** What has not been answered stays in the journal for the next start. */
  stop(): void {
    this.isStopped = true;
    for (const disarm of this.underWay.values()) disarm();
    this.underWay.clear();
  }
}
