/** The clock of the machine. */

import type { Clock } from './clock.ts';

/** Longer waits than this overflow Node's timers and would fire at once. */
const timerMsMax = 2 ** 31 - 1;

/** The time in this turn of the event loop, or null: reading it can cost as much as handling two messages. */
let turnTime: number | null = null;

const forget = (): void => {
  turnTime = null;
};

/** Stands still within a turn of the event loop, as Node's own timers do: durations are for `performance.now()`. */
export const systemClock: Clock = {
  now() {
    if (turnTime === null) {
      turnTime = Date.now();
      setImmediate(forget);
    }
    return turnTime;
  },
  at(timeMs, call) {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = timeMs - Date.now();
      // Node's timers count monotonic time and may be early by the wall clock: whoever fires looks again.
      timer = leftMs > 0 ? setTimeout(wait, Math.min(leftMs, timerMsMax)) : setTimeout(fire, 0);
    };
    const fire = (): void => {
      // Whoever is called must not read a time before the one that it waited for.
      turnTime = null;
      call();
    };
    wait();
    return () => {
      clearTimeout(timer);
    };
  },
};
