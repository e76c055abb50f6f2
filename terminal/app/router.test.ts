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
  ['/backtests/b1/more', { page: 'unknown', path: '/backtests/b1/more' }],
  ['/trade/%E0%A4%A', { page: 'trade', symbol: '%E0%A4%A' }],
  ['/elsewhere', { page: 'unknown', path: '/elsewhere' }],
])('reads %s', (path, route) => {
  expect(routeOf(path)).toEqual(route);
});
