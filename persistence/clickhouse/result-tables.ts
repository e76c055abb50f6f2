/** The tables of a result as columns: which there are, and rows to and from them. */

import type { BacktestResult, Fill, LogLine, Order, Trade } from '#domain';
import { exactJson, parseExactJson } from './exact-json.ts';
import type { Column, Columns } from './native-format.ts';

/** How a field is kept; `json` is for what has an inner shape. */
type FieldKind = Column['type'] | 'json';
type Fields<T> = Readonly<Record<keyof T & string, FieldKind>>;

const number = 'Float64';
const numberOrNull = 'Nullable(Float64)';
const text = 'String';
const textOrNull = 'Nullable(String)';

const trades: Fields<Trade> = {
  id: number,
  feed: number,
  side: text,
  quantity: number,
  entryBar: number,
  entryTime: number,
  entryPrice: number,
  exitBar: numberOrNull,
  exitTime: numberOrNull,
  exitPrice: numberOrNull,
  stopLoss: numberOrNull,
  takeProfit: numberOrNull,
  pnl: number,
  returnFraction: number,
  commission: number,
  tag: textOrNull,
};

const orders: Fields<Order> = {
  id: number,
  request: 'json',
  feed: number,
  side: text,
  type: text,
  quantity: number,
  limit: numberOrNull,
  stop: numberOrNull,
  status: text,
  filledQuantity: number,
  fillPrice: numberOrNull,
  createdStep: number,
  createdTime: number,
  updatedStep: number,
  stopLossOrder: numberOrNull,
  takeProfitOrder: numberOrNull,
  reason: textOrNull,
};

const fills: Fields<Fill> = {
  order: number,
  feed: number,
  side: text,
  quantity: number,
  price: number,
  commission: number,
  step: number,
  bar: number,
  time: number,
  tag: textOrNull,
};

const equity: Fields<{ time: number; equity: number }> = { time: number, equity: number };
const log: Fields<LogLine> = { time: number, text };
const plots: Fields<{ plot: number; step: number; value: number }> = { plot: number, step: number, value: number };

const resultFields = { trades, orders, fills, equity, log, plots };
export type KeptTable = keyof typeof resultFields;
/** The names of the tables, which are keys of the object above. */
export const keptTables = Object.keys(resultFields) as readonly KeptTable[];

type TableColumns = Readonly<Record<string, Column>>;

export const resultColumns = (result: BacktestResult): Readonly<Record<KeptTable, TableColumns>> => {
  const lines = Object.values(result.plots);
  return {
    trades: columnsOf(trades, result.trades),
    orders: columnsOf(orders, result.orders),
    fills: columnsOf(fills, result.fills),
    equity: {
      time: { type: number, values: result.timeline },
      equity: { type: number, values: result.equity },
    },
    log: columnsOf(log, result.log),
    plots: {
      plot: floats(lines.flatMap(({ steps }, plot) => steps.map(() => plot))),
      step: floats(lines.flatMap(({ steps }) => steps)),
      value: floats(lines.flatMap(({ values }) => values)),
    },
  };
};

const floats = (values: readonly number[]): Column => ({ type: number, values: Float64Array.from(values) });

const columnsOf = <T>(fields: Fields<T>, rows: readonly T[]): TableColumns =>
  Object.fromEntries(
    Object.entries<FieldKind>(fields).map(([name, kind]) => {
      // The fields of a table are those of its rows; what kind of values each has, the table says.
      const values = rows.map((row) => row[name as keyof T]);
      return [name, columnOf(kind, values)] as const;
    }),
  );

const columnOf = (kind: FieldKind, values: readonly unknown[]): Column => {
  switch (kind) {
    case 'json':
      return { type: text, values: values.map(exactJson) };
    case 'Float64':
      return floats(values as readonly number[]);
    case 'Nullable(Float64)':
      return { type: kind, values: values as readonly (number | null)[] };
    case 'String':
      return { type: kind, values: values as readonly string[] };
    case 'Nullable(String)':
      return { type: kind, values: values as readonly (string | null)[] };
  }
};

/** What a SELECT has to give out for {@link rowsOf}. */
export const selectedFields = (table: KeptTable): string =>
  Object.entries<FieldKind>(resultFields[table])
    // Texts of few values are kept in a type of their own.
    .map(([name, kind]) => (kind === text ? `CAST(\`${name}\` AS String) AS \`${name}\`` : `\`${name}\``))
    .join(', ');

/** Rows as the result has them. */
export const rowsOf = (table: KeptTable, columns: Columns): Record<string, unknown>[] => {
  const rows = Array.from({ length: columns.rows }, (): Record<string, unknown> => ({}));
  for (const [name, kind] of Object.entries<FieldKind>(resultFields[table])) {
    const values = valuesOf(columns, name, kind);
    rows.forEach((row, i) => (row[name] = values[i]));
  }
  return rows;
};

const valuesOf = (columns: Columns, name: string, kind: FieldKind): ArrayLike<unknown> => {
  switch (kind) {
    case 'json':
      return columns.texts(name).map(parseExactJson);
    case 'Float64':
      return columns.numbers(name);
    case 'Nullable(Float64)':
      return columns.nullableNumbers(name);
    case 'String':
      return columns.texts(name);
    case 'Nullable(String)':
      return columns.nullableTexts(name);
  }
};
