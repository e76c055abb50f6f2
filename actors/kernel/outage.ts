/** Why an ask has no answer. Refusals are values; these are errors. */

export type OutageCode =
  /** The mailbox is full: nothing was done; try again later. */
  | 'overloaded'
  /** The deadline passed: it may have been done; ask again with the same command id. */
  | 'deadline-exceeded'
  /** The write failed or its outcome is not known: ask again with the same command id. */
  | 'outcome-unknown'
  /** The store can't be reached: nothing was done. */
  | 'storage-away'
  /** The actor fails on what it has, and waits for an operator. */
  | 'quarantined'
  /** The system is stopping: nothing was done. */
  | 'stopping';

export class Outage extends Error {
  override readonly name = 'Outage';
  readonly code: OutageCode;

  constructor(code: OutageCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export const quarantined = (): Outage =>
  new Outage('quarantined', 'The actor fails on what it has stored or is given, and waits for an operator.');

export const poisoned = (cause?: unknown): Outage =>
  new Outage('quarantined', 'The actor failed on this command each time it was tried.', { cause });

export const asleep = (): Outage => new Outage('stopping', 'The actor has gone to sleep.');

/** The actor, or its shard, is not in this process any more. */
export const gone = (): Outage => new Outage('stopping', 'The actor is no longer in this process: nothing was done.');

/** What was read may be old by now. */
export const unsure = (): Outage =>
  new Outage('storage-away', 'Whether this process still has the actor is not known: nothing was done.');

export const unknownOutcome = (cause: unknown): Outage =>
  cause instanceof Outage
    ? cause
    : new Outage('outcome-unknown', 'The write failed: whether it was applied is not known.', { cause });
