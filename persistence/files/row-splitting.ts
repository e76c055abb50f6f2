/** Splits one line of a delimited file into cells. */

import { parse } from 'csv-parse/sync';

/**
 * The cells of a line, or null when its quotes don't match. The parser is only asked where quotes
 * hold delimiters or quotes: it takes ten times as long.
 */
export const splitRow = (line: string, delimiter: string): readonly string[] | null => {
  if (!line.includes('"')) return line.split(delimiter);
  const cells = line.split(delimiter);
  if (cells.every((cell) => !cell.includes('"') || wholeCell.test(cell))) {
    return cells.map((cell) => (cell.startsWith('"') ? cell.slice(1, -1) : cell));
  }
  try {
    const rows: readonly (readonly string[])[] = parse(line, { delimiter, relax_column_count: true });
    return rows[0] ?? [''];
  } catch {
    return null; // the row is reported by whoever knows its line number
  }
};

/** A cell in quotes with no quote inside, so that they do nothing but stand around it. */
const wholeCell = /^"[^"]*"$/;

const delimiters = [';', '\t', '|', ','] as const;

/**
 * The delimiter of a file from some of its lines: the one that cuts most of them into the same
 * number of cells, at least `cellsMin`. Semicolons, tabs and bars come first, for in their files a
 * comma is a decimal mark. Null when none does.
 */
export const detectDelimiter = (lines: readonly string[], cellsMin: number): string | null => {
  let best: string | null = null;
  let bestShare = 0;
  for (const delimiter of delimiters) {
    const counts = new Map<number, number>();
    for (const line of lines) {
      const cells = splitRow(line, delimiter)?.length ?? 0;
      if (cells >= cellsMin) counts.set(cells, (counts.get(cells) ?? 0) + 1);
    }
    const share = Math.max(0, ...counts.values()) / lines.length;
    if (share > bestShare && (best === null || share > 2 * bestShare)) {
      best = delimiter;
      bestShare = share;
    }
  }
  return best;
};
