/** What the settings of the cluster change in this program, as soon as they are set. */

import type { ClusterConfig } from '#cluster';
import type { Logger } from './log.ts';
import type { PlatformSettings } from './platform-settings.ts';

/** What is logged follows `log.level`; registration is looked up by the gateway, the queue's limits by the dispatcher. */
export const applyConfig = (
  config: ClusterConfig,
  { log, settings }: { readonly log: Pick<Logger, 'level'>; readonly settings: Pick<PlatformSettings, 'logLevel'> },
): void => {
  const apply = (): void => {
    log.level = config.get('log.level') ?? settings.logLevel;
  };
  apply();
  config.watch((name) => {
    if (name === 'log.level') apply();
  });
};

/** 0 stands for none. */
export const dispatchLimits = (config: ClusterConfig) => {
  const runningMax = config.get('backtests.runningPerUserMax');
  return {
    runningPerUserMax: runningMax === 0 ? Infinity : runningMax,
    waitingPerUserMax: config.get('backtests.waitingPerUserMax'),
  };
};
