/** Order tapes: lists of orders by bar that stand in for a strategy, to audit fills against another engine's. */

import { ConfigMistake, Fields, readNumber } from '../config.ts';
import { parseTime } from '../market/calendar.ts';
import type { OrderType, TimeInForce } from './order.ts';

/**
 * One line of a tape: something that is done once bar `bar` of its feed has closed, in the order of
 * the lines. A plain entry is a new order; `cancel` withdraws the waiting order of the same size,
 * limit and stop; `contingent` moves a protective order of an open trade, or closes units of it.
 */
export interface TapeEntry {
  readonly bar: number;
  /** Signed. Between −1 and 1 a fraction of what is affordable, else units. null with `target` or a bare cancel. */
  readonly size: number | null;
  readonly limit: number | null;
  readonly stop: number | null;
  /** Stop-loss and take-profit of what the order opens. */
  readonly sl: number | null;
  readonly tp: number | null;
  readonly tag: string | null;
  readonly contingent: 'sl' | 'tp' | 'close' | null;
  /** The trade that `contingent` means: by the bar at which it was entered. */
  readonly closesTradeEnteredAtBar: number | null;
  readonly cancel: boolean;
  /** The id or the symbol of a feed; null for the first. */
  readonly feed: string | null;
  /** null: as limit, stop and trail say. */
  readonly type: OrderType | null;
  readonly trailAmount: number | null;
  readonly trailPercent: number | null;
  /** Milliseconds UTC; makes the order GTD. */
  readonly validUntil: number | null;
  readonly timeInForce: TimeInForce | null;
  /** A name by which later entries call this one their parent. */
  readonly id: string | null;
  readonly parent: string | null;
  /** Orders of one group cancel each other. */
  readonly oco: string | null;
  /** The position to come to, instead of a size: units, currency, or a fraction of equity. */
  readonly target: { readonly units: number } | { readonly value: number } | { readonly percent: number } | null;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
}

const entryFields = [
  'bar', 'size', 'limit', 'stop', 'sl', 'tp', 'tag', 'contingent', 'closesTradeEnteredAtBar', 'cancel', 'feed', 'symbol', 'type',
  'trailAmount', 'trailPercent', 'validUntil', 'timeInForce', 'id', 'parent', 'oco', 'target', 'reduceOnly', 'postOnly',
] as const;

const contingents = ['sl', 'tp', 'close'] as const;
const timesInForce = ['GTC', 'DAY', 'GTD', 'IOC', 'FOK'] as const;
const orderTypes = [
  'market', 'limit', 'stop', 'stop-limit', 'trailing-stop', 'trailing-stop-limit', 'market-on-close', 'market-on-open',
] as const;

/** A tape of a busy strategy over a million bars; more is a mistake rather than an audit. */
const tapeEntriesMax = 5_000_000;

/**
 * Parses a tape: a list of entries, or an object that has one as its `orderTape`. Throws
 * ConfigMistake with the place (`tape[3].size`).
 */
export const parseOrderTape = (value: unknown): readonly TapeEntry[] => {
  const list = Array.isArray(value) ? value : tapeOf(value);
  if (list === null) {
    throw new ConfigMistake('tape', 'expected a list of orders.', 'Write [{ "bar": 20, "size": 10 }, …], or an object with it as orderTape.');
  }
  if (list.length > tapeEntriesMax) {
    throw new ConfigMistake('tape', `${list.length} entries are too many.`, `Keep a tape at ${tapeEntriesMax} entries or fewer.`);
  }
  const entries = list.map((entry, i) => parseEntry(entry, `tape[${i}]`));
  entries.forEach((entry, i) => {
    if (entry.parent !== null && !entries.slice(0, i).some(({ id }) => id === entry.parent)) {
      throw new ConfigMistake(`tape[${i}].parent`, `no earlier entry has the id "${entry.parent}".`, 'Give the parent an "id" and put it before its children.');
    }
  });
  return entries;
};

const tapeOf = (value: unknown): readonly unknown[] | null => {
  if (typeof value !== 'object' || value === null || !('orderTape' in value)) return null;
  return Array.isArray(value.orderTape) ? value.orderTape : null;
};

const parseEntry = (value: unknown, path: string): TapeEntry => {
  const fields = new Fields(value, path, entryFields);
  const contingent = fields.choice('contingent', contingents, null);
  const target = parseTarget(fields);
  const cancel = fields.flag('cancel', false);
  const closesTradeEnteredAtBar = fields.number('closesTradeEnteredAtBar', null, { min: 0, whole: true });
  const size = fields.number('size', null);
  if (size === 0) throw new ConfigMistake(fields.at('size'), 'an order for nothing.', 'Write a positive size to buy, a negative one to sell.');
  if (size === null && target === null) {
    throw new ConfigMistake(fields.at('size'), 'is missing.', 'Write a positive size to buy, a negative one to sell; or a target.');
  }
  if (contingent !== null && closesTradeEnteredAtBar === null) {
    throw new ConfigMistake(fields.at('closesTradeEnteredAtBar'), `is missing for a contingent "${contingent}".`, 'Name the bar at which the trade was entered.');
  }
  if (!fields.has('bar')) throw new ConfigMistake(fields.at('bar'), 'is missing.', 'Write the index of the bar after whose close the order is made.');
  return {
    bar: fields.number('bar', 0, { min: 0, whole: true }),
    size,
    limit: fields.number('limit', null),
    stop: fields.number('stop', null),
    sl: fields.number('sl', null),
    tp: fields.number('tp', null),
    tag: parseTag(fields),
    contingent: contingent ?? (closesTradeEnteredAtBar === null ? null : impliedContingent(fields)),
    closesTradeEnteredAtBar,
    cancel,
    feed: fields.text('feed', fields.text('symbol', null)),
    type: fields.choice('type', orderTypes, null),
    trailAmount: fields.number('trailAmount', null, { above: 0 }),
    trailPercent: fields.number('trailPercent', null, { above: 0, below: 1 }),
    validUntil: parseInstant(fields, 'validUntil'),
    timeInForce: fields.choice('timeInForce', timesInForce, null),
    id: fields.text('id', null),
    parent: fields.text('parent', null),
    oco: fields.text('oco', null),
    target,
    reduceOnly: fields.flag('reduceOnly', false),
    postOnly: fields.flag('postOnly', false),
  };
};

/** What an order does to the trade that it names, where the tape doesn't say: by its price. */
const impliedContingent = (fields: Fields): 'sl' | 'tp' | 'close' => {
  if (fields.has('stop')) return 'sl';
  return fields.has('limit') ? 'tp' : 'close';
};

const parseTag = (fields: Fields): string | null => {
  const value = fields.raw('tag');
  return typeof value === 'number' ? String(value) : fields.text('tag', null);
};

const parseInstant = (fields: Fields, name: string): number | null => {
  const value = fields.raw(name);
  if (typeof value !== 'string') return fields.number(name, null);
  const time = parseTime(value);
  if (Number.isNaN(time)) {
    throw new ConfigMistake(fields.at(name), `"${value}" is no time.`, 'Write 2024-03-01T16:00:00Z, or milliseconds since 1970 UTC.');
  }
  return time;
};

const parseTarget = (parent: Fields): TapeEntry['target'] => {
  const value = parent.raw('target');
  if (value === undefined) return null;
  const path = parent.at('target');
  const fields = new Fields(value, path, ['units', 'value', 'percent']);
  for (const name of ['units', 'value', 'percent'] as const) {
    if (!fields.has(name)) continue;
    const amount = readNumber(fields.raw(name), fields.at(name));
    if (name === 'units') return { units: amount };
    return name === 'value' ? { value: amount } : { percent: amount };
  }
  throw new ConfigMistake(path, 'says nothing.', 'Write { "units": 100 }, { "value": 5000 } or { "percent": 0.5 }.');
};
