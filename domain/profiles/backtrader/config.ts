/** The settings of the profile `backtrader`, under the names and with the defaults of its broker and its commission schemes. */

import { ConfigMistake, Fields } from '../../config.ts';
import { commissionScheme } from './commission-scheme.ts';
import type { CommissionScheme } from './commission-scheme.ts';

/** Prices slip by a fraction, or else by an amount of currency. */
export interface Slippage {
  readonly fraction: number;
  readonly amount: number;
  /** Also where an order fills at the open. */
  readonly open: boolean;
  /** Slipped prices beyond the bar are capped at its edge; false: such an order does not fill in that bar. */
  readonly match: boolean;
  /** Limit orders are capped even where `match` is false. */
  readonly limit: boolean;
  /** Slipped prices may lie outside the bar, instead of being capped. */
  readonly out: boolean;
}

/** How much of an order one bar can fill. */
export type Filler =
  | { readonly type: 'FixedSize'; readonly size: number | null }
  | { readonly type: 'FixedBarPerc'; readonly perc: number }
  | { readonly type: 'BarPointPerc'; readonly minmov: number | null; readonly perc: number };

export interface BacktraderConfig {
  /** Cash at the start, in currency. */
  readonly cash: number;
  /** Orders are tried against the cash before they are accepted. */
  readonly checkSubmit: boolean;
  /** Market orders fill at the close of the bar after which they were made; booked at the next bar. */
  readonly cheatOnClose: boolean;
  /** The cash check of a market order uses the open at which it fills, not the close before it. */
  readonly cheatOnOpen: boolean;
  /** Interest paid while a position was held counts as cost of the trade when it is reduced. */
  readonly interestToProfit: boolean;
  /** Selling short adds the proceeds to the cash; false: it binds cash as buying does. */
  readonly shortCash: boolean;
  /**
   * Time of day at which a session ends, milliseconds after midnight. Bars of a day and more stand at
   * that time, as its file readers have it; 0 for runs on data frames, whose days stand at midnight.
   */
  readonly sessionEndMs: number;
  /** Of the Sharpe ratios: yearly, as a fraction. */
  readonly riskFreeRate: number;
  readonly slippage: Slippage;
  readonly filler: Filler | null;
  /** For every feed that `schemes` does not name. */
  readonly scheme: CommissionScheme;
  /** By symbol or id of a feed. */
  readonly schemes: ReadonlyMap<string, CommissionScheme>;
  /** The settings as they were given, for the record. */
  readonly given: Readonly<Record<string, unknown>>;
}

const commissionFields = [
  'commission',
  'margin',
  'mult',
  'commtype',
  'percabs',
  'stocklike',
  'automargin',
  'leverage',
  'interest',
  'interest_long',
] as const;

const fieldNames = [
  'cash',
  'checksubmit',
  'eosbar',
  'coc',
  'coo',
  'int2pnl',
  'shortcash',
  'fundmode',
  'fundstartval',
  'sessionend',
  'slip_perc',
  'slip_fixed',
  'slip_open',
  'slip_match',
  'slip_limit',
  'slip_out',
  'filler',
  'commissions',
  'name',
  'riskfreerate',
  ...commissionFields,
] as const;

/** 23:59:59.999990, the session end of a feed that names none. */
export const sessionEndDefaultMs = 86_399_999.99;

/** Feeds with a commission scheme of their own: more is a mistake. */
const schemesMax = 10_000;

/** Parses the `config` of a run. Throws ConfigMistake with the name of the field. */
export const parseBacktraderConfig = (value: unknown): BacktraderConfig => {
  const fields = new Fields(value ?? {}, 'config', fieldNames);
  fields.flag('eosbar', false); // accepted as backtrader does; its broker does not read it any more
  if (fields.flag('fundmode', false)) {
    throw new ConfigMistake(
      fields.at('fundmode'),
      'fund mode is not reproduced.',
      'Leave it out: statistics are computed on the value of the account.',
    );
  }
  if (fields.has('name')) {
    throw new ConfigMistake(
      fields.at('name'),
      'a commission for one symbol only.',
      'Write commissions: { "SYMBOL": { "commission": 0.001 } }.',
    );
  }
  return {
    cash: fields.number('cash', 10_000, { above: 0 }),
    checkSubmit: fields.flag('checksubmit', true),
    cheatOnClose: fields.flag('coc', false),
    cheatOnOpen: fields.flag('coo', false),
    interestToProfit: fields.flag('int2pnl', true),
    shortCash: fields.flag('shortcash', true),
    sessionEndMs: parseSessionEnd(fields),
    riskFreeRate: fields.number('riskfreerate', 0.01, { above: -1 }),
    slippage: {
      fraction: fields.number('slip_perc', 0, { min: 0, below: 1 }),
      amount: fields.number('slip_fixed', 0, { min: 0 }),
      open: fields.flag('slip_open', false),
      match: fields.flag('slip_match', true),
      limit: fields.flag('slip_limit', true),
      out: fields.flag('slip_out', false),
    },
    filler: parseFiller(fields),
    scheme: parseScheme(fields),
    schemes: parseSchemes(fields),
    given: Object.fromEntries(fieldNames.filter((name) => fields.has(name)).map((name) => [name, fields.raw(name)])),
  };
};

const parseScheme = (fields: Fields): CommissionScheme =>
  commissionScheme({
    commission: fields.number('commission', 0),
    margin: fields.number('margin', null, { min: 0 }),
    mult: fields.number('mult', null, { above: 0 }),
    commtype: parseCommissionType(fields),
    percabs: fields.flag('percabs', true),
    stocklike: fields.flag('stocklike', false),
    automargin:
      typeof fields.raw('automargin') === 'boolean'
        ? Number(fields.flag('automargin', false))
        : fields.number('automargin', 0),
    leverage: fields.number('leverage', 1, { above: 0 }),
    interest: fields.number('interest', 0),
    interestLong: fields.flag('interest_long', false),
  });

const commissionTypes = {
  COMM_PERC: 'percent',
  COMM_FIXED: 'fixed',
  percent: 'percent',
  perc: 'percent',
  fixed: 'fixed',
  0: 'percent',
  1: 'fixed',
} as const;

const parseCommissionType = (fields: Fields): 'percent' | 'fixed' | null => {
  const value = fields.raw('commtype');
  if (value === undefined) return null;
  const found = Object.entries(commissionTypes).find(([name]) => name === value || name === JSON.stringify(value));
  if (found === undefined)
    throw new ConfigMistake(
      fields.at('commtype'),
      'there is no such type.',
      'Write COMM_PERC or COMM_FIXED, or leave it out.',
    );
  return found[1];
};

const parseSchemes = (fields: Fields): ReadonlyMap<string, CommissionScheme> => {
  const value = fields.raw('commissions');
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigMistake(
      fields.at('commissions'),
      'expected an object.',
      'Write { "SYMBOL": { "commission": 0.001 } }.',
    );
  }
  const entries = Object.entries(value);
  if (entries.length > schemesMax)
    throw new ConfigMistake(fields.at('commissions'), 'too many entries.', `Write at most ${schemesMax}.`);
  return new Map(
    entries.map(([symbol, scheme]) => [
      symbol,
      parseScheme(new Fields(scheme, `${fields.at('commissions')}.${symbol}`, commissionFields)),
    ]),
  );
};

const fillerTypes = ['FixedSize', 'FixedBarPerc', 'BarPointPerc'] as const;

const parseFiller = (parent: Fields): Filler | null => {
  const value = parent.raw('filler');
  if (value === undefined) return null;
  const fields = new Fields(typeof value === 'string' ? { type: value } : value, parent.at('filler'), [
    'type',
    'size',
    'perc',
    'minmov',
  ]);
  const perc = fields.number('perc', 100, { min: 0, max: 100 });
  switch (fields.choice('type', fillerTypes, null)) {
    case 'FixedSize':
      return { type: 'FixedSize', size: fields.number('size', null, { min: 0 }) };
    case 'FixedBarPerc':
      return { type: 'FixedBarPerc', perc };
    case 'BarPointPerc':
      return { type: 'BarPointPerc', minmov: fields.number('minmov', null, { min: 0 }), perc };
    case null:
      throw new ConfigMistake(fields.at('type'), 'is missing.', `Write one of ${fillerTypes.join(', ')}.`);
  }
};

const parseSessionEnd = (fields: Fields): number => {
  const text = fields.text('sessionend', null);
  if (text === null) return sessionEndDefaultMs;
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (match === null)
    throw new ConfigMistake(fields.at('sessionend'), `"${text}" is no time of day.`, 'Write for example "17:30".');
  return (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0)) * 1000;
};
