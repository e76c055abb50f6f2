/** What a benchmark does with the kernel's reports. */

import type { Report } from '#kernel';

/** Trouble ends the benchmark: what is measured would not be what was meant. Thrown outside of the kernel, which would mend itself. */
export const endOnTrouble: Report = (event) => {
  if (event.type === 'service-started') return;
  const cause = 'error' in event ? event.error : undefined;
  process.nextTick(() => {
    throw new Error(`The kernel reports ${event.type}.`, { cause });
  });
};
