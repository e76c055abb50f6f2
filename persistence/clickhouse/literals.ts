/**
 * Parameters written into the statement. The embedded engine keeps bound ones for the whole process
 * at a time, so that one statement with parameters waits for another, on whatever connection.
 */

import type { SqlParameters } from './clickhouse.ts';

/** Puts values in the place of `{name:Type}`. Throws for a name without a value, which is a bug. */
export const withLiterals = (sql: string, parameters: SqlParameters): string =>
  sql.replaceAll(/\{(\w+):([\w()]+)\}/g, (_, name: string, type: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`The statement has no value for ${name}.`);
    if (type === 'Identifier') throw new Error('Names are not written as values.');
    return `CAST(${literal(value)} AS ${type})`;
  });

const literal = (value: string | number | readonly string[]): string => {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'number') return `[${value.map(quoted).join(', ')}]`;
  if (!Number.isFinite(value)) throw new Error(`${value} is no number for a statement.`);
  return String(value);
};

/** The two characters that mean something between quotes, and the one that ends a text of C. */
const quoted = (text: string): string =>
  `'${text.replaceAll(/[\\'\0]/g, (letter) => (letter === '\0' ? String.raw`\0` : `\\${letter}`))}'`;
