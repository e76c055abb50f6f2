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
