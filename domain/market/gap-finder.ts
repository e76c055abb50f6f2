/** Finds stretches without bars where bars were to be expected, from the bars' times one after the other. */

import { dayMs, timeOfDay } from './calendar.ts';
import type { Timeframe } from './timeframe.ts';

/** A stretch without bars where bars were to be expected. */
export interface Gap {
  /** Times of the bars before and after it. */
  readonly from: number;
  readonly to: number;
}

export interface FoundGaps {
  readonly gapCount: number;
  /** The first of the largest. */
  readonly largestGap: Gap | null;
}

/** A market that rests at weekends may pause this long without a gap: Thursday to Tuesday at Easter. */
const holidayWeekendMs = 5 * dayMs;
/** Pairs of times of day between which markets may pause; bars at odd seconds have more, none of which recurs. */
const pausesMax = 100_000;

/**
 * Spacings that are longer than the timeframe are gaps, less those that belong to the market: weekends
 * and holidays of a market that rests then, and pauses that recur between the same two times of day on
 * at least one day in twenty (nights, lunch breaks).
 */
export class GapFinder {
  readonly #timeframe: Timeframe;
  readonly #isIntraday: boolean;
  /** Longer than the bars; of days, longer by half: dates a little early or late and months of 31 days are no gaps. */
  readonly #beyondBar = new Tally();
  /** Longer than the longest weekend. */
  readonly #beyondWeekend = new Tally();
  /** Up to that, by the times of day at which they begin and end. */
  readonly #pauses = new Map<number, Tally>();
  #days = 1;

  constructor(timeframe: Timeframe) {
    this.#timeframe = timeframe;
    this.#isIntraday = timeframe.ms < dayMs;
  }

  /** Two bars that follow one another. */
  see(from: number, to: number): void {
    const { ms } = this.#timeframe;
    const spacing = to - from;
    if (!this.#isIntraday) {
      if (spacing > 1.5 * ms) this.#beyondBar.add(from, to);
      if (spacing > holidayWeekendMs) this.#beyondWeekend.add(from, to);
      return;
    }
    if (Math.floor(from / dayMs) !== Math.floor(to / dayMs)) this.#days++;
    if (spacing <= ms) return;
    const isLong = spacing > holidayWeekendMs;
    if (isLong) this.#beyondWeekend.add(from, to);
    const pause = this.#pauseOf(timeOfDay(from) * dayMs + timeOfDay(to));
    if (pause !== null) pause.add(from, to, !isLong);
    else if (!isLong) this.#beyondBar.add(from, to);
  }

  /** null: there are too many to keep another one. */
  #pauseOf(key: number): Tally | null {
    const known = this.#pauses.get(key);
    if (known !== undefined) return known;
    if (this.#pauses.size >= pausesMax) return null;
    const pause = new Tally();
    this.#pauses.set(key, pause);
    return pause;
  }

  found(tradesOnWeekends: boolean): FoundGaps {
    if (!this.#isIntraday)
      return (this.#timeframe.ms === dayMs && !tradesOnWeekends ? this.#beyondWeekend : this.#beyondBar).found();
    const often = Math.max(2, this.#days / 20);
    const all = new Tally();
    all.join(this.#beyondWeekend);
    all.join(this.#beyondBar);
    for (const pause of this.#pauses.values()) if (pause.seen < often) all.join(pause);
    return all.found();
  }
}

/** How many there are, and the first of the largest. */
class Tally {
  /** Also those that count elsewhere. */
  seen = 0;
  #count = 0;
  #largest: Gap | null = null;

  add(from: number, to: number, counts = true): void {
    this.seen++;
    if (!counts) return;
    this.#count++;
    this.#take({ from, to });
  }

  join(other: Tally): void {
    this.#count += other.#count;
    if (other.#largest !== null) this.#take(other.#largest);
  }

  found(): FoundGaps {
    return { gapCount: this.#count, largestGap: this.#largest };
  }

  #take(gap: Gap): void {
    const { from, to } = this.#largest ?? { from: 0, to: 0 };
    const [longer, size] = [gap.to - gap.from, to - from];
    if (longer > size || (longer === size && gap.from < from)) this.#largest = gap;
  }
}
