/** Rolling windows over two quantities: the fit of a line over time, and the covariance of two series. */

/**
 * Sums from which the straight line through the newest `length` values follows. A value's age is 0
 * for the newest, `length − 1` for the oldest. Kept in two parts as in `window.ts`.
 */
export class RollingLine {
  /** Sum of the values. */
  sum = NaN;
  /** Sum of value × age. */
  sumByAge = NaN;
  private readonly older: Float64Array;
  private readonly olderByAge: Float64Array;
  private index = 0;
  private recent = NaN;
  private recentByAge = NaN;

  constructor(length: number) {
    this.older = new Float64Array(length);
    this.olderByAge = new Float64Array(length);
    this.recent = 0;
    this.recentByAge = 0;
  }

  push(value: number): void {
    const { older, olderByAge } = this;
    older[this.index] = value;
    const count = this.index + 1;
    if (count === older.length) {
      this.fold();
      return;
    }
    const recentByAge = this.recentByAge + this.recent; // all of them grow one bar older
    const recent = this.recent + value;
    const past = older[count] as number;
    this.index = count;
    this.recent = recent;
    this.recentByAge = recentByAge;
    this.sum = recent + past;
    this.sumByAge = recentByAge + (olderByAge[count] as number) + count * past;
  }

  private fold(): void {
    const { older, olderByAge } = this;
    const last = older.length - 1;
    let sum = 0;
    let sumByAge = 0;
    for (let i = last; i >= 0; i--) {
      const value = older[i] as number;
      sum += value;
      sumByAge += value * (last - i);
      older[i] = sum;
      olderByAge[i] = sumByAge;
    }
    this.index = 0;
    this.recent = 0;
    this.recentByAge = 0;
    this.sum = sum;
    this.sumByAge = sumByAge;
  }
}

/**
 * Sums of squared and mixed deviations of the newest `length` pairs, by the pairwise update of
 * Chan, Golub and LeVeque (1983).
 */
export class RollingCovariance {
  /** Sum of (x − mean x)². */
  squaresX = NaN;
  /** Sum of (y − mean y)². */
  squaresY = NaN;
  /** Sum of (x − mean x)(y − mean y). */
  products = NaN;
  private readonly xs: Float64Array;
  private readonly ys: Float64Array;
  private readonly older: {
    readonly meanX: Float64Array;
    readonly meanY: Float64Array;
    readonly squaresX: Float64Array;
    readonly squaresY: Float64Array;
    readonly products: Float64Array;
  };
  private index = 0;
  private readonly recent = { meanX: NaN, meanY: NaN, squaresX: NaN, squaresY: NaN, products: NaN };

  constructor(length: number) {
    const column = () => new Float64Array(length);
    this.xs = column();
    this.ys = column();
    this.older = { meanX: column(), meanY: column(), squaresX: column(), squaresY: column(), products: column() };
    this.forgetRecent();
  }

  push(x: number, y: number): void {
    const { older, recent } = this;
    const length = this.xs.length;
    this.xs[this.index] = x;
    this.ys[this.index] = y;
    const count = this.index + 1;
    if (count === length) {
      this.fold();
      return;
    }
    extend(recent, x, y, count);
    const gapX = (older.meanX[count] as number) - recent.meanX; // count is below the columns' length
    const gapY = (older.meanY[count] as number) - recent.meanY;
    const weight = (count * (length - count)) / length;
    this.index = count;
    this.squaresX = recent.squaresX + (older.squaresX[count] as number) + gapX * gapX * weight;
    this.squaresY = recent.squaresY + (older.squaresY[count] as number) + gapY * gapY * weight;
    this.products = recent.products + (older.products[count] as number) + gapX * gapY * weight;
  }

  private fold(): void {
    const { older, recent } = this;
    const length = this.xs.length;
    this.forgetRecent();
    for (let i = length - 1; i >= 0; i--) {
      extend(recent, this.xs[i] as number, this.ys[i] as number, length - i);
      older.meanX[i] = recent.meanX;
      older.meanY[i] = recent.meanY;
      older.squaresX[i] = recent.squaresX;
      older.squaresY[i] = recent.squaresY;
      older.products[i] = recent.products;
    }
    this.squaresX = recent.squaresX;
    this.squaresY = recent.squaresY;
    this.products = recent.products;
    this.index = 0;
    this.forgetRecent();
  }

  private forgetRecent(): void {
    const { recent } = this;
    recent.meanX = recent.meanY = recent.squaresX = recent.squaresY = recent.products = 0;
  }
}

interface PairMoments {
  meanX: number;
  meanY: number;
  squaresX: number;
  squaresY: number;
  products: number;
}

/** Adds the pair that makes `count` of them (Welford's update). */
const extend = (moments: PairMoments, x: number, y: number, count: number): void => {
  const deltaX = x - moments.meanX;
  const deltaY = y - moments.meanY;
  moments.meanX += deltaX / count;
  moments.meanY += deltaY / count;
  const restY = y - moments.meanY;
  moments.squaresX += deltaX * (x - moments.meanX);
  moments.squaresY += deltaY * restY;
  moments.products += deltaX * restY;
};
