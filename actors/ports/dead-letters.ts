/** Messages to those outside that were refused: what an operator sees of them, and has sent again. */

import type { DeadLetter, MessagePlace } from '#kernel';

export interface DeadLetters {
  /** In the order of their shards and places, after that one. */
  list(after: MessagePlace | null, limit: number): Promise<readonly DeadLetter[]>;
  /** How many there are. */
  buried(): Promise<number>;
  find(place: MessagePlace): Promise<DeadLetter | null>;
  /** The owner of its shard sends it in a moment; null: it is not there, or not any more. */
  askFor(place: MessagePlace): Promise<DeadLetter | null>;
}
