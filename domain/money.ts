/** The grids on which prices, quantities and money lie, and the one way in which numbers are put on them. */

/**
 * Equally spaced values: `step` apart. `perUnit` is 1 ÷ step where that is a whole number (0.001
 * gives 1000), else 0: dividing by it gives the double nearest to the decimal, where multiplying by
 * 0.001 would not. A step of 0 is no grid: values stand as they are.
 */
export interface Grid {
  readonly step: number;
  readonly perUnit: number;
}

/** A number too large to be counted exactly in a float64: the run must end, since its money would be wrong. */
export class NumberOverflow extends Error {
  override readonly name = 'NumberOverflow';
  readonly code = 'money-overflow';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/**
 * How far from a whole number a quotient may be and still be taken for it, relative to the quotient.
 * A decimal and its step are each off by half a unit in the last place (1.1e-16), and a quantity that
 * was itself computed by a few operations by some more: 2^-40 covers them and is far below any
 * quantity that somebody could mean.
 */
const relativeTolerance = 2 ** -40;
/** Beyond it the tolerance would swallow a real part of a step. */
const toleranceMax = 0.01;

export const noGrid: Grid = { step: 0, perUnit: 1 };

export const gridOf = (step: number): Grid => {
  if (!(step > 0)) return noGrid;
  const inverse = 1 / step;
  const whole = Math.round(inverse);
  return { step, perUnit: whole >= 1 && Math.abs(inverse - whole) <= whole * 1e-12 ? whole : 0 };
};

/** A grid of `decimals` decimal places: 2 gives cents. */
export const decimalGrid = (decimals: number): Grid => gridOf(1 / 10 ** decimals);

/** True for finite values above 0 that the grid can count exactly. */
export const isCountable = (grid: Grid, value: number): boolean =>
  value > 0 && value < Infinity && (grid.step === 0 || value / grid.step <= Number.MAX_SAFE_INTEGER);

/** Whole steps at or below `value`. */
export const stepsDown = (grid: Grid, value: number): number => {
  if (grid.step === 0) return value;
  const quotient = grid.perUnit > 0 ? value * grid.perUnit : value / grid.step;
  return snapped(quotient) ?? checked(Math.floor(quotient), grid);
};

/** Whole steps at or above `value`. */
export const stepsUp = (grid: Grid, value: number): number => {
  if (grid.step === 0) return value;
  const quotient = grid.perUnit > 0 ? value * grid.perUnit : value / grid.step;
  return snapped(quotient) ?? checked(Math.ceil(quotient), grid);
};

/** Whole steps from zero to `value`, never past it: what a wish for a quantity becomes. */
export const stepsTowardZero = (grid: Grid, value: number): number =>
  value < 0 ? stepsUp(grid, value) : stepsDown(grid, value);

/** The nearest whole number of steps; halves go away from zero, so that a debit mirrors a credit. */
export const stepsNearest = (grid: Grid, value: number): number => {
  if (grid.step === 0) return value;
  const quotient = grid.perUnit > 0 ? value * grid.perUnit : value / grid.step;
  return checked(nearestWhole(quotient), grid);
};

/** The value of that many steps: the double nearest to the decimal, where the grid is decimal. */
export const fromSteps = (grid: Grid, steps: number): number =>
  (grid.step === 0 ? steps : grid.perUnit > 0 ? steps / grid.perUnit : steps * grid.step) + 0; // never −0

/** The nearest whole number, halves away from zero. */
export const nearestWhole = (value: number): number => {
  const size = Math.abs(value);
  const floor = Math.floor(size);
  // size + 0.5 would round 0.49999999999999994 up.
  const rounded = size - floor >= 0.5 ? floor + 1 : floor;
  return value < 0 ? 0 - rounded : rounded;
};

/** The whole number that a quotient stands for, or null when it stands between two. */
const snapped = (quotient: number): number | null => {
  const nearest = Math.round(quotient);
  const size = Math.abs(quotient);
  if (size > Number.MAX_SAFE_INTEGER) throw tooLarge(quotient);
  const tolerance = Math.min(toleranceMax, relativeTolerance * Math.max(1, size));
  return Math.abs(quotient - nearest) <= tolerance ? nearest + 0 : null;
};

const checked = (steps: number, grid: Grid): number => {
  if (Math.abs(steps) <= Number.MAX_SAFE_INTEGER) return steps + 0;
  throw tooLarge(steps, grid);
};

const tooLarge = (steps: number, grid?: Grid): NumberOverflow =>
  new NumberOverflow(
    `${steps} steps${grid === undefined ? '' : ` of ${grid.step}`} are more than can be counted exactly (2^53).`,
    'Use a coarser tick or lot, fewer money decimals, or less capital.',
  );

/** What one tick times one lot is worth, in money quanta, as a ratio of whole numbers where it is one. */
export interface UnitValue {
  readonly numerator: number;
  readonly denominator: number;
}

/** Money decimals at most: what the finest settlement coins have. */
export const moneyDecimalsMax = 8;
/** Money decimals at least: cents. */
const moneyDecimalsMin = 2;
/** By how much an account may grow over its capital before money of the chosen quantum overflows. */
const growthRoom = 100;

/**
 * Decimal places of the money quantum: as many as leave room for the capital to grow a hundredfold
 * below 2^53 quanta, at least 2 and at most 8. 10,000 gets 8 (room to 90 million), 10 million gets 6.
 */
export const moneyDecimalsFor = (capital: number): number => {
  let decimals = moneyDecimalsMax;
  while (decimals > moneyDecimalsMin && capital * growthRoom * 10 ** decimals > Number.MAX_SAFE_INTEGER) decimals--;
  return decimals;
};

/** The value of tick × lot × multiplier in quanta of `money`; plain where there is no money grid. */
export const unitValueOf = (money: Grid, tick: number, lot: number, multiplier: number): UnitValue => {
  const value = (tick > 0 ? tick : 1) * (lot > 0 ? lot : 1) * multiplier;
  if (money.step === 0) return { numerator: value, denominator: 1 };
  const quanta = money.perUnit > 0 ? value * money.perUnit : value / money.step;
  const whole = Math.round(quanta);
  if (whole >= 1 && Math.abs(quanta - whole) <= whole * 1e-12) return { numerator: whole, denominator: 1 };
  const inverse = Math.round(1 / quanta);
  if (inverse >= 1 && Math.abs(1 / quanta - inverse) <= inverse * 1e-12) return { numerator: 1, denominator: inverse };
  return { numerator: quanta, denominator: 1 };
};

/**
 * Money of `lots` at `ticks`, in quanta: exact where the grids allow, else rounded once to the
 * quantum. Throws NumberOverflow past 2^53.
 */
export const notionalQuanta = (money: Grid, unit: UnitValue, ticks: number, lots: number): number => {
  const product = (ticks * lots * unit.numerator) / unit.denominator;
  if (money.step === 0) return product;
  if (Math.abs(product) > Number.MAX_SAFE_INTEGER) {
    throw new NumberOverflow(
      `${lots} lots at ${ticks} ticks are worth more money quanta of ${money.step} than can be counted exactly (2^53).`,
      'Use fewer money decimals (setting moneyDecimals: each one less gives ten times the room), or less capital.',
    );
  }
  // Fine lots: the count of ticks × lots is too large for a double though the money is not.
  if (Math.abs(ticks * lots) > Number.MAX_SAFE_INTEGER) return exactQuotient(unit, ticks, lots);
  return nearestWhole(product);
};

const exactQuotient = ({ numerator, denominator }: UnitValue, ticks: number, lots: number): number => {
  if (!Number.isInteger(numerator)) return nearestWhole((ticks * lots * numerator) / denominator);
  const dividend = BigInt(ticks) * BigInt(lots) * BigInt(numerator);
  const half = BigInt(Math.floor(denominator / 2));
  return Number((dividend + (dividend < 0n ? -half : half)) / BigInt(denominator));
};

/** A sum of quanta, or NumberOverflow. */
export const addQuanta = (money: Grid, a: number, b: number): number => {
  const sum = a + b;
  if (money.step !== 0 && Math.abs(sum) > Number.MAX_SAFE_INTEGER) {
    throw new NumberOverflow(
      `A balance of ${fromSteps(money, sum)} is more than can be counted exactly in quanta of ${money.step} (2^53).`,
      'Set moneyDecimals lower: each decimal less gives ten times the room.',
    );
  }
  return sum;
};
