/**
 * Things by ids that count up, of which most are gone soon: orders of a run that trades much. A plain
 * list by id grows to millions of empty places, and writing to ever new memory took a tenth of such a
 * run; this one is as long as the way from the oldest id that is left to the newest.
 */

export class RecentById<T extends object> {
  /** From id `#first` on; holes are undefined. */
  readonly #items: (T | undefined)[] = [];
  #first = 0;
  #count = 0;

  get(id: number): T | undefined {
    const at = id - this.#first;
    return at >= 0 ? this.#items[at] : undefined;
  }

  /** Keeps an item, in place of one of the same id. */
  set(id: number, item: T): void {
    if (this.#count === 0) this.#first = id;
    while (id < this.#first) {
      this.#items.unshift(undefined); // rare: ids are nearly always met in their order
      this.#first--;
    }
    const at = id - this.#first;
    while (this.#items.length < at) this.#items.push(undefined);
    if (this.#items[at] === undefined) this.#count++;
    this.#items[at] = item;
  }

  delete(id: number): void {
    if (this.get(id) === undefined) return;
    this.#items[id - this.#first] = undefined;
    this.#count--;
    // One by one: setting the length of an array is many times slower for the few that there are.
    if (this.#count === 0) while (this.#items.length > 0) this.#items.pop();
  }
}
