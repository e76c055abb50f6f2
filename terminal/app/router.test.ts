import { expect, it } from 'vitest';
import { routeOf } from './router.ts';

it.each([
  ['/', { page: 'trade', symbol: null }],
  ['/trade', { page: 'trade', symbol: null }],
  ['/trade/BTC-USD', { page: 'trade', symbol: 'BTC-USD' }],
  ['/strategies/', { page: 'strategies' }],
  ['/strategies/u1.s1', { page: 'strategy', id: 'u1.s1' }],
  ['/backtests/new?strategy=u1.s1', { page: 'new-backtest', strategyId: 'u1.s1' }],
  ['/backtests/new', { page: 'new-backtest', strategyId: null }],
  ['/backtests/b1', { page: 'backtest', id: 'b1' }],
  ['/live', { page: 'live' }],
  ['/live/u1.d1', { page: 'deployment', id: 'u1.d1' }],
  ['/inbox', { page: 'inbox' }],
  ['/admin', { page: 'admin' }],
  ['/admin/actors/', { page: 'actors' }],
  ['/admin/nodes', { page: 'nodes' }],
  ['/admin/settings', { page: 'settings' }],
  ['/admin/events', { page: 'refused-events' }],
  ['/admin/actors/account', { page: 'actor-kind', kind: 'account' }],
  ['/admin/actors/account/u1.paper', { page: 'actor', kind: 'account', id: 'u1.paper', event: null }],
  ['/admin/actors/market/EUR%2FUSD?event=12', { page: 'actor', kind: 'market', id: 'EUR/USD', event: 12 }],
  ['/admin/actors/account/x?event=-1', { page: 'actor', kind: 'account', id: 'x', event: null }],
  ['/admin/actors/account/x/y', { page: 'unknown', path: '/admin/actors/account/x/y' }],
  ['/backtests/b1/more', { page: 'unknown', path: '/backtests/b1/more' }],
  ['/trade/%E0%A4%A', { page: 'trade', symbol: '%E0%A4%A' }],
  ['/elsewhere', { page: 'unknown', path: '/elsewhere' }],
])('reads %s', (path, route) => {
  expect(routeOf(path)).toEqual(route);
});
