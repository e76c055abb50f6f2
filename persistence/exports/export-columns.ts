/** The columns of exported tables: their names, their kinds, and where a row has them. */

import type { ResultTable } from '#ports';

type Row = Readonly<Record<string, unknown>>;

export interface ExportColumn {
  readonly name: string;
  /** `time` is milliseconds UTC in the row. */
  readonly kind: 'integer' | 'number' | 'time' | 'text';
  readonly of: (row: Row) => unknown;
}

const columns = (kinds: Readonly<Record<string, ExportColumn['kind']>>): readonly ExportColumn[] =>
  Object.entries(kinds).map(([name, kind]) => ({ name, kind, of: (row) => row[name] }));

/** An order's label stands in what was asked for. */
const orderTag: ExportColumn = {
  name: 'tag',
  kind: 'text',
  // Rows of orders are orders, which have a request.
  of: (row) => (row['request'] as { readonly tag?: string }).tag ?? null,
};

export const exportColumns: Readonly<Record<ResultTable, readonly ExportColumn[]>> = {
  trades: columns({
    id: 'integer',
    feed: 'integer',
    side: 'text',
    quantity: 'number',
    entryBar: 'integer',
    entryTime: 'time',
    entryPrice: 'number',
    exitBar: 'integer',
    exitTime: 'time',
    exitPrice: 'number',
    stopLoss: 'number',
    takeProfit: 'number',
    pnl: 'number',
    returnFraction: 'number',
    commission: 'number',
    tag: 'text',
  }),
  orders: [
    ...columns({
      id: 'integer',
      feed: 'integer',
      side: 'text',
      type: 'text',
      quantity: 'number',
      limit: 'number',
      stop: 'number',
      status: 'text',
      filledQuantity: 'number',
      fillPrice: 'number',
      createdStep: 'integer',
      createdTime: 'time',
      updatedStep: 'integer',
      stopLossOrder: 'integer',
      takeProfitOrder: 'integer',
      reason: 'text',
    }),
    orderTag,
  ],
  fills: columns({
    order: 'integer',
    feed: 'integer',
    side: 'text',
    quantity: 'number',
    price: 'number',
    commission: 'number',
    step: 'integer',
    bar: 'integer',
    time: 'time',
    tag: 'text',
  }),
  equity: columns({ time: 'time', equity: 'number' }),
  log: columns({ time: 'time', text: 'text' }),
};
