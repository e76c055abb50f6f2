/** What waits for an actor, first in, first out, bounded in messages and in bytes. */

import { bytesOf } from './message-size.ts';
import { commandOf } from './parcel.ts';
import type { Item } from './parcel.ts';

/** How much an actor lets wait. */
export interface MailboxBounds {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

/** Most mailboxes never hold more. A power of two, as all sizes: a place is found by its lowest bits. */
const placesAtFirst = 4;

/** Places that an empty mailbox keeps; beyond it a burst has been, and its memory is given back. */
const placesKept = 32;

/**
 * Messages of which none is measured while no more than these wait: measuring one costs as much as handling
 * it, and those who bring messages in from outside bound each of them.
 */
const unmeasured = 32;

/** Of one kind for the engine, whatever their number: mailboxes that had been full would make all others slower. */
const emptyPlaces = (count: number): (Item | undefined)[] => new Array<Item | undefined>(count).fill(undefined);

/** A ring of places. */
export class Mailbox {
  private items = emptyPlaces(placesAtFirst);
  private mask = placesAtFirst - 1;
  /** They count up while something waits; their lowest bits are places. */
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
    const size = this.end - this.first;
    if (size > this.mask) this.grow(size);
    if (size >= unmeasured) this.measure(item);
    this.items[this.end & this.mask] = item;
    this.end++;
  }

  shift(): Item | undefined {
    if (this.first === this.end) return undefined;
    const place = this.first & this.mask;
    const item = this.items[place];
    this.items[place] = undefined;
    this.first++;
    if (this.sizes !== null) this.forgetSize(this.sizes, place);
    if (this.first === this.end) this.beginAnew();
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

  private beginAnew(): void {
    this.first = 0;
    this.end = 0;
    this.sizes = null;
    if (this.items.length <= placesKept) return;
    this.items = emptyPlaces(placesAtFirst);
    this.mask = placesAtFirst - 1;
  }

  private grow(count: number): void {
    const items = emptyPlaces(2 * count);
    const sizes = this.sizes === null ? null : new Array<number>(2 * count).fill(0);
    for (let i = 0; i < count; i++) {
      const place = (this.first + i) & this.mask;
      items[i] = this.items[place];
      if (sizes !== null) sizes[i] = this.sizes?.[place] ?? 0;
    }
    this.items = items;
    this.sizes = sizes;
    this.mask = items.length - 1;
    this.first = 0;
    this.end = count;
  }

  private measure(item: Item): void {
    const size = bytesOf(commandOf(item));
    this.sizes ??= new Array<number>(this.items.length).fill(0);
    this.sizes[this.end & this.mask] = size;
    this.bytes += size;
  }

  private forgetSize(sizes: number[], place: number): void {
    this.bytes -= sizes[place] ?? 0;
    sizes[place] = 0;
  }
}
