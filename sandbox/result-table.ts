/**
 * Orders, fills and trades as tables of numbers: how they leave the isolate. Every double survives
 * exactly, it is compact, and a host that reads them makes objects only of what it has checked.
 * Used on both sides of the boundary.
 */

import type { Fill, Order, Trade } from '#domain';

/**
 * What a column holds. A text is its number in a list that both sides keep; null and absent are NaN,
 * which no number in a result is.
 */
type Kind =
  | 'number'
  | 'number-or-null'
  | 'text'
  | 'text-or-null'
  | 'number-or-absent'
  | 'text-or-absent'
  | 'flag-or-absent';

/** A row of the orders' table: an order with its request laid flat beside it. */
type Request = Order['request'];
type FlatOrder = Omit<Order, 'request'> & {
  readonly [K in Exclude<keyof Request, 'size' | 'trail'> as `request.${K}`]: Request[K];
} & Readonly<
    Record<
      'request.quantity' | 'request.fraction' | 'request.trailAmount' | 'request.trailFraction',
      number | undefined
    >
  >;

/** Every field has a column: the compiler asks whoever adds a field to add it here. */
type Columns<Of> = { readonly [K in keyof Of]-?: Kind };

const orderColumns: Columns<FlatOrder> = {
  id: 'number',
  feed: 'number',
  side: 'text',
  type: 'text',
  quantity: 'number',
  limit: 'number-or-null',
  stop: 'number-or-null',
  status: 'text',
  filledQuantity: 'number',
  fillPrice: 'number-or-null',
  createdStep: 'number',
  createdTime: 'number',
  updatedStep: 'number',
  stopLossOrder: 'number-or-null',
  takeProfitOrder: 'number-or-null',
  reason: 'text-or-null',
  'request.feed': 'number',
  'request.side': 'text',
  'request.type': 'text',
  'request.quantity': 'number-or-absent',
  'request.fraction': 'number-or-absent',
  'request.limit': 'number-or-absent',
  'request.stop': 'number-or-absent',
  'request.trailAmount': 'number-or-absent',
  'request.trailFraction': 'number-or-absent',
  'request.timeInForce': 'text-or-absent',
  'request.expiresAt': 'number-or-absent',
  'request.postOnly': 'flag-or-absent',
  'request.reduceOnly': 'flag-or-absent',
  'request.stopLoss': 'number-or-absent',
  'request.takeProfit': 'number-or-absent',
  'request.ocoGroup': 'text-or-absent',
  'request.parent': 'number-or-absent',
  'request.closesTrade': 'number-or-absent',
  'request.tag': 'text-or-absent',
};

const fillColumns: Columns<Fill> = {
  order: 'number',
  feed: 'number',
  side: 'text',
  quantity: 'number',
  price: 'number',
  commission: 'number',
  step: 'number',
  bar: 'number',
  time: 'number',
  tag: 'text-or-null',
};

const tradeColumns: Columns<Trade> = {
  id: 'number',
  feed: 'number',
  side: 'text',
  quantity: 'number',
  entryBar: 'number',
  entryTime: 'number',
  entryPrice: 'number',
  exitBar: 'number-or-null',
  exitTime: 'number-or-null',
  exitPrice: 'number-or-null',
  stopLoss: 'number-or-null',
  takeProfit: 'number-or-null',
  pnl: 'number',
  returnFraction: 'number',
  commission: 'number',
  tag: 'text-or-null',
};

export const tableNames = ['orders', 'fills', 'trades'] as const;
export type TableName = (typeof tableNames)[number];

const tables: Readonly<Record<TableName, readonly (readonly [field: string, kind: Kind])[]>> = {
  orders: Object.entries(orderColumns),
  fills: Object.entries(fillColumns),
  trades: Object.entries(tradeColumns),
};

/** The texts of a result in the order of their first use. */
export class TextList {
  readonly #numbers = new Map<string, number>();
  #fresh: string[] = [];

  numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(text, number);
      this.#fresh.push(text);
    }
    return number;
  }

  /** The texts that are new since the last call. */
  takeFresh(): string[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Rows `from` to `to` of a table as numbers, row after row. */
export const encodeRows = (
  table: TableName,
  rows: readonly object[],
  span: { readonly from: number; readonly to: number },
  texts: TextList,
): Float64Array => {
  const columns = tables[table];
  const numbers = new Float64Array((span.to - span.from) * columns.length);
  let at = 0;
  for (let i = span.from; i < span.to; i++) {
    const given = rows[i] as Row; // the span lies within the rows; their fields are read by name below
    const row = table === 'orders' ? flatten(given) : given;
    for (const [field, kind] of columns) {
      const value = row[field];
      numbers[at++] =
        value === null || value === undefined
          ? NaN
          : kind === 'number' || kind === 'number-or-null' || kind === 'number-or-absent'
            ? Number(value)
            : kind === 'flag-or-absent'
              ? value === true
                ? 1
                : 0
              : texts.numberOf(typeof value === 'string' ? value : '');
    }
  }
  return numbers;
};

/** The rows that the numbers say. Throws a RangeError where they say none: a text that isn't there, a wrong length. */
export const decodeRows = (table: TableName, numbers: Float64Array, texts: readonly string[]): object[] => {
  const columns = tables[table];
  if (numbers.length % columns.length !== 0) throw new RangeError(`${numbers.length} numbers are no rows of ${table}`);
  const rows: object[] = [];
  for (let at = 0; at < numbers.length;) {
    const row: Record<string, unknown> = {};
    for (const [field, kind] of columns) {
      const value = decodeCell(kind, numbers[at++] as number, texts); // at < length, a multiple of the columns
      if (value !== undefined) row[field] = value;
    }
    rows.push(table === 'orders' ? unflatten(row) : row);
  }
  return rows;
};

const decodeCell = (kind: Kind, number: number, texts: readonly string[]): unknown => {
  if (kind === 'number') return number;
  if (Number.isNaN(number) && kind !== 'text')
    return kind === 'number-or-null' || kind === 'text-or-null' ? null : undefined;
  if (kind === 'number-or-null' || kind === 'number-or-absent') return number;
  if (kind === 'flag-or-absent') return number !== 0;
  const text = texts[number];
  if (text === undefined) throw new RangeError(`there is no text ${number}`);
  return text;
};

const flatten = (order: Row): Row => {
  const { size, trail, ...request } = order['request'] as Readonly<Record<string, Row | undefined>>; // an order has a request
  const flat: Record<string, unknown> = { ...order };
  for (const [field, value] of Object.entries(request)) flat[`request.${field}`] = value;
  flat['request.quantity'] = size?.['quantity'];
  flat['request.fraction'] = size?.['fraction'];
  flat['request.trailAmount'] = trail?.['amount'];
  flat['request.trailFraction'] = trail?.['fraction'];
  return flat;
};

const unflatten = (flat: Row): object => {
  const order: Record<string, unknown> = {};
  const request: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(flat)) {
    switch (field) {
      case 'request.quantity':
      case 'request.fraction':
        request['size'] = { [field.slice('request.'.length)]: value };
        break;
      case 'request.trailAmount':
        request['trail'] = { amount: value };
        break;
      case 'request.trailFraction':
        request['trail'] = { fraction: value };
        break;
      default:
        if (field.startsWith('request.')) request[field.slice('request.'.length)] = value;
        else order[field] = value;
    }
  }
  order['request'] = request;
  return order;
};
