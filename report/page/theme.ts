/** The colours of the page's style sheet, for what is drawn on a canvas. */

/** The value of a custom property such as `--accent`, as the reader's colour scheme has it now. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Charts are drawn with the colours of the moment; on a change they are drawn again. */
export const onThemeChange = (redraw: () => void): void => {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
};
