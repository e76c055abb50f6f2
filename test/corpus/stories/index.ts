/**
 * Stories that actors are told, of which each records a life for the corpus. A new type of event gets a
 * story of its own: a life that is recorded is never changed.
 */

import {
  cancelledBacktest,
  cancelledBatch,
  completedBacktest,
  completedBatch,
  deletedStrategy,
  failedBacktest,
  failedBatch,
  strategy,
} from './backtests.ts';
import { completedImport, failedImport } from './imports.ts';
import { inbox, operations, passwordReset, user } from './people.ts';
import type { Story } from './story.ts';
import { account, deployedStrategy, deployment, ownedSymbol, symbol } from './trading.ts';

export type { Story } from './story.ts';

export const stories: readonly Story[] = [
  user,
  passwordReset,
  inbox,
  symbol,
  ownedSymbol,
  account,
  strategy,
  deletedStrategy,
  deployedStrategy,
  deployment,
  operations,
  completedBacktest,
  failedBacktest,
  cancelledBacktest,
  completedBatch,
  failedBatch,
  cancelledBatch,
  completedImport,
  failedImport,
];
