/** The log of the running platform: one JSON object a line on standard error, for machines; secrets left out. */

import { destination, pino } from 'pino';
import type { Logger } from 'pino';
import type { ClusterEvent, ConfigReport, PublishingEvent } from '#cluster';
import type { KernelEvent } from '#kernel';
import type { ListEvent, SeriesCacheEvent } from '#persistence';

export type { Logger } from 'pino';

export const openLog = (level: 'error' | 'warn' | 'info' | 'debug'): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['req.headers.authorization', 'req.headers.cookie', 'password', 'token'], censor: '[secret]' },
    },
    destination({ dest: 2, sync: true }),
  );

/** What the kernel says of itself, at the level that an operator would give it. */
export const logKernelEvent = (log: Logger, event: KernelEvent): void => {
  const { type, ...rest } = event;
  const fields = 'error' in rest ? { ...rest, error: undefined, err: rest.error } : rest;
  switch (type) {
    case 'defect':
    case 'quarantined':
    case 'fenced':
    case 'service-stuck':
      log.error(fields, type);
      return;
    case 'service-failed':
    case 'supervisor-failed':
      if ('retryInMs' in rest && rest.retryInMs === null) log.error(fields, type);
      else log.warn(fields, type);
      return;
    case 'service-started':
      log.info(fields, type);
      return;
    default:
      log.warn(fields, type);
  }
};

/** What happens to the lists. */
export const logListEvent = (log: Logger, { type, ...rest }: ListEvent): void => {
  if (type === 'list-holds-actor') log.error(rest, type);
  else log.info(rest, type);
};

/** What happens between the nodes. */
export const logClusterEvent = (log: Logger, event: ClusterEvent): void => {
  const { type, ...rest } = event;
  const fields = 'error' in rest ? { ...rest, error: undefined, err: rest.error } : rest;
  switch (type) {
    case 'member-joined':
    case 'shards-claimed':
    case 'shards-given':
    case 'link-recovered':
    case 'nats-back':
      log.info(fields, type);
      return;
    default:
      log.warn(fields, type);
  }
};

/** What becomes of the settings of the cluster. */
export const logConfigEvent = (log: Logger, { type, ...rest }: ConfigReport): void => {
  if (type === 'config-goes-on') log.info(rest, type);
  else log.warn(rest, type);
};

/** What becomes of the events for other programs. */
export const logPublishing = (log: Logger, { type, ...rest }: PublishingEvent): void => {
  if (type === 'message-refused') log.error(rest, type);
  else if (type === 'publishing-waits') log.warn(rest, type);
  else log.info(rest, type);
};

/** What becomes of the series that are kept on the disk. Backtests go on without them. */
export const logSeriesCache = (log: Logger, { type, ...rest }: SeriesCacheEvent): void => {
  const fields = 'error' in rest ? { ...rest, error: undefined, err: rest.error } : rest;
  if (type === 'series-cache-back') log.info(fields, type);
  else log.warn(fields, type);
};
