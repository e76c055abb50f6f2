/** Which overlay lies over the page: one at a time. */

import { signal } from '@preact/signals';

export const overlay = signal<'commands' | 'help' | null>(null);

/** What is typed into the command palette to begin with. */
export const commandText = signal('');

export const openCommands = (text = ''): void => {
  commandText.value = text;
  overlay.value = 'commands';
};

export const closeOverlay = (): void => {
  overlay.value = null;
};
