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
  /** The command's id is older than answers are kept: whether it was done before can't be told, so it is not done. */
  | 'command-expired'
  /** The actor's kind, in this version, takes no such command: nothing was done. */
  | 'command-unsupported'
  /** The request went from actor to actor too often: they go in a circle. */
  | 'hops-exceeded'
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

export const overloaded = (): Outage =>
  new Outage('overloaded', 'Too many messages wait for the actor: nothing was done.');

export const quarantined = (cause?: unknown): Outage =>
  new Outage('quarantined', 'The actor fails on what it has stored or is given, and waits for an operator.', { cause });

export const unknownCommand = (kind: string, type: string): Outage =>
  new Outage('command-unsupported', `${kind} takes no command ${type} in this version: nothing was done.`);

export const tooOld = (): Outage =>
  new Outage(
    'command-expired',
    'The id of the command is too old to tell whether it was done before, or from a clock that is ahead: nothing was done.',
  );

export const tooManyHops = (): Outage =>
  new Outage('hops-exceeded', 'The request went from actor to actor too often: nothing was done.');

export const expired = (): Outage =>
  new Outage('deadline-exceeded', 'The deadline has passed: whether the command was applied is not known.');

export const asleep = (): Outage => new Outage('stopping', 'The actor has gone to sleep.');

/** By an operator, or by somebody who ends it. */
export const stopped = (): Outage => new Outage('stopping', 'The actor was stopped: nothing was done.');

export const killed = (): Outage =>
  new Outage('outcome-unknown', 'The actor was killed: whether the command was applied is not known.');

/** The actor, or its shard, is not in this process any more. */
export const gone = (): Outage => new Outage('stopping', 'The actor is no longer in this process: nothing was done.');

/** What was read may be old by now. */
export const unsure = (): Outage =>
  new Outage('storage-away', 'Whether this process still has the actor is not known: nothing was done.');

export const unknownOutcome = (cause: unknown): Outage =>
  cause instanceof Outage
    ? cause
    : new Outage('outcome-unknown', 'The write failed: whether it was applied is not known.', { cause });
