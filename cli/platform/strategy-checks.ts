/** Where strategies are compiled for those who write them: a runner that is there while its service runs. */

import { pause, untilAborted } from '#kernel';
import type { Clock, Service } from '#kernel';
import type { JobRunner } from '#ports';

export interface StrategyChecks {
  readonly runner: JobRunner;
  readonly service: Service;
}

/** A process that boots takes a core: not while the platform starts, when nobody has asked yet. */
const openedAfterMs = 1_000;

/** Its processes are the sandbox's to end and to start again; the service opens and closes the whole. */
export const strategyChecks = (open: () => JobRunner, clock: Clock): StrategyChecks => {
  let opened: JobRunner | null = null;
  const current = (): JobRunner => (opened ??= open());
  const close = (): void => {
    opened?.close();
    opened = null;
  };
  return {
    runner: {
      compile: (userId, source) => current().compile(userId, source),
      run: (run) => current().run(run),
      close,
    },
    service: {
      name: 'strategy-checks',
      async run({ signal, started }) {
        started();
        await pause(clock, openedAfterMs, signal);
        if (!signal.aborted) current();
        await untilAborted(signal);
        close();
      },
    },
  };
};
