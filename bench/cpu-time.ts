/** Time that the process itself has used: what others do on the machine meanwhile does not count. */

export interface Compared {
  /** Milliseconds of processor, of the one and of the other: half of the rounds took longer. */
  readonly oneMs: number;
  readonly otherMs: number;
  /** How many times as long the one took as the other: half of the rounds had it higher. */
  readonly ratio: number;
}

/**
 * Two works that keep one core busy, by turns. Medians, and of the ratio round by round: a machine that is slower for
 * a while is so for both; and of a short work the least time would be one in which its garbage was left to others.
 */
export const compareCpu = async (
  rounds: number,
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<Compared> => {
  const ones: number[] = [];
  const others: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const oneMs = await cpuMsOf(one);
    const otherMs = await cpuMsOf(other);
    ones.push(oneMs);
    others.push(otherMs);
    ratios.push(oneMs / otherMs);
  }
  return { oneMs: medianOf(ones), otherMs: medianOf(others), ratio: medianOf(ratios) };
};

const cpuMsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
