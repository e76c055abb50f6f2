/** The floor division of Python and NumPy, by which the engines that are reproduced count whole units. */

/** The floor of the true quotient, which `Math.floor(a / b)` misses where the division rounds up. NaN by 0. */
export const floorDivide = (dividend: number, divisor: number): number => {
  const remainder = dividend % divisor;
  let quotient = (dividend - remainder) / divisor;
  if (remainder !== 0 && remainder < 0 !== divisor < 0) quotient -= 1;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
};
