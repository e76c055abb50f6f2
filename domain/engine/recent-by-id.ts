/**
 * Things by ids that count up, of which most are gone soon: orders of a run that trades much. A plain
 * list by id grows to millions of empty places, and writing to ever new memory took a tenth of such a
 * run; this one is as long as the way from the oldest id that is left to the newest. Ids that stand far
 * apart, or come before the oldest one, are kept in a map.
 */

/** Empty places that are made for an id at most. */
const holesMax = 64;

export class RecentById<T extends object> {
  /** From id `#first` on; holes are undefined. */
  readonly #items: (T | undefined)[] = [];
  #first = 0;
  #count = 0;
  #others: Map<number, T> | null = null;

  get(id: number): T | undefined {
    const at = id - this.#first;
    const near = at >= 0 ? this.#items[at] : undefined;
    return near ?? this.#others?.get(id);
  }

  /** Keeps an item, in place of one of the same id. */
  set(id: number, item: T): void {
    if (this.#count === 0) this.#first = id;
    const at = id - this.#first;
    if (at < 0 || at > this.#items.length + holesMax || this.#others?.has(id) === true) {
      (this.#others ??= new Map()).set(id, item);
      return;
    }
    while (this.#items.length < at) this.#items.push(undefined);
    if (this.#items[at] === undefined) this.#count++;
    this.#items[at] = item;
  }

  delete(id: number): void {
    const at = id - this.#first;
    if (at < 0 || this.#items[at] === undefined) {
      this.#others?.delete(id);
      return;
    }
    this.#items[at] = undefined;
    this.#count--;
    // One by one: setting the length of an array is many times slower for the few that there are.
    if (this.#count === 0) while (this.#items.length > 0) this.#items.pop();
  }
}
