/** What waits for an actor, first in, first out. */

import type { Command } from './command.ts';
import type { Envelope } from './envelope.ts';

/** A command that nobody waits for is kept bare: most messages need no envelope. */
export type Item = Command | Envelope;

/** Places that an empty mailbox keeps; beyond it a burst has been, and its memory is given back. */
const placesKept = 32;

/** Places at the front that have been handled; beyond it they are cut off, which is then rare enough to be cheap. */
const compactAfter = 16_384;

export class Mailbox {
  /** From `first` to before `end`; the other places are empty and are used again, for most mailboxes hold little. */
  private items: (Item | undefined)[] = [];
  private first = 0;
  private end = 0;

  get size(): number {
    return this.end - this.first;
  }

  push(item: Item): void {
    this.items[this.end++] = item;
  }

  shift(): Item | undefined {
    if (this.first === this.end) return undefined;
    const item = this.items[this.first];
    this.items[this.first++] = undefined;
    if (this.first === this.end) {
      this.first = 0;
      this.end = 0;
      if (this.items.length > placesKept) this.items = [];
    } else if (this.first === compactAfter) {
      this.items = this.items.slice(this.first, this.end);
      this.end -= this.first;
      this.first = 0;
    }
    return item;
  }

  /** Before everything else: items that had been taken out and are to be handled again, in their order. */
  putBack(items: readonly Item[]): void {
    const later = this.takeAll();
    for (const item of items) this.push(item);
    for (const item of later) this.push(item);
  }

  takeAll(): readonly Item[] {
    const items: Item[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) items.push(item);
    return items;
  }
}
