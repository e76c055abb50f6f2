/** Where in a text a diagnostic points. */

export interface MarkerPlace {
  readonly from: number;
  readonly to: number;
}

/** From a line and column, from 1, to offsets: the word there, or one character. Places outside are brought inside. */
export const markerPlace = (text: string, line: number | null, column: number | null): MarkerPlace => {
  const lines = text.split('\n');
  const place = Math.max(0, Math.min(lines.length - 1, (line ?? 1) - 1));
  const start = lines.slice(0, place).reduce((sum, each) => sum + each.length + 1, 0);
  const shown = lines[place] ?? '';
  if (line === null || column === null) return { from: start, to: start + shown.length };
  const within = Math.max(0, Math.min(shown.length, column - 1));
  const word = /^[\w$]+/.exec(shown.slice(within))?.[0].length ?? 1;
  const to = Math.min(start + shown.length, start + within + word);
  // At the end of a line there is nothing to underline: the character before is.
  return { from: Math.max(start, Math.min(start + within, to - 1)), to };
};
