/** Order tapes: lists of orders by bar that stand in for a strategy, to audit fills against another engine's. */

import { ConfigMistake, Fields, readNumber } from '../config.ts';
import type { OrderType, TimeInForce } from './order.ts';
import { parseLifetime, parseOrderType, parsePrices, parseReference, parseSize, recordedFields } from './tape-names.ts';

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
  /** With `cancel`: the id of the entry whose order is withdrawn; null where size and prices tell. */
  readonly cancels: string | null;
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
  /** False: sent only with a later entry of the same bracket, as backtrader does. */
  readonly transmit: boolean;
  /** Orders of one group cancel each other. An entry's id names a group that this entry is in. */
  readonly oco: string | null;
  /** The position to come to, instead of a size: units, currency, or a fraction of equity. */
  readonly target: { readonly units: number } | { readonly value: number } | { readonly percent: number } | null;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
}

const entryFields = [
  'bar',
  'size',
  'limit',
  'stop',
  'sl',
  'tp',
  'tag',
  'contingent',
  'closesTradeEnteredAtBar',
  'cancel',
  'feed',
  'symbol',
  'type',
  'trailAmount',
  'trailPercent',
  'validUntil',
  'timeInForce',
  'id',
  'parent',
  'oco',
  'target',
  'reduceOnly',
  'postOnly',
  'transmit',
  ...recordedFields,
] as const;

const contingents = ['sl', 'tp', 'close'] as const;

/** A tape of a busy strategy over a million bars; more is a mistake rather than an audit. */
const tapeEntriesMax = 5_000_000;

/**
 * Parses a tape: a list of entries, or an object that has one as its `orderTape`. Throws
 * ConfigMistake with the place (`tape[3].size`).
 */
export const parseOrderTape = (value: unknown): readonly TapeEntry[] => {
  const list = Array.isArray(value) ? value : tapeOf(value);
  if (list === null) {
    throw new ConfigMistake(
      'tape',
      'expected a list of orders.',
      'Write [{ "bar": 20, "size": 10 }, …], or an object with it as orderTape.',
    );
  }
  if (list.length > tapeEntriesMax) {
    throw new ConfigMistake(
      'tape',
      `${list.length} entries are too many.`,
      `Keep a tape at ${tapeEntriesMax} entries or fewer.`,
    );
  }
  return joined(list.map((entry, i) => parseEntry(entry, `tape[${i}]`)));
};

/** Entries whose `parent` and `oco` name earlier ones, the first of a group put into it. Throws ConfigMistake. */
const joined = (entries: readonly TapeEntry[]): readonly TapeEntry[] => {
  const placeOf = new Map<string, number>();
  const all = [...entries];
  entries.forEach((entry, i) => {
    if (entry.parent !== null && !placeOf.has(entry.parent)) {
      throw new ConfigMistake(
        `tape[${i}].parent`,
        `no earlier entry has the id "${entry.parent}".`,
        'Give the parent an "id" and put it before its children.',
      );
    }
    const leaderAt = entry.oco === null ? undefined : placeOf.get(entry.oco);
    const leader = leaderAt === undefined ? undefined : all[leaderAt];
    if (leaderAt !== undefined && leader !== undefined) {
      const oco = leader.oco ?? entry.oco;
      all[leaderAt] = { ...leader, oco };
      all[i] = { ...entry, oco };
    }
    if (entry.id !== null) placeOf.set(entry.id, i);
  });
  return all;
};

const tapeOf = (value: unknown): readonly unknown[] | null => {
  if (typeof value !== 'object' || value === null || !('orderTape' in value)) return null;
  return Array.isArray(value.orderTape) ? value.orderTape : null;
};

const parseEntry = (value: unknown, path: string): TapeEntry => {
  const fields = new Fields(value, path, entryFields);
  const contingent = fields.choice('contingent', contingents, null);
  const target = parseTarget(fields);
  const id = parseReference(fields, 'id', 'ref');
  const { cancel, cancels } = parseCancel(fields, id);
  const closesTradeEnteredAtBar = fields.number('closesTradeEnteredAtBar', null, { min: 0, whole: true });
  const size = parseSize(fields);
  if (size === 0)
    throw new ConfigMistake(
      fields.at('size'),
      'an order for nothing.',
      'Write a positive size to buy, a negative one to sell.',
    );
  if (size === null && target === null && cancels === null) {
    throw new ConfigMistake(
      fields.at('size'),
      'is missing.',
      'Write a positive size to buy, a negative one to sell; or a target.',
    );
  }
  if (contingent !== null && closesTradeEnteredAtBar === null) {
    throw new ConfigMistake(
      fields.at('closesTradeEnteredAtBar'),
      `is missing for a contingent "${contingent}".`,
      'Name the bar at which the trade was entered.',
    );
  }
  if (!fields.has('bar'))
    throw new ConfigMistake(
      fields.at('bar'),
      'is missing.',
      'Write the index of the bar after whose close the order is made.',
    );
  const type = parseOrderType(fields);
  return {
    bar: fields.number('bar', 0, { min: 0, whole: true }),
    size,
    ...parsePrices(fields, type, size),
    sl: fields.number('sl', null),
    tp: fields.number('tp', null),
    tag: parseTag(fields),
    contingent: contingent ?? (closesTradeEnteredAtBar === null ? null : impliedContingent(fields)),
    closesTradeEnteredAtBar,
    cancel,
    cancels,
    feed: fields.text('feed', fields.text('symbol', null)),
    type,
    ...parseLifetime(fields),
    id,
    parent: parseReference(fields, 'parent'),
    transmit: fields.flag('transmit', true),
    oco: parseReference(fields, 'oco'),
    target,
    reduceOnly: fields.flag('reduceOnly', false),
    postOnly: fields.flag('postOnly', false),
  };
};

/** `cancel` is true, or the id of an earlier entry. */
const parseCancel = (fields: Fields, id: string | null): Pick<TapeEntry, 'cancel' | 'cancels'> => {
  const value = fields.raw('cancel');
  if (typeof value === 'string' || typeof value === 'number') return { cancel: true, cancels: String(value) };
  const cancel = fields.flag('cancel', false);
  return { cancel, cancels: cancel ? id : null };
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
