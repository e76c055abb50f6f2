/** How an account gets the prices at which its orders fill: it watches the market of each symbol with open orders. */

import type { ActorAddress, Effect } from '#kernel';
import type { Unwatch, Watch } from '../market/market-messages.ts';

export const accountKindName = 'account';

/** The market answers at once with its latest quote, and at each quote after it. */
export const watch = (accountId: string, symbol: string): Effect => {
  const command: Watch = { type: 'Watch', watcher: watcher(accountId) };
  return { type: 'tell', message: { to: marketOf(symbol), command } };
};

export const unwatch = (accountId: string, symbol: string): Effect => {
  const command: Unwatch = { type: 'Unwatch', watcher: watcher(accountId) };
  return { type: 'tell', message: { to: marketOf(symbol), command } };
};

const watcher = (id: string): ActorAddress => ({ kind: accountKindName, id });
const marketOf = (symbol: string): ActorAddress => ({ kind: 'market', id: symbol });
