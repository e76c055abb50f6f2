/** `npm run test:sim -- [runs] [first seed]`: thousands of seeds, and those that fail by name. */

import { simulate } from './simulate.ts';

const runs = Number(process.argv[2] ?? 2_000);
const first = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(first)) {
  throw new Error('Give the number of runs and the first seed, or neither.');
}

process.stdout.write(`seeds ${first} to ${first + runs - 1}\n`);
let failed = 0;
for (let seed = first; seed < first + runs; seed++) {
  try {
    await simulate(seed);
  } catch (error) {
    failed++;
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.stdout.write(`${runs} runs, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
