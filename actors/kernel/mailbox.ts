/** What waits for an actor, first in, first out. */

import type { Command } from './command.ts';
import type { Envelope } from './envelope.ts';

/** A command that nobody waits for is kept bare: most messages need no envelope. */
export type Item = Command | Envelope;

export class Mailbox {
  private items: Item[] = [];
  private first = 0;
  size = 0;

  push(item: Item): void {
    this.items.push(item);
    this.size++;
  }

  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.items[this.first];
    this.first++;
    this.size--;
    if (this.first === this.items.length) {
      // Gives the memory back: most mailboxes are empty most of the time.
      this.items = [];
      this.first = 0;
    } else if (this.first >= compactAfter) {
      this.items = this.items.slice(this.first);
      this.first = 0;
    }
    return item;
  }

  /** Before everything else: items that had been taken out and are to be handled again, in their order. */
  putBack(items: readonly Item[]): void {
    this.items = [...items, ...this.items.slice(this.first)];
    this.first = 0;
    this.size += items.length;
  }

  takeAll(): readonly Item[] {
    const items = this.items.slice(this.first);
    this.items = [];
    this.first = 0;
    this.size = 0;
    return items;
  }
}

/** Places at the front that have been handled; beyond it they are cut off, which is then rare enough to be cheap. */
const compactAfter = 16_384;
