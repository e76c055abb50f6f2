/**
 * Sums of many numbers without the rounding that adding them one by one collects: the compensated
 * summation of Neumaier (Zeitschrift für Angewandte Mathematik und Mechanik 54, 1974).
 */

/**
 * The sum of `values[from]` to `values[to - 1]`. The error is a few units in the last place of the
 * result, however many values there are, and equal inputs in equal order give equal bits.
 */
export const exactSum = (values: ArrayLike<number>, from = 0, to = values.length): number => {
  let sum = 0;
  let lost = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0;
    const next = sum + value;
    // What the addition dropped comes from the smaller of the two numbers.
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
};
