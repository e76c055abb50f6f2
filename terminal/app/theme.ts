/** Dark unless light was chosen; the choice is kept in the browser. */

import { effect, signal } from '@preact/signals';

export type Theme = 'dark' | 'light';

const key = 'xtrading.theme';

export const theme = signal<Theme>('dark');

export const followTheme = (): void => {
  theme.value = localStorage.getItem(key) === 'light' ? 'light' : 'dark';
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
};

export const switchTheme = (): void => {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(key, theme.value);
};

/** A colour of the design by its name, for canvases, which know no variables. Call it again when `theme` changes. */
export const colourOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
