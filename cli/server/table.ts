/** Rows as a table for the terminal: numbers to the right, words to the left. */

import type { Terminal } from '../terminal.ts';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** To the right. */
  readonly isNumber?: boolean;
}

export const table = <Row>(rows: readonly Row[], columns: readonly Column<Row>[], terminal: Terminal): string => {
  const cells = rows.map((row) => columns.map(({ text }) => text(row)));
  const widths = columns.map(({ title }, place) =>
    Math.max(title.length, ...cells.map((row) => row[place]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, place) =>
        columns[place]?.isNumber === true ? text.padStart(widths[place] ?? 0) : text.padEnd(widths[place] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [terminal.style('dim', line(columns.map(({ title }) => title))), ...cells.map(line)].join('\n');
};

/** As JSON, one value for programs; or as text for people. */
export const tell = (
  terminal: Terminal,
  { isJson, value, text }: { readonly isJson: boolean; readonly value: unknown; readonly text: () => string },
): void => terminal.print(isJson ? JSON.stringify(value, null, 2) : text());

/** `2026-01-31 09:30:00`, UTC. */
export const shortTime = (instant: string): string => instant.slice(0, 19).replace('T', ' ');
