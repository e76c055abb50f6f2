/** What the stores ask of ClickHouse, be it the engine in this process or a server: one SQL text for both. */

import type { Column, Columns } from './native-format.ts';

/** Values of `{name:Type}` in SQL. */
export type SqlParameters = Readonly<Record<string, string | number | readonly string[]>>;

export interface InsertRequest {
  readonly table: string;
  /** Columns with the same value in every row: the key, mostly. */
  readonly constants: Readonly<Record<string, string | number>>;
  readonly columns: Readonly<Record<string, Column>>;
}

export interface ClickHouse {
  /** Rows of a SELECT without FORMAT, column by column. It gives out Float64, String and these as Nullable only. */
  select(sql: string, parameters?: SqlParameters): Promise<Columns>;
  command(sql: string, parameters?: SqlParameters): Promise<void>;
  /** Resolves when the rows are on the disk; all of one insert appear at once. */
  insert(request: InsertRequest): Promise<void>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Some columns are called as words of SQL are. */
export const quoteName = (name: string): string => `\`${name}\``;

/** Numbers are floats, which the table's column converts. */
const constantType = (value: string | number): string => (typeof value === 'string' ? 'String' : 'Float64');

/** `INSERT … SELECT constants, columns FROM `, before the source of the columns; the names of constants are parameters. */
export const insertStatement = ({ table, constants, columns }: InsertRequest): string => {
  const names = [...Object.keys(constants), ...Object.keys(columns)].map(quoteName);
  const values = [
    ...Object.entries(constants).map(([name, value]) => `{${name}:${constantType(value)}}`),
    ...Object.keys(columns).map(quoteName),
  ];
  return `INSERT INTO ${table} (${names.join(', ')}) SELECT ${values.join(', ')} FROM `;
};
