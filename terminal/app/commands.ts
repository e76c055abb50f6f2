/** What can be done from the command palette. */

import { actorsPath } from '../admin/actor-paths.ts';
import { strategies } from '../strategies/strategies.ts';
import { symbols } from '../market/symbols.ts';
import { may, signOut } from '../session/session.ts';
import { overlay } from './overlay.ts';
import { places } from './places.ts';
import { go } from './router.ts';
import { switchTheme } from './theme.ts';
import { tellProblem } from './toasts.tsx';

export interface Command {
  readonly title: string;
  readonly about: string;
  readonly group: 'Pages' | 'Symbols' | 'Strategies' | 'Commands';
  readonly run: () => void;
}

export const allCommands = (): readonly Command[] => [
  ...symbols.value.map(({ symbol, description }): Command => ({
    title: symbol,
    about: description,
    group: 'Symbols',
    run: () => go(`/trade/${encodeURIComponent(symbol)}`),
  })),
  ...places
    .filter(({ permission }) => may(permission))
    .map(({ title, path, letter }): Command => ({ title, about: `g ${letter}`, group: 'Pages', run: () => go(path) })),
  ...strategies.value.map(({ id, name, description }): Command => ({
    title: name,
    about: description === '' ? 'Strategy' : description,
    group: 'Strategies',
    run: () => go(`/strategies/${id}`),
  })),
  ...actions(),
];

const actions = (): readonly Command[] => [
  ...(may('backtests:write')
    ? [
        {
          title: 'New backtest',
          about: 'Run a strategy over the past',
          group: 'Commands' as const,
          run: () => go('/backtests/new'),
        },
      ]
    : []),
  ...(may('system:read')
    ? [
        {
          title: 'Actors',
          about: 'What runs, what failed and waits',
          group: 'Commands' as const,
          run: () => go(actorsPath),
        },
        {
          title: 'Nodes',
          about: 'The nodes of the cluster, and what each has to do',
          group: 'Commands' as const,
          run: () => go('/admin/nodes'),
        },
        {
          title: 'Settings of the cluster',
          about: 'What counts on all nodes, and who has changed it',
          group: 'Commands' as const,
          run: () => go('/admin/settings'),
        },
        {
          title: 'Refused events',
          about: 'What other programs could not be told',
          group: 'Commands' as const,
          run: () => go('/admin/events'),
        },
      ]
    : []),
  { title: 'Switch theme', about: 'Dark or light', group: 'Commands', run: switchTheme },
  {
    title: 'Keyboard help',
    about: '?',
    group: 'Commands',
    run: () => {
      overlay.value = 'help';
    },
  },
  {
    title: 'Sign out',
    about: 'Ends this session',
    group: 'Commands',
    run: () => {
      signOut().catch((error: unknown) => tellProblem('You are signed out here, but not at the server', error));
    },
  },
];
