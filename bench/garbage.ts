/** Memory that is really in use. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
// The function comes into contexts that are made after the flag was set.
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap, and beside it, after everything that nobody holds has been given back. */
export const collectGarbage = (): number => {
  // What is freed by the first may free something more.
  for (let round = 0; round < 3; round++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
