/**
 * Rolling windows: sums, extremes and moments over the newest n values in constant amortised time.
 *
 * Nothing is ever subtracted. A window is kept as two parts: values that arrived since the last
 * fold, aggregated as they come, and older ones, whose aggregates over every suffix were written by
 * that fold. A value that has left the window therefore leaves no rounding error behind, however
 * many bars a run has, and a NaN or an outlier is forgotten after n bars. (The idea is the queue
 * made of two stacks.)
 */

/** The value from `length` bars ago. */
export class Lag {
  private readonly ring: Float64Array;
  private index = 0;

  constructor(length: number) {
    this.ring = new Float64Array(length).fill(NaN);
  }

  /** Takes the newest value; returns the one `length` bars before it, NaN while there is none. */
  push(value: number): number {
    const ring = this.ring;
    const index = this.index;
    const old = ring[index] as number; // index stays below the ring's length
    ring[index] = value;
    this.index = index + 1 === ring.length ? 0 : index + 1;
    return old;
  }
}

/** Sum of the newest `length` values. */
export class RollingSum {
  private readonly older: Float64Array;
  private index = 0;
  private recent = NaN;

  constructor(length: number) {
    // Until the first fold these are the values that are missing: their sum is not a number.
    this.older = new Float64Array(length).fill(NaN);
    this.recent = 0;
  }

  /** Takes the newest value; returns the sum, NaN until the window is full. */
  push(value: number): number {
    const older = this.older;
    const index = this.index;
    const recent = this.recent + value;
    older[index] = value; // its slot's suffix sum has just left the window
    const next = index + 1;
    if (next < older.length) {
      this.index = next;
      this.recent = recent;
      return recent + (older[next] as number);
    }
    return this.fold();
  }

  /** Takes the values from `from` on and writes each sum ÷ `divisor`: {@link push}, in one loop. */
  pushAll(values: Float64Array, quotients: Float64Array, from: number, divisor: number): void {
    const older = this.older;
    for (let i = from; i < values.length;) {
      let index = this.index;
      let recent = this.recent;
      // up to the next fold; both indexes stay below the lengths of their arrays
      for (; i < values.length && index + 1 < older.length; i++) {
        const value = values[i] as number;
        recent += value;
        older[index++] = value;
        quotients[i] = (recent + (older[index] as number)) / divisor;
      }
      this.index = index;
      this.recent = recent;
      if (i < values.length) {
        quotients[i] = this.push(values[i] as number) / divisor;
        i++;
      }
    }
  }

  private fold(): number {
    const older = this.older;
    let sum = 0;
    for (let i = older.length - 1; i >= 0; i--) older[i] = sum += older[i] as number;
    this.index = 0;
    this.recent = 0;
    return sum;
  }
}

/** Length of the path of the newest `length` one-bar changes: the sum of their absolute values. */
export class RollingPath {
  private readonly steps: RollingSum;
  private previous = NaN;
  private isFirst = true;

  constructor(length: number) {
    this.steps = new RollingSum(length);
  }

  /** Takes the newest value; returns the path to it, NaN until there are as many changes. */
  push(value: number): number {
    const step = Math.abs(value - this.previous);
    this.previous = value;
    if (this.isFirst) {
      this.isFirst = false;
      return NaN;
    }
    return this.steps.push(step);
  }
}

/** Largest of the newest `length` values. */
export class RollingMax {
  private readonly older: Float64Array;
  private index = 0;
  private recent = -Infinity;

  constructor(length: number) {
    this.older = new Float64Array(length).fill(-Infinity);
  }

  /** Takes the newest value; returns the largest, of fewer values while there are fewer. */
  push(value: number): number {
    const older = this.older;
    const index = this.index;
    const recent = value > this.recent ? value : this.recent;
    older[index] = value;
    const next = index + 1;
    if (next < older.length) {
      this.index = next;
      this.recent = recent;
      const past = older[next] as number;
      return past > recent ? past : recent;
    }
    let largest = -Infinity;
    for (let i = index; i >= 0; i--) {
      const at = older[i] as number;
      if (at > largest) largest = at;
      older[i] = largest;
    }
    this.index = 0;
    this.recent = -Infinity;
    return largest;
  }
}

/** Smallest of the newest `length` values. */
export class RollingMin {
  private readonly older: Float64Array;
  private index = 0;
  private recent = Infinity;

  constructor(length: number) {
    this.older = new Float64Array(length).fill(Infinity);
  }

  /** Takes the newest value; returns the smallest, of fewer values while there are fewer. */
  push(value: number): number {
    const older = this.older;
    const index = this.index;
    const recent = value < this.recent ? value : this.recent;
    older[index] = value;
    const next = index + 1;
    if (next < older.length) {
      this.index = next;
      this.recent = recent;
      const past = older[next] as number;
      return past < recent ? past : recent;
    }
    let smallest = Infinity;
    for (let i = index; i >= 0; i--) {
      const at = older[i] as number;
      if (at < smallest) smallest = at;
      older[i] = smallest;
    }
    this.index = 0;
    this.recent = Infinity;
    return smallest;
  }
}

/**
 * Where the largest of the newest `length` values is, counted in bars from the first one pushed.
 * For the smallest, push negated values.
 */
export class RollingPeak {
  /** A monotonic queue: values fall (or stay) from front to back, bars rise. */
  private readonly values: Float64Array;
  private readonly bars: Float64Array;
  private readonly newestOfEquals: boolean;
  private front = 0;
  private count = 0;
  private bar = -1;
  private peak = -1;

  /**
   * With `newestOfEquals` the newest of several largest values counts, as in Aroon; without, the
   * one TA-Lib's MAXINDEX reports: the newest until it leaves the window, then the oldest.
   */
  constructor(length: number, newestOfEquals: boolean) {
    this.values = new Float64Array(length);
    this.bars = new Float64Array(length);
    this.newestOfEquals = newestOfEquals;
  }

  push(value: number): number {
    const { values, bars } = this;
    const length = values.length;
    const bar = ++this.bar;
    if (this.count > 0 && (bars[this.front] as number) <= bar - length) {
      this.front = this.front + 1 === length ? 0 : this.front + 1;
      this.count--;
    }
    const isPeak = this.count === 0 || value >= (values[this.front] as number);
    while (this.count > 0) {
      const back = (this.front + this.count - 1) % length;
      const last = values[back] as number;
      if (last > value || (last === value && !this.newestOfEquals)) break;
      this.count--;
    }
    const slot = (this.front + this.count) % length;
    values[slot] = value;
    bars[slot] = bar;
    this.count++;
    if (isPeak) this.peak = bar;
    else if (this.newestOfEquals || this.peak <= bar - length) this.peak = bars[this.front] as number;
    return this.peak;
  }
}

/**
 * Mean and variance of the newest `length` values, by Chan, Golub and LeVeque's pairwise update
 * (Algorithms for Computing the Sample Variance, 1983): no difference of large squares.
 */
export class RollingMoments {
  /** Of the window after the last push; defined once the window is full. */
  mean = NaN;
  /** Sum of squared deviations from the mean; never negative. */
  squares = NaN;
  private readonly olderMeans: Float64Array;
  private readonly olderSquares: Float64Array;
  private index = 0;
  private recentMean = NaN;
  private recentSquares = NaN;

  constructor(length: number) {
    this.olderMeans = new Float64Array(length);
    this.olderSquares = new Float64Array(length);
    this.recentMean = 0;
    this.recentSquares = 0;
  }

  push(value: number): void {
    const { olderMeans, olderSquares } = this;
    const length = olderMeans.length;
    const recentCount = this.index + 1;
    olderMeans[this.index] = value;
    if (recentCount === length) {
      this.fold();
      return;
    }
    const delta = value - this.recentMean;
    const recentMean = this.recentMean + delta / recentCount;
    const recentSquares = this.recentSquares + delta * (value - recentMean);
    const gap = (olderMeans[recentCount] as number) - recentMean;
    const olderShare = (length - recentCount) / length;
    this.index = recentCount;
    this.recentMean = recentMean;
    this.recentSquares = recentSquares;
    this.mean = recentMean + gap * olderShare;
    this.squares = recentSquares + (olderSquares[recentCount] as number) + gap * gap * recentCount * olderShare;
  }

  private fold(): void {
    const { olderMeans, olderSquares } = this;
    const length = olderMeans.length;
    let mean = 0;
    let squares = 0;
    for (let i = length - 1; i >= 0; i--) {
      const value = olderMeans[i] as number;
      const delta = value - mean;
      mean += delta / (length - i);
      squares += delta * (value - mean);
      olderMeans[i] = mean;
      olderSquares[i] = squares;
    }
    this.index = 0;
    this.recentMean = 0;
    this.recentSquares = 0;
    this.mean = mean;
    this.squares = squares;
  }
}
