/** Entries as backtrader's users record them, against the entries that they mean. */

import { describe, expect, it } from 'vitest';
import { dayMs, parseTime } from '../market/calendar.ts';
import { parseOrderTape } from './order-tape.ts';
import type { TapeEntry } from './order-tape.ts';

const entryOf = (fields: object): TapeEntry | undefined => parseOrderTape([{ bar: 1, size: 1, ...fields }])[0];

describe('the type of an entry', () => {
  it.each([
    ['LimitIfTouched', 'limit-if-touched'],
    ['StopMarket', 'stop'],
    ['MarketOnOpen', 'market-on-open'],
    ['Market', 'market'],
    ['Order.Close', 'market-on-close'],
    ['LIMIT', 'limit'],
    ['Stop', 'stop'],
    ['stop_limit', 'stop-limit'],
    ['StopLimit', 'stop-limit'],
    ['trailing-stop', 'trailing-stop'],
    ['StopTrail', 'trailing-stop'],
    ['StopTrailLimit', 'trailing-stop-limit'],
    [0, 'market'],
    [1, 'market-on-close'],
    [6, 'trailing-stop-limit'],
  ])('%s is %s', (exectype, type) => {
    expect(entryOf({ exectype, trailamount: 1 })).toMatchObject({ type });
    expect(entryOf({ type: exectype, trailamount: 1 })).toMatchObject({ type });
  });

  it.each([['Iceberg'], ['constructor'], [7], ['']])('is refused as %s', (type) => {
    expect(() => entryOf({ type })).toThrow('tape[0].type: ');
  });
});

describe('the prices of an entry', () => {
  it.each<[string, object, { limit: number | null; stop: number | null }]>([
    ['the limit of a limit order', { type: 'Limit', price: 10 }, { limit: 10, stop: null }],
    ['the trigger of a stop', { type: 'Stop', price: 10 }, { limit: null, stop: 10 }],
    [
      'the trigger of a stop-limit, plimit its limit',
      { type: 'StopLimit', price: 10, plimit: 9 },
      { limit: 9, stop: 10 },
    ],
    ['both of a stop-limit that has no plimit', { type: 'StopLimit', price: 10 }, { limit: 10, stop: 10 }],
    ['beside a limit', { type: 'StopLimit', price: 10, limit: 9 }, { limit: 9, stop: 10 }],
    ['missing beside a stop', { type: 'StopLimit', stop: 10, pricelimit: 9 }, { limit: 9, stop: 10 }],
    ['nothing at market', { type: 'Market', price: 10 }, { limit: null, stop: null }],
    ['nothing at the close', { type: 'Close', price: 10 }, { limit: null, stop: null }],
    [
      'what a buy trails above',
      { type: 'StopTrail', price: 10, trailamount: 2, trailpercent: 0 },
      { limit: null, stop: 12 },
    ],
    [
      'what a sell trails below',
      { type: 'StopTrail', price: 10, trailpercent: 0.1, size: -1 },
      { limit: null, stop: 9 },
    ],
    [
      'what a limit keeps its distance from',
      { type: 'StopTrailLimit', price: 10, plimit: 11, trailamount: 2, size: -1 },
      { limit: 9, stop: 8 },
    ],
    [
      'the plimit of a trail, where it is missing',
      { type: 'StopTrailLimit', plimit: 11, trailamount: 2 },
      { limit: 13, stop: 13 },
    ],
  ])('price is %s', (_, fields, prices) => {
    expect(entryOf(fields)).toMatchObject(prices);
  });

  it.each<[string, object, string]>([
    ['a price of no type', { price: 10 }, 'tape[0].price: says nothing without a type.'],
    ['a plimit of no type', { plimit: 10 }, 'tape[0].plimit: says nothing without a type.'],
    [
      'two limits',
      { type: 'Limit', price: 10, limit: 11 },
      'tape[0].limit: 11 is not the price that the entry gives, 10.',
    ],
    [
      'a trail of a target',
      { type: 'StopTrail', price: 10, trailamount: 1, size: null, target: { units: 1 } },
      'tape[0].price: needs a size',
    ],
    ['a trail of more than all', { type: 'StopTrail', trailpercent: 2 }, 'tape[0].trailpercent: 2 is out of range.'],
  ])('refuses %s', (_, fields, message) => {
    expect(() => entryOf(fields)).toThrow(message);
  });
});

describe('the side of an entry', () => {
  it('signs the size', () => {
    expect(
      [{ side: 'buy' }, { side: 'Sell' }, { ordtype: 'Sell' }, { side: 'sell', size: -1 }].map(
        (fields) => entryOf(fields)?.size,
      ),
    ).toEqual([1, -1, -1, -1]);
  });

  it('is refused where it contradicts the size, or is none', () => {
    expect(() => entryOf({ side: 'buy', size: -1 })).toThrow('tape[0].size: a negative size to buy.');
    expect(() => entryOf({ side: 'short' })).toThrow('tape[0].side: "short" is no side.');
  });
});

describe('how long an entry is valid', () => {
  it('is a time, a day in the count from the year 1, or the day of the order', () => {
    const march = parseTime('2006-03-14');
    expect(entryOf({ valid: '2006-03-14' })).toMatchObject({ validUntil: march, timeInForce: null });
    expect(entryOf({ valid: march / dayMs + 719_163 })).toMatchObject({ validUntil: march });
    expect(entryOf({ valid: march })).toMatchObject({ validUntil: march });
    expect(entryOf({ valid: 'day' })).toMatchObject({ validUntil: null, timeInForce: 'DAY' });
    expect(entryOf({ valid: null })).toMatchObject({ validUntil: null, timeInForce: null });
  });

  it.each([[0], [5], ['soon']])('is refused as %s', (valid) => {
    expect(() => entryOf({ valid })).toThrow('tape[0].valid: ');
  });
});
