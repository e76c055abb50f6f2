/** The lines around a place in a source, with a caret below the column. */

import type { SourcePosition } from './failure.ts';

const linesBefore = 2;
const linesAfter = 1;
/** Longer lines are cut around the column: minified sources have lines of a megabyte. */
const lineLengthMax = 120;

export const codeFrame = (source: string, { line, column }: Pick<SourcePosition, 'line' | 'column'>): string => {
  const lines = source.split(/\r\n|\r|\n/);
  const from = Math.max(1, line - linesBefore);
  const to = Math.min(lines.length, line + linesAfter);
  const width = String(to).length;
  const cutAt = Math.max(0, column - Math.floor(lineLengthMax / 2));
  const shown: string[] = [];
  for (let number = from; number <= to; number++) {
    const text = (lines[number - 1] ?? '').slice(cutAt, cutAt + lineLengthMax).replaceAll('\t', ' ');
    shown.push(`${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`.trimEnd());
    if (number === line) shown.push(`  ${' '.repeat(width)} | ${' '.repeat(column - 1 - cutAt)}^`);
  }
  return shown.join('\n');
};
