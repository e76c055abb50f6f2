/** An ask on its way: the command, and the caller who waits for the answer until a deadline. */

import type { Answer } from './actor-system.ts';
import type { Clock } from './clock.ts';
import type { Command, Refusal } from './command.ts';
import { Outage, expired } from './outage.ts';
import { Parcel } from './parcel.ts';
import type { Cause } from './parcel.ts';
import type { Verdict } from './verdict.ts';

export type AnyAnswer = Answer<unknown, Refusal>;

interface EnvelopeOptions {
  readonly command: Command;
  readonly cause: Cause;
  readonly commandId: string | null;
  /** Where to send what the actor says after its answer; null for a caller who wants the answer alone. */
  readonly stream: string | null;
  /** Milliseconds UTC. */
  readonly deadline: number;
  readonly resolve: (answer: AnyAnswer) => void;
  readonly reject: (outage: Error) => void;
}

export class Envelope extends Parcel {
  readonly commandId: string | null;
  readonly stream: string | null;
  readonly deadline: number;
  /** Decided by an operator: the actor's own decider is not asked. */
  decided: Verdict | null = null;
  /** Nobody waits any more: answered, expired or given up. */
  isSettled = false;
  private onSettled: (() => void) | null = null;
  /** Places in the list of the envelopes with the same time-out. */
  list: Envelopes | null = null;
  earlier: Envelope | null = null;
  later: Envelope | null = null;
  private readonly resolve: (answer: AnyAnswer) => void;
  private readonly reject: (outage: Error) => void;

  constructor(options: EnvelopeOptions) {
    super(options.command, options.cause);
    this.commandId = options.commandId;
    this.stream = options.stream;
    this.deadline = options.deadline;
    this.resolve = options.resolve;
    this.reject = options.reject;
  }

  answer(answer: AnyAnswer): void {
    if (this.settle()) this.resolve(answer);
  }

  fail(outage: Error): void {
    if (this.settle()) this.reject(outage);
  }

  /** Nobody waits any more once the signal is aborted. */
  giveUpOn(signal: AbortSignal): void {
    const giveUp = (): void => {
      this.fail(new Outage('deadline-exceeded', 'The caller no longer waits.', { cause: signal.reason }));
    };
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp, { once: true });
    // A signal may live for many asks.
    this.onSettled = () => {
      signal.removeEventListener('abort', giveUp);
    };
  }

  private settle(): boolean {
    if (this.isSettled) return false;
    this.isSettled = true;
    this.list?.remove(this);
    if (this.onSettled !== null) this.onSettled();
    return true;
  }
}

/** Waiting asks, each to be failed at its deadline; one clock call for each length of time-out, not for each ask. */
export class Deadlines {
  private readonly clock: Clock;
  private readonly lists = new Map<number, Envelopes>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  watch(envelope: Envelope, timeoutMs: number): void {
    let list = this.lists.get(timeoutMs);
    if (list === undefined) {
      list = new Envelopes();
      this.lists.set(timeoutMs, list);
      this.arm(list, timeoutMs, envelope.deadline);
    }
    list.add(envelope);
  }

  stop(): void {
    for (const list of this.lists.values()) list.disarm();
    this.lists.clear();
  }

  private arm(list: Envelopes, timeoutMs: number, at: number): void {
    list.disarm = this.clock.at(at, () => {
      this.expire(list, timeoutMs);
    });
  }

  private expire(list: Envelopes, timeoutMs: number): void {
    const now = this.clock.now();
    while (list.earliest !== null && list.earliest.deadline <= now) list.earliest.fail(expired());
    if (list.earliest === null) this.lists.delete(timeoutMs);
    else this.arm(list, timeoutMs, list.earliest.deadline);
  }
}

/** Envelopes in the order of their deadlines, linked through themselves: settling one costs no search. */
class Envelopes {
  earliest: Envelope | null = null;
  private latest: Envelope | null = null;
  disarm: () => void = () => {};

  add(envelope: Envelope): void {
    envelope.list = this;
    envelope.earlier = this.latest;
    if (this.latest === null) this.earliest = envelope;
    else this.latest.later = envelope;
    this.latest = envelope;
  }

  remove(envelope: Envelope): void {
    if (envelope.earlier === null) this.earliest = envelope.later;
    else envelope.earlier.later = envelope.later;
    if (envelope.later === null) this.latest = envelope.earlier;
    else envelope.later.earlier = envelope.earlier;
    envelope.list = null;
    envelope.earlier = null;
    envelope.later = null;
  }
}
