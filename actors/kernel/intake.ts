/** How messages get into mailboxes: what is refused at the door, and by when an answer must have come. */

import type { AskOptions } from './actor-system.ts';
import { askTimeoutMs } from './actor-system.ts';
import type { Cell } from './cell.ts';
import type { Clock } from './clock.ts';
import { isExpired } from './command-age.ts';
import type { Command } from './command.ts';
import { Deadlines, Envelope } from './envelope.ts';
import type { AnyAnswer } from './envelope.ts';
import { hopsMax } from './limits.ts';
import { Outage, gone, overloaded, tooManyHops, tooOld } from './outage.ts';
import { commandOf, noCause } from './parcel.ts';
import type { Item } from './parcel.ts';
import type { AnyDecide, Residents } from './residents.ts';

export interface Delivery {
  /** What the system itself delivers has a bound of its own, and gets past a full mailbox; it must arrive however late. */
  readonly isInternal?: boolean;
  readonly stream?: string | null;
  /** Asked instead of the actor's own decider. */
  readonly decide?: AnyDecide | null;
}

/** One for all, since most asks are made without: nobody writes to it. */
const noOptions: AskOptions = {};
const noDelivery: Delivery = {};

export class Intake {
  /** Nobody from outside is let in any more. */
  isClosed = false;
  private readonly clock: Clock;
  private readonly deadlines: Deadlines;
  private readonly fencedShards = new Set<number>();
  private hasFenced = false;

  constructor(clock: Clock) {
    this.clock = clock;
    this.deadlines = new Deadlines(clock);
  }

  /** True when the shard was there until now. */
  fence(shard: number): boolean {
    const isNew = !this.fencedShards.has(shard);
    this.fencedShards.add(shard);
    this.hasFenced = true;
    return isNew;
  }

  stop(): void {
    this.deadlines.stop();
  }

  /** A command that nobody waits for; null for a cell that is to be found. */
  tell(residents: Residents, id: string, item: Item, known: Cell | null = null): void {
    if (this.isFenced(residents, id)) {
      residents.dropped(id, commandOf(item), 'stopping');
      return;
    }
    const cell = known ?? residents.cell(id);
    if (cell.mailbox.isFull(residents.bounds)) residents.dropped(id, commandOf(item), 'overloaded');
    else cell.accept(item);
  }

  ask(
    residents: Residents,
    id: string,
    command: Command,
    options: AskOptions = noOptions,
    { isInternal = false, stream = null, decide = null }: Delivery = noDelivery,
    known: Cell | null = null,
  ): Promise<AnyAnswer> {
    const { commandId = null, timeoutMs = askTimeoutMs, traceId, signal } = options;
    const { cause = traceId === undefined ? noCause : { traceId, hops: 0 } } = options;
    if (this.isClosed && !isInternal) return refused(closed());
    if (this.isFenced(residents, id)) return refused(gone());
    if (cause.hops > hopsMax) return refused(tooManyHops());
    const now = this.clock.now();
    if (commandId !== null && !isInternal && isExpired(commandId, now)) return refused(tooOld());
    const cell = known ?? residents.cell(id);
    if (!isInternal && cell.mailbox.isFull(residents.bounds)) return refused(overloaded());
    const promise = new Promise<AnyAnswer>(capture);
    const isPlain = stream === null && decide === null && signal === undefined;
    const particulars = isPlain ? null : { stream, decide, signal: signal ?? null };
    const due = this.deadlines.due(now, timeoutMs);
    const { resolve, reject } = captured;
    cell.accept(new Envelope(command, cause, commandId, particulars, due, resolve, reject));
    return promise;
  }

  /** An ask of an actor that is in another process, which looks at all that only it can know. */
  question(
    command: Command,
    options: AskOptions = noOptions,
    { isInternal = false, stream = null }: Delivery = noDelivery,
    send: (envelope: Envelope) => void,
  ): Promise<AnyAnswer> {
    const { commandId = null, timeoutMs = askTimeoutMs, traceId, signal } = options;
    const { cause = traceId === undefined ? noCause : { traceId, hops: 0 } } = options;
    if (this.isClosed && !isInternal) return refused(closed());
    if (cause.hops > hopsMax) return refused(tooManyHops());
    const now = this.clock.now();
    if (commandId !== null && !isInternal && isExpired(commandId, now)) return refused(tooOld());
    const promise = new Promise<AnyAnswer>(capture);
    const isPlain = stream === null && signal === undefined;
    const particulars = isPlain ? null : { stream, decide: null, signal: signal ?? null };
    const due = this.deadlines.due(now, timeoutMs);
    const { resolve, reject } = captured;
    const envelope = new Envelope(command, cause, commandId, particulars, due, resolve, reject);
    if (!envelope.isSettled) send(envelope);
    return promise;
  }

  private isFenced(residents: Residents, id: string): boolean {
    return this.hasFenced && this.fencedShards.has(residents.shardOf(id));
  }
}

const closed = (): Outage => new Outage('stopping', 'The system is stopping: nothing was done.');

const refused = (outage: Outage): Promise<AnyAnswer> => Promise.reject(outage);

/** What the promise made last is settled with: a function of its own for each ask would cost as much as the ask. */
const captured: { resolve: (answer: AnyAnswer) => void; reject: (outage: Error) => void } = {
  resolve: () => {},
  reject: () => {},
};

const capture = (resolve: (answer: AnyAnswer) => void, reject: (outage: Error) => void): void => {
  captured.resolve = resolve;
  captured.reject = reject;
};
