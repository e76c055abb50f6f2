/** Where a notification leads: to what it is about. */

import type { Notification } from '#sdk';

export const pathOf = ({ about }: Pick<Notification, 'about'>): string | null => {
  const { backtestId, batchId, deploymentId, strategyId, importId, accountId, symbol } = about;
  const run = backtestId ?? batchId;
  if (run !== undefined) return `/backtests/${run}`;
  if (deploymentId !== undefined) return `/live/${deploymentId}`;
  if (strategyId !== undefined) return `/strategies/${strategyId}`;
  if (importId !== undefined) return '/import';
  if (symbol !== undefined) return `/trade/${encodeURIComponent(symbol)}`;
  return accountId === undefined ? null : '/trade';
};
