/** Who is to have a turn, first come, first served: a ring of places, so that nobody else is touched when one comes or goes. */

/** A power of two, as all sizes: a place is found by its lowest bits. */
const placesAtFirst = 64;

export class ReadyQueue<T> {
  private places: (T | undefined)[] = new Array<T | undefined>(placesAtFirst).fill(undefined);
  private mask = placesAtFirst - 1;
  /** They count up; their lowest bits are places. */
  private first = 0;
  private end = 0;

  push(item: T): void {
    if (this.end - this.first > this.mask) this.grow();
    this.places[this.end & this.mask] = item;
    this.end++;
  }

  /** The one that has waited longest; undefined when nobody waits. */
  shift(): T | undefined {
    if (this.first === this.end) return undefined;
    const place = this.first & this.mask;
    const item = this.places[place];
    this.places[place] = undefined;
    this.first++;
    // Small numbers are cheap: they begin anew whenever nobody waits.
    if (this.first === this.end) this.first = this.end = 0;
    return item;
  }

  private grow(): void {
    const count = this.end - this.first;
    const places = new Array<T | undefined>(2 * count).fill(undefined);
    for (let i = 0; i < count; i++) places[i] = this.places[(this.first + i) & this.mask];
    this.places = places;
    this.mask = places.length - 1;
    this.first = 0;
    this.end = count;
  }
}
