/** The cells of a kind in the order of their last turns, linked through themselves: the head has been idle longest. */

export interface Listed {
  lastTurnAt: number;
  older: this | null;
  newer: this | null;
}

export class IdleList<T extends Listed> {
  oldest: T | null = null;
  private newest: T | null = null;

  add(item: T): void {
    item.older = this.newest;
    item.newer = null;
    if (this.newest === null) this.oldest = item;
    else this.newest.newer = item;
    this.newest = item;
  }

  remove(item: T): void {
    if (item.older === null) this.oldest = item.newer;
    else item.older.newer = item.newer;
    if (item.newer === null) this.newest = item.older;
    else item.newer.older = item.older;
  }

  touch(item: T, now: number): void {
    if (now - item.lastTurnAt >= toleranceMs) this.renew(item, now);
  }

  /** To the end, as if it had just had a turn. */
  renew(item: T, now: number): void {
    item.lastTurnAt = now;
    if (item === this.newest) return;
    this.remove(item);
    this.add(item);
  }
}

/** Turns closer together are one: whoever is busy is not moved for each of them. */
const toleranceMs = 1_000;
