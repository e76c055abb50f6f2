/** What actors are told: commands, and how the type of a command says what it is answered with. */

declare const answeredWith: unique symbol;
declare const streams: unique symbol;

/**
 * A message that asks an actor for something. An interface of a kind's commands extends it with the
 * type of its answer: `interface CancelOrder extends Command<CancelReceipt> { readonly type: 'CancelOrder'; … }`.
 * Commands are plain data: they are stored as JSON (timers, outbox) and travel between nodes.
 */
export interface Command<Reply = unknown> {
  readonly type: string;
  /** Exists in the type alone. */
  readonly [answeredWith]?: Reply;
}

/** What a command is answered with. */
export type ReplyTo<C> = C extends Command<infer Reply> ? Reply : never;

/** What an actor may say, after its answer, to whoever asked for a stream: `extends Command<void>, Streams<Progress>`. */
export interface Streams<Item> {
  /** Exists in the type alone. */
  readonly [streams]?: Item;
}

export type StreamedBy<C> = C extends Streams<infer Item> ? Item : never;

/** Something that has happened to an actor: past tense, plain data, stored for ever. */
export interface DomainEvent {
  readonly type: string;
}

/** Why an actor does not do what it was asked: a value, told to the caller as it is. */
export interface Refusal {
  /** Stable, in `docs/errors.md`. */
  readonly code: string;
  /** For people, about the values at hand. */
  readonly message: string;
  /** What to do instead. */
  readonly remedy?: string;
  /** JSON pointer to the part of the command that is at fault, where there is one. */
  readonly field?: string;
}

/** Whom a message is for: a kind's name and an id that is unique in it. */
export interface ActorAddress {
  readonly kind: string;
  readonly id: string;
}

/** A command on its way to an actor. */
export interface Message {
  readonly to: ActorAddress;
  readonly command: Command;
}
