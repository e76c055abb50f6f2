import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fill, Order, Trade } from '#domain';
import { decodeRows, encodeRows, TextList } from './result-table.ts';
import type { TableName } from './result-table.ts';

const number = fc.double({ noNaN: true });
const numberOrNull = fc.option(number, { nil: null });
const text = fc.string();

/** Leaves absent what is undefined, as the engine does. */
const without = (record: object): object =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

const absent = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const order: fc.Arbitrary<Order> = fc.record({
  id: number,
  feed: number,
  side: fc.constantFrom('buy' as const, 'sell' as const),
  type: fc.constantFrom('market' as const, 'trailing-stop' as const),
  quantity: number,
  limit: numberOrNull,
  stop: numberOrNull,
  status: fc.constantFrom('filled' as const, 'expired' as const),
  filledQuantity: number,
  fillPrice: numberOrNull,
  createdStep: number,
  createdTime: number,
  updatedStep: number,
  stopLossOrder: numberOrNull,
  takeProfitOrder: numberOrNull,
  reason: fc.option(text, { nil: null }),
  request: fc
    .record({
      feed: number,
      side: fc.constantFrom('buy' as const, 'sell' as const),
      type: fc.constant('stop' as const),
      size: fc.oneof(fc.record({ quantity: number }), fc.record({ fraction: number })),
      limit: absent(number),
      stop: absent(number),
      trail: absent(fc.oneof(fc.record({ amount: number }), fc.record({ fraction: number }))),
      timeInForce: absent(fc.constantFrom('GTC' as const, 'IOC' as const)),
      expiresAt: absent(number),
      postOnly: absent(fc.boolean()),
      reduceOnly: absent(fc.boolean()),
      stopLoss: absent(number),
      takeProfit: absent(number),
      ocoGroup: absent(text),
      parent: absent(number),
      closesTrade: absent(number),
      tag: absent(text),
    })
    .map((request) => without(request) as Order['request']), // only undefined fields were dropped
});

const fill: fc.Arbitrary<Fill> = fc.record({
  order: number,
  feed: number,
  side: fc.constantFrom('buy' as const, 'sell' as const),
  quantity: number,
  price: number,
  commission: number,
  step: number,
  bar: number,
  time: number,
  tag: fc.option(text, { nil: null }),
});

const trade: fc.Arbitrary<Trade> = fc.record({
  id: number,
  feed: number,
  side: fc.constantFrom('long' as const, 'short' as const),
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
  tag: fc.option(text, { nil: null }),
});

const there = (table: TableName, rows: readonly object[]): object[] => {
  const texts = new TextList();
  const known: string[] = [];
  const back: object[] = [];
  for (let from = 0; from < rows.length; from += 3) {
    const numbers = encodeRows(table, rows, { from, to: Math.min(rows.length, from + 3) }, texts);
    known.push(...texts.takeFresh());
    back.push(...decodeRows(table, numbers, known));
  }
  return back;
};

describe('tables', () => {
  test('bring orders, fills and trades to the other side exactly', () => {
    fc.assert(
      fc.property(fc.array(order, { maxLength: 8 }), (rows) => {
        expect(there('orders', rows)).toEqual(rows);
      }),
    );
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 8 }), (rows) => {
        expect(there('fills', rows)).toEqual(rows);
      }),
    );
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 8 }), (rows) => {
        expect(there('trades', rows)).toEqual(rows);
      }),
    );
  });

  test('refuse a number of cells that is no number of rows', () => {
    expect(() => decodeRows('fills', new Float64Array(11), [])).toThrow(RangeError);
  });

  test('refuse the number of a text that is not there', () => {
    expect(() => decodeRows('fills', new Float64Array(10).fill(7), ['only one'])).toThrow(RangeError);
    expect(() => decodeRows('fills', new Float64Array(10).fill(0.5), ['only one'])).toThrow(RangeError);
  });
});
