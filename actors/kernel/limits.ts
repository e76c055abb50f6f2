/** The bounds of a running system, each with its reason; a composition root may set others. */

export interface Limits {
  /** Actors in memory; above it the longest unused leave. At a few KB of state each, some hundred MB. */
  readonly residentsMax: number;
  /** Messages waiting for one actor whose kind does not say: about what it does in a tenth of a second. */
  readonly mailboxMessagesMax: number;
  /** Bytes of messages waiting for one actor whose kind does not say: many small ones, or a few of the largest. */
  readonly mailboxBytesMax: number;
  /** Messages that one actor handles before the next one gets its turn. */
  readonly turnMessagesMax: number;
  /** How long actors run before sockets and timers get their turn. */
  readonly sliceMs: number;
  /** Writes of one actor decided ahead of their commit; then it waits, and its mailbox fills. */
  readonly uncommittedWritesMax: number;
  /** Answers of one actor that wait for one commit. */
  readonly gatedAnswersMax: number;
  /** Reads of the journal for recovery at the same time, and actors in one of them. */
  readonly recoveriesMax: number;
  readonly recoveryBatchMax: number;
  /** Idle time after which an actor whose kind does not say leaves memory. */
  readonly passivateAfterMs: number;
  /** Durable timers, and outbox messages, being delivered at the same time. */
  readonly timersInFlightMax: number;
  readonly outboxInFlightMax: number;
  /** Outbox messages in memory, waiting or tried again and again; beyond them they are left in the journal. */
  readonly outboxKnownMax: number;
  /** What an actor has said to somebody who does not take it: beyond it the stream ends. */
  readonly streamItemsMax: number;
  /** How long `stop` waits for what is under way. */
  readonly stopMs: number;
}

export const defaultLimits: Limits = {
  residentsMax: 100_000,
  mailboxMessagesMax: 1_024,
  mailboxBytesMax: 8 * 1024 * 1024,
  turnMessagesMax: 64,
  sliceMs: 4,
  uncommittedWritesMax: 64,
  gatedAnswersMax: 1_024,
  recoveriesMax: 2,
  recoveryBatchMax: 256,
  passivateAfterMs: 300_000,
  timersInFlightMax: 256,
  outboxInFlightMax: 256,
  outboxKnownMax: 20_000,
  streamItemsMax: 1_024,
  stopMs: 20_000,
};

/** A command that fails so often in a row is to blame, not chance: the actor is quarantined with it. */
export const commandFailuresMax = 3;

/** An actor that is restarted more often than this within the period is quarantined. */
export const restartsMax = 10;
export const restartPeriodMs = 60_000;

/** Actors that a request may go through: more are a circle. */
export const hopsMax = 16;
