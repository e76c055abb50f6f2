/** Time that the process itself has used: what others do on the machine meanwhile does not count. */

/**
 * The least of several times in milliseconds of processor, for works that keep one core busy; by turns,
 * so that caches and memory are the same for all.
 */
export const bestCpuMsOfEach = async (
  times: number,
  works: readonly (() => Promise<unknown>)[],
): Promise<readonly number[]> => {
  const best = works.map(() => Infinity);
  for (let round = 0; round < times; round++) {
    for (const [place, work] of works.entries()) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      best[place] = Math.min(best[place] ?? Infinity, (user + system) / 1_000);
    }
  }
  return best;
};
