/**
 * The names under which recordings of backtrader write an order, read into the tape's own: `exectype`,
 * `price` and `plimit`, `valid`, `side`, `ref`. Case, hyphens and underscores of a type do not matter.
 */

import { ConfigMistake } from '../config.ts';
import type { Fields } from '../config.ts';
import { dayMs, parseTime } from '../market/calendar.ts';
import type { OrderType, TimeInForce } from './order.ts';

/** Fields of an entry that only this file reads. */
export const recordedFields = [
  'exectype',
  'price',
  'plimit',
  'pricelimit',
  'trailamount',
  'trailpercent',
  'valid',
  'side',
  'ordtype',
  'ref',
] as const;

const typesByName: ReadonlyMap<string, OrderType> = new Map([
  ['market', 'market'],
  ['limit', 'limit'],
  ['stop', 'stop'],
  ['stopmarket', 'stop'],
  ['stoplimit', 'stop-limit'],
  ['stoptrail', 'trailing-stop'],
  ['trailingstop', 'trailing-stop'],
  ['stoptraillimit', 'trailing-stop-limit'],
  ['trailingstoplimit', 'trailing-stop-limit'],
  ['close', 'market-on-close'],
  ['marketonclose', 'market-on-close'],
  ['marketonopen', 'market-on-open'],
  ['limitiftouched', 'limit-if-touched'],
]);

/** backtrader's numbers for its types. */
const typesByNumber: readonly OrderType[] = [
  'market',
  'market-on-close',
  'limit',
  'stop',
  'stop-limit',
  'trailing-stop',
  'trailing-stop-limit',
];

/** The type of an entry, null where it names none. */
export const parseOrderType = (fields: Fields): OrderType | null => {
  const name = fields.has('type') ? 'type' : 'exectype';
  const value = fields.raw(name);
  if (value === undefined) return null;
  const found = typeof value === 'number' ? typesByNumber[value] : typesByName.get(plainName(fields.text(name, '')));
  if (found !== undefined) return found;
  throw new ConfigMistake(
    fields.at(name),
    `${JSON.stringify(value)} is no type of order.`,
    'Write market, limit, stop, stop-limit, trailing-stop, trailing-stop-limit, market-on-close, market-on-open or limit-if-touched; or as backtrader Market, Close, Limit, Stop, StopLimit, StopTrail, StopTrailLimit.',
  );
};

const plainName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^order\./, '')
    .replaceAll(/[-_ ]/g, '');

/** The signed size that a positive one and a side make; null where there is no size. */
export const parseSize = (fields: Fields): number | null => {
  const size = fields.number('size', null);
  const name = fields.has('side') ? 'side' : 'ordtype';
  const side = fields.text(name, null)?.toLowerCase() ?? null;
  if (size === null || side === null) return size;
  if (side !== 'buy' && side !== 'sell')
    throw new ConfigMistake(
      fields.at(name),
      `"${side}" is no side.`,
      'Write buy or sell, or leave it out and give the size its sign.',
    );
  if (side === 'buy' && size < 0)
    throw new ConfigMistake(fields.at('size'), 'a negative size to buy.', 'Write a positive size, or sell.');
  return side === 'buy' ? size : -Math.abs(size);
};

export interface EntryPrices {
  readonly limit: number | null;
  readonly stop: number | null;
  readonly trailAmount: number | null;
  readonly trailPercent: number | null;
}

/**
 * Prices under either kind of name. `price` is the limit of a limit order, the trigger of a stop, and
 * of a trailing stop the price from which its first trigger is as far away as the trail says;
 * `plimit` (or `pricelimit`) is the limit of a stop-limit and a trailing stop-limit.
 */
export const parsePrices = (fields: Fields, type: OrderType | null, size: number | null): EntryPrices => {
  const own: EntryPrices = {
    limit: fields.number('limit', null),
    stop: fields.number('stop', null),
    trailAmount: fields.number('trailAmount', null, { above: 0 }) ?? positive(fields, 'trailamount'),
    trailPercent: fields.number('trailPercent', null, { above: 0, below: 1 }) ?? positive(fields, 'trailpercent', 1),
  };
  const price = fields.number('price', null);
  const plimit = fields.number('plimit', fields.number('pricelimit', null));
  if (price === null && plimit === null) return own;
  // backtrader takes the one of the two that is missing from the other.
  const recorded = pricesOf({
    fields,
    type,
    price: price ?? own.stop ?? plimit ?? NaN,
    plimit: plimit ?? own.limit ?? price ?? NaN,
    isBuy: size === null ? null : size > 0,
    ...own,
  });
  for (const name of ['limit', 'stop'] as const) {
    if (own[name] === null || recorded[name] === null || own[name] === recorded[name]) continue;
    throw new ConfigMistake(
      fields.at(name),
      `${own[name]} is not the price that the entry gives, ${recorded[name]}.`,
      `Write ${name}, or price and plimit.`,
    );
  }
  return { ...own, limit: own.limit ?? recorded.limit, stop: own.stop ?? recorded.stop };
};

/** A trail as recorded: 0 is none. */
const positive = (fields: Fields, name: string, below = Infinity): number | null => {
  const value = fields.number(name, null, { min: 0, below });
  return value === 0 ? null : value;
};

interface RecordedPrices extends EntryPrices {
  readonly fields: Fields;
  readonly type: OrderType | null;
  readonly price: number;
  readonly plimit: number;
  /** null where a target decides. */
  readonly isBuy: boolean | null;
}

const pricesOf = ({
  fields,
  type,
  price,
  plimit,
  isBuy,
  limit,
  trailAmount,
  trailPercent,
}: RecordedPrices): Pick<EntryPrices, 'limit' | 'stop'> => {
  switch (type) {
    case null:
      throw new ConfigMistake(
        fields.at(fields.has('price') ? 'price' : 'plimit'),
        'says nothing without a type.',
        'Write limit or stop instead, or a type such as Limit.',
      );
    case 'market':
    case 'market-on-open':
    case 'market-on-close':
      return { limit: null, stop: null }; // recorded with the close at which they were made, which decides nothing
    case 'limit':
      return { limit: price, stop: null };
    case 'stop':
      return { limit: null, stop: price };
    case 'trailing-stop':
    case 'trailing-stop-limit': {
      if (isBuy === null)
        throw new ConfigMistake(
          fields.at('price'),
          'needs a size, to know on which side the stop trails.',
          'Write a size instead of the target.',
        );
      const distance = trailAmount ?? price * (trailPercent ?? 0);
      const stop = isBuy ? price + distance : price - distance;
      return { limit: type === 'trailing-stop' ? null : (limit ?? stop - (price - plimit)), stop };
    }
    default: // a limit that waits for a trigger
      return { limit: plimit, stop: price };
  }
};

/** Days from the year 1, in which backtrader counts, to 1970; and the range that such dates have. */
const epochDays = 719_163;
const epochDaysRange = { min: 500_000, max: 1_000_000 };

export interface Lifetime {
  readonly validUntil: number | null;
  readonly timeInForce: TimeInForce | null;
}

const timesInForce = ['GTC', 'DAY', 'GTD', 'IOC', 'FOK'] as const;

/** How long an order lives: `timeInForce` and `validUntil`, or `valid`: a time, a day in backtrader's count, or DAY. */
export const parseLifetime = (fields: Fields): Lifetime => {
  const validUntil = parseInstant(fields, 'validUntil');
  const timeInForce = fields.choice('timeInForce', timesInForce, null);
  const valid = fields.raw('valid');
  if (valid === undefined) return { validUntil, timeInForce };
  if (typeof valid === 'string' && valid.toUpperCase() === 'DAY') return { validUntil, timeInForce: 'DAY' };
  if (typeof valid !== 'number') return { validUntil: parseInstant(fields, 'valid'), timeInForce };
  if (valid >= epochDaysRange.min && valid <= epochDaysRange.max)
    return { validUntil: Math.round((valid - epochDays) * dayMs), timeInForce };
  if (valid > epochDaysRange.max) return { validUntil: valid, timeInForce };
  throw new ConfigMistake(
    fields.at('valid'),
    `${valid} is no time.`,
    'Write DAY, 2024-03-01T16:00:00Z, or milliseconds since 1970 UTC.',
  );
};

const parseInstant = (fields: Fields, name: string): number | null => {
  const value = fields.raw(name);
  if (typeof value !== 'string') return fields.number(name, null);
  const time = parseTime(value);
  if (Number.isNaN(time)) {
    throw new ConfigMistake(
      fields.at(name),
      `"${value}" is no time.`,
      'Write 2024-03-01T16:00:00Z, or milliseconds since 1970 UTC.',
    );
  }
  return time;
};

/** A name by which entries refer to each other; recordings have numbers. */
export const parseReference = (fields: Fields, ...names: readonly string[]): string | null => {
  const name = names.find((each) => fields.has(each));
  if (name === undefined) return null;
  const value = fields.raw(name);
  return typeof value === 'number' ? String(value) : fields.text(name, null);
};
