/**
 * Parameters written into the statement. The embedded engine keeps bound ones for the whole process
 * at a time, so that one statement with parameters waits for another, on whatever connection.
 */

import { quoteName } from './clickhouse.ts';
import type { SqlParameters } from './clickhouse.ts';

/** Puts values in the place of `{name:Type}`. Throws for a name without a value, which is a bug. */
export const withLiterals = (sql: string, parameters: SqlParameters): string =>
  sql.replaceAll(/\{(\w+):([\w()]+)\}/g, (_, name: string, type: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`The statement has no value for ${name}.`);
    if (type === 'Identifier') throw new Error('Names are not written as values.');
    return `CAST(${literal(value)} AS ${type})`;
  });

/**
 * The same with values as ClickHouse takes them over HTTP: texts with escapes, lists as SQL writes
 * them, and names for `{name:Identifier}`. Throws for a name without a value.
 */
export const withTextLiterals = (sql: string, parameters: ReadonlyMap<string, string>): string =>
  sql.replaceAll(/\{(\w+):([\w(), ]+)\}/g, (_, name: string, type: string) => {
    const text = parameters.get(name);
    if (text === undefined) throw new Error(`Substitution ${name} is not set.`);
    if (type === 'Identifier') return quoteName(withoutEscapes(text).replaceAll(/[\\`]/g, String.raw`\$&`));
    // As a number: the engine reads the digits of a text less exactly than those of a statement.
    if (/^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(text) && type !== 'String') return `CAST(${text} AS ${type})`;
    return `CAST(${quoteText(type === 'String' ? withoutEscapes(text) : text)} AS ${type})`;
  });

const withoutEscapes = (text: string): string =>
  text.replaceAll(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0' };

const literal = (value: string | number | readonly string[]): string => {
  if (typeof value === 'string') return quoteText(value);
  if (typeof value !== 'number') return `[${value.map(quoteText).join(', ')}]`;
  if (!Number.isFinite(value)) throw new Error(`${value} is no number for a statement.`);
  return String(value);
};

/** The two characters that mean something between quotes, and the one that ends a text of C. */
export const quoteText = (text: string): string =>
  `'${text.replaceAll(/[\\'\0]/g, (letter) => (letter === '\0' ? String.raw`\0` : `\\${letter}`))}'`;
