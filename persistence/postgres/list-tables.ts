/** Where each list is kept: a table in the schema of the service that it belongs to. */

import type { ListName } from '#ports';

export const listTables: Readonly<Record<ListName, string>> = {
  users: 'users.users',
  audit: 'users.audit',
  strategies: 'strategies.strategies',
  'strategy-versions': 'strategies.strategy_versions',
  deployments: 'strategies.deployments',
  backtests: 'backtests.backtests',
  'batch-members': 'backtests.batch_members',
  accounts: 'trading.accounts',
  orders: 'trading.orders',
  fills: 'trading.fills',
  signals: 'trading.signals',
  symbols: 'market_data.symbols',
  imports: 'market_data.imports',
  notifications: 'notifications.notifications',
};

export interface EntryRow {
  readonly id: string;
  readonly owner: string;
  readonly at: number;
  readonly symbol: string | null;
  readonly status: string | null;
  readonly parent: string | null;
  readonly doc: string;
}

export const entryColumns = 'id, owner, at, symbol, status, parent, doc';
