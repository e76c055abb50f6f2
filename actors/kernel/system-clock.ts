/** The clock of the machine. */

import type { Clock } from './clock.ts';

/** Longer waits than this overflow Node's timers and would fire at once. */
const timerMsMax = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  at(timeMs, call) {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = timeMs - Date.now();
      // Node's timers count monotonic time and may be early by the wall clock: whoever fires looks again.
      timer = leftMs > 0 ? setTimeout(wait, Math.min(leftMs, timerMsMax)) : setTimeout(call, 0);
    };
    wait();
    return () => {
      clearTimeout(timer);
    };
  },
};
