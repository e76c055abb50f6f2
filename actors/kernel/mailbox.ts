/** What waits for an actor, first in, first out, bounded in messages and in bytes. */

import { bytesOf } from './message-size.ts';
import { commandOf } from './parcel.ts';
import type { Item } from './parcel.ts';

/** How much an actor lets wait. */
export interface MailboxBounds {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

/** Places that an empty mailbox keeps; beyond it a burst has been, and its memory is given back. */
const placesKept = 32;

/** Most actors have no more waiting at once; an array that grows from nothing has seventeen places at once. */
const fewPlaces = (): (Item | undefined)[] => [undefined, undefined, undefined, undefined];

/** Places at the front that have been handled; beyond it they are cut off, which is then rare enough to be cheap. */
const compactAfter = 16_384;

/**
 * Messages of which none is measured while no more than these wait: measuring one costs as much as handling
 * it, and those who bring messages in from outside bound each of them.
 */
const unmeasured = 32;

export class Mailbox {
  /** From `first` to before `end`; the other places are empty and are used again, for most mailboxes hold little. */
  private items: (Item | undefined)[] = fewPlaces();
  private first = 0;
  private end = 0;
  /** By place, of the messages that have been measured; those that have not count nothing. */
  private sizes: number[] | null = null;
  /** Of the messages that have been measured. */
  bytes = 0;

  get size(): number {
    return this.end - this.first;
  }

  isFull({ messagesMax, bytesMax }: MailboxBounds): boolean {
    return this.end - this.first >= messagesMax || this.bytes >= bytesMax;
  }

  push(item: Item): void {
    if (this.end - this.first >= unmeasured) this.measure(item);
    this.items[this.end++] = item;
  }

  shift(): Item | undefined {
    if (this.first === this.end) return undefined;
    const item = this.items[this.first];
    if (this.sizes !== null) this.bytes -= this.sizes[this.first] ?? 0;
    this.items[this.first++] = undefined;
    if (this.first === this.end) {
      this.first = 0;
      this.end = 0;
      this.sizes = null;
      if (this.items.length > placesKept) this.items = fewPlaces();
    } else if (this.first === compactAfter) {
      this.items = this.items.slice(this.first, this.end);
      this.sizes = this.sizes?.slice(this.first, this.end) ?? null;
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

  private measure(item: Item): void {
    const size = bytesOf(commandOf(item));
    // Places before the first measured one stay empty: they count nothing.
    (this.sizes ??= Array.from({ length: this.end }, () => 0))[this.end] = size;
    this.bytes += size;
  }
}
