/** Which page the address asks for, and how to go to another. */

import { computed, signal } from '@preact/signals';

export type Route =
  | { readonly page: 'trade'; readonly symbol: string | null }
  | { readonly page: 'strategies' }
  | { readonly page: 'strategy'; readonly id: string }
  | { readonly page: 'backtests' }
  | { readonly page: 'new-backtest'; readonly strategyId: string | null }
  | { readonly page: 'backtest'; readonly id: string }
  | { readonly page: 'live' }
  | { readonly page: 'deployment'; readonly id: string }
  | { readonly page: 'inbox' }
  | { readonly page: 'import' }
  | { readonly page: 'admin' }
  | { readonly page: 'actors' }
  | { readonly page: 'nodes' }
  | { readonly page: 'settings' }
  | { readonly page: 'refused-events' }
  | { readonly page: 'actor-kind'; readonly kind: string }
  /** `event`: with the state after it; null: as it is now. */
  | { readonly page: 'actor'; readonly kind: string; readonly id: string; readonly event: number | null }
  | { readonly page: 'unknown'; readonly path: string };

/** `path` is a path with its query. */
export const routeOf = (path: string): Route => {
  const { pathname, searchParams } = new URL(path, 'http://terminal');
  const [first = '', second, ...more] = pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  if (first === 'admin' && second === 'actors' && more.length <= 2) return actorRoute(more, searchParams.get('event'));
  if (first === 'admin' && more.length === 0) {
    if (second === 'nodes' || second === 'settings') return { page: second };
    if (second === 'events') return { page: 'refused-events' };
  }
  if (more.length === 0 && second === undefined) {
    if (first === '' || first === 'trade') return { page: 'trade', symbol: null };
    if (first === 'strategies' || first === 'backtests' || first === 'live') return { page: first };
    if (first === 'inbox' || first === 'import' || first === 'admin') return { page: first };
  } else if (more.length === 0 && second !== undefined) {
    if (first === 'trade') return { page: 'trade', symbol: second };
    if (first === 'strategies') return { page: 'strategy', id: second };
    if (first === 'backtests' && second === 'new')
      return { page: 'new-backtest', strategyId: searchParams.get('strategy') };
    if (first === 'backtests') return { page: 'backtest', id: second };
    if (first === 'live') return { page: 'deployment', id: second };
  }
  return { page: 'unknown', path };
};

const actorRoute = ([kind, id]: readonly string[], event: string | null): Route => {
  if (kind === undefined) return { page: 'actors' };
  if (id === undefined) return { page: 'actor-kind', kind };
  return { page: 'actor', kind, id, event: event !== null && /^\d{1,15}$/.test(event) ? Number(event) : null };
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // no page has such a name
  }
};

const address = signal('/');
export const route = computed(() => routeOf(address.value));

/** Asked before a page is left that holds something unsaved: true lets go. */
let mayLeave: () => boolean = () => true;

export const guardLeaving = (guard: () => boolean): (() => void) => {
  mayLeave = guard;
  return () => {
    mayLeave = () => true;
  };
};

export const go = (path: string): void => {
  if (path === address.value || !mayLeave()) return;
  history.pushState(null, '', path);
  address.value = path;
};

/** The same page under another address: a choice that a reload should keep. */
export const goInstead = (path: string): void => {
  history.replaceState(null, '', path);
  address.value = path;
};

if (typeof location !== 'undefined') {
  address.value = `${location.pathname}${location.search}`;
  addEventListener('popstate', () => {
    const asked = `${location.pathname}${location.search}`;
    if (mayLeave()) address.value = asked;
    else history.pushState(null, '', address.value);
  });
}
