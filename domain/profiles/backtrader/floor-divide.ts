/** Python's `//` on floats: the floor of the true quotient, which `Math.floor(a / b)` misses where the division rounds up. */

export const floorDivide = (dividend: number, divisor: number): number => {
  const remainder = dividend % divisor;
  let quotient = (dividend - remainder) / divisor;
  if (remainder !== 0 && remainder < 0 !== divisor < 0) quotient -= 1;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
};
