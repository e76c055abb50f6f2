/** The pages of the terminal as navigation, shortcuts and commands name them. */

import type { IconName } from '../parts/icon.tsx';
import type { Route } from './router.ts';

export interface Place {
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** Typed after `g`. */
  readonly letter: string;
  /** The pages that belong to it. */
  readonly pages: readonly Route['page'][];
  readonly permission: string;
}

export const places: readonly Place[] = [
  { path: '/trade', title: 'Trade', icon: 'trade', letter: 't', pages: ['trade'], permission: 'trading:read' },
  {
    path: '/strategies',
    title: 'Strategies',
    icon: 'strategies',
    letter: 's',
    pages: ['strategies', 'strategy'],
    permission: 'strategies:read',
  },
  {
    path: '/backtests',
    title: 'Backtests',
    icon: 'backtests',
    letter: 'b',
    pages: ['backtests', 'new-backtest', 'backtest'],
    permission: 'backtests:read',
  },
  {
    path: '/live',
    title: 'Live',
    icon: 'live',
    letter: 'l',
    pages: ['live', 'deployment'],
    permission: 'trading:read',
  },
  { path: '/import', title: 'Import', icon: 'import', letter: 'm', pages: ['import'], permission: 'data:import' },
  { path: '/inbox', title: 'Inbox', icon: 'inbox', letter: 'i', pages: ['inbox'], permission: 'notifications:read' },
  {
    path: '/admin',
    title: 'Admin',
    icon: 'admin',
    letter: 'a',
    pages: ['admin', 'nodes', 'settings', 'refused-events', 'actors', 'actor-kind', 'actor'],
    permission: 'users:manage',
  },
];
