/** Keys that work everywhere: Ctrl+K, `/`, `?`, and `g` with the letter of a page. */

import { may, person } from '../session/session.ts';
import { openCommands, overlay } from './overlay.ts';
import { places } from './places.ts';
import { go } from './router.ts';

/** Longer, and the `g` is forgotten. */
const sequenceMs = 1_500;

/** Without the pages that the person may not see. */
export const keyboardHelp = (): readonly (readonly [string, string])[] => [
  ['Ctrl K', 'Commands: go anywhere, do anything'],
  ['/', 'Search a symbol'],
  ...places.filter(({ permission }) => may(permission)).map(({ letter, title }) => [`g ${letter}`, title] as const),
  ['b', 'Trade: buy ticket'],
  ['s', 'Trade: sell ticket'],
  ['Ctrl S', 'Strategy: check and save'],
  ...(may('system:read') ? [['[ ]', 'Actor: the event before, the one after'] as const] : []),
  ['Esc', 'Close what lies over the page'],
  ['?', 'This help'],
];

const isTyping = (target: EventTarget | null | undefined): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** Keys of the page that is shown, by key. */
const pageKeys = new Map<string, () => void>();

/** Keys while a page is shown; the returned function takes them away. */
export const listenToKeys = (keys: Readonly<Record<string, () => void>>): (() => void) => {
  for (const [key, action] of Object.entries(keys)) pageKeys.set(key, action);
  return () => {
    for (const key of Object.keys(keys)) pageKeys.delete(key);
  };
};

export const listenForShortcuts = (): void => {
  let goUntil = 0;
  addEventListener('keydown', (event) => {
    if (person.value === null) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      openCommands();
      return;
    }
    // Inside the editor's shadow root, the target is the root's host.
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.composedPath()[0])) return;
    if (overlay.value !== null || document.querySelector('dialog[open]') !== null) return;
    const place = Date.now() < goUntil ? places.find(({ letter }) => letter === event.key) : undefined;
    goUntil = 0;
    const pageKey = pageKeys.get(event.key);
    if (place !== undefined) go(place.path);
    else if (event.key === 'g') goUntil = Date.now() + sequenceMs;
    else if (event.key === '?') overlay.value = 'help';
    else if (event.key === '/') openCommands('');
    else if (pageKey === undefined) return;
    else pageKey();
    event.preventDefault();
  });
};
