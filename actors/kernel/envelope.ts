/** An ask on its way: the command, and the caller who waits for the answer until a deadline. */

import type { Answer } from './actor-system.ts';
import type { Clock } from './clock.ts';
import type { Command, Refusal } from './command.ts';
import { Outage, expired } from './outage.ts';
import type { Cause } from './parcel.ts';
import type { AnyDecide } from './residents.ts';

export type AnyAnswer = Answer<unknown, Refusal>;

/** The moment until which some callers wait: one for all that began to wait at the same moment for as long. */
export interface Due {
  /** Milliseconds UTC. */
  readonly at: number;
  readonly envelopes: Envelopes;
}

/** What few asks have. */
export interface Particulars {
  /** Where to send what the actor says after its answer; null for a caller who wants the answer alone. */
  readonly stream: string | null;
  /** An operator's, to be asked instead of the actor's own decider. */
  readonly decide: AnyDecide | null;
  /** Nobody waits any more once it is aborted. */
  readonly signal: AbortSignal | null;
}

/**
 * Not a kind of `Parcel`, and without a field that it can do without: there is one for each ask, and a
 * thousand outstanding ones are moved about by each collection of garbage.
 */
export class Envelope {
  readonly command: Command;
  readonly cause: Cause;
  readonly commandId: string | null;
  readonly particulars: Particulars | null;
  /** Null when nobody waits any more: answered, expired or given up. */
  private due: Due | null;
  /** Places among the envelopes that wait as long. */
  earlier: Envelope | null = null;
  later: Envelope | null = null;
  private readonly resolve: (answer: AnyAnswer) => void;
  private readonly reject: (outage: Error) => void;

  /** In a row, since an object to name them would be one more for each ask. */
  constructor(
    command: Command,
    cause: Cause,
    commandId: string | null,
    particulars: Particulars | null,
    due: Due,
    resolve: (answer: AnyAnswer) => void,
    reject: (outage: Error) => void,
  ) {
    this.command = command;
    this.cause = cause;
    this.commandId = commandId;
    this.particulars = particulars;
    this.due = due;
    this.resolve = resolve;
    this.reject = reject;
    due.envelopes.add(this);
    if (particulars !== null) this.listen(particulars.signal);
  }

  get stream(): string | null {
    return this.particulars?.stream ?? null;
  }

  get decide(): AnyDecide | null {
    return this.particulars?.decide ?? null;
  }

  get isSettled(): boolean {
    return this.due === null;
  }

  isDue(now: number): boolean {
    return this.due !== null && this.due.at <= now;
  }

  get dueAt(): number {
    return this.due?.at ?? -Infinity;
  }

  answer(answer: AnyAnswer): void {
    if (this.settle()) this.resolve(answer);
  }

  fail(outage: Error): void {
    if (this.settle()) this.reject(outage);
  }

  /** Called by the signal, which knows the envelope itself as its listener: nothing is kept for it. */
  handleEvent({ target }: Event): void {
    // Of no other event, and of nothing but the signal.
    this.giveUp((target as AbortSignal).reason);
  }

  private listen(signal: AbortSignal | null): void {
    if (signal === null) return;
    if (signal.aborted) this.giveUp(signal.reason);
    else signal.addEventListener('abort', this, { once: true });
  }

  private giveUp(cause: unknown): void {
    this.fail(new Outage('deadline-exceeded', 'The caller no longer waits.', { cause }));
  }

  private settle(): boolean {
    if (this.due === null) return false;
    this.due.envelopes.remove(this);
    this.due = null;
    // A signal may live for many asks.
    this.particulars?.signal?.removeEventListener('abort', this);
    return true;
  }
}

/** Waiting asks, each to be failed at its deadline; one clock call for each length of time-out, not for each ask. */
export class Deadlines {
  private readonly clock: Clock;
  private readonly byTimeout = new Map<number, Envelopes>();
  private last: Envelopes | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** For a caller who begins to wait now. */
  due(now: number, timeoutMs: number): Due {
    // Most wait as long as the one before.
    if (timeoutMs === this.last?.timeoutMs) return this.last.dueAt(now + timeoutMs);
    let envelopes = this.byTimeout.get(timeoutMs);
    if (envelopes === undefined) {
      envelopes = new Envelopes(timeoutMs);
      this.byTimeout.set(timeoutMs, envelopes);
      this.arm(envelopes, now + timeoutMs);
    }
    this.last = envelopes;
    return envelopes.dueAt(now + timeoutMs);
  }

  stop(): void {
    for (const envelopes of this.byTimeout.values()) envelopes.disarm();
    this.byTimeout.clear();
    this.last = null;
  }

  private arm(envelopes: Envelopes, at: number): void {
    envelopes.disarm = this.clock.at(at, () => {
      this.expire(envelopes);
    });
  }

  private expire(envelopes: Envelopes): void {
    const now = this.clock.now();
    while (envelopes.earliest?.isDue(now) === true) envelopes.earliest.fail(expired());
    if (envelopes.earliest !== null) {
      this.arm(envelopes, envelopes.earliest.dueAt);
      return;
    }
    this.byTimeout.delete(envelopes.timeoutMs);
    if (this.last === envelopes) this.last = null;
  }
}

/** Envelopes in the order of their deadlines, linked through themselves: settling one costs no search. */
class Envelopes {
  readonly timeoutMs: number;
  earliest: Envelope | null = null;
  disarm: () => void = () => {};
  private latest: Envelope | null = null;
  private newest: Due | null = null;

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  dueAt(at: number): Due {
    if (this.newest?.at !== at) this.newest = { at, envelopes: this };
    return this.newest;
  }

  add(envelope: Envelope): void {
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
    envelope.earlier = null;
    envelope.later = null;
  }
}
