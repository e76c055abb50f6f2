/** How unusual a value is among the latest ones: its distance from their mean in standard deviations. */

/** Give it one value a bar; it answers NaN until `size` values are there, or while all of them are equal. */
export const rollingScore = (size: number): ((value: number) => number) => {
  const values = new Float64Array(size);
  let count = 0;
  return (value) => {
    values[count++ % size] = value;
    if (count < size) return NaN;
    let sum = 0;
    for (const each of values) sum += each;
    const mean = sum / size;
    let squares = 0;
    for (const each of values) squares += (each - mean) ** 2;
    return squares === 0 ? NaN : (value - mean) / Math.sqrt(squares / size);
  };
};
