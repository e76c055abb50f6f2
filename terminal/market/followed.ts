/** The symbols of the watchlist, kept in this browser for each user. */

import { signal } from '@preact/signals';
import { forEachPerson } from '../session/session.ts';

/** null: nothing was chosen so far, and all are shown. */
export const followed = signal<readonly string[] | null>(null);

let key = '';

export const isFollowed = (symbol: string): boolean => followed.value?.includes(symbol) ?? false;

export const toggleFollowed = (symbol: string): void => {
  const before = followed.value ?? [];
  const next = before.includes(symbol) ? before.filter((other) => other !== symbol) : [...before, symbol];
  followed.value = next.length === 0 ? null : next;
  if (next.length === 0) localStorage.removeItem(key);
  else localStorage.setItem(key, next.join(' '));
};

forEachPerson(({ id }) => {
  key = `xtrading.followed.${id}`;
  followed.value = localStorage.getItem(key)?.split(' ') ?? null;
  return () => {
    followed.value = null;
  };
});
