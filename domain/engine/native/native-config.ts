/** The settings of the native engine: named policies, costs and limits, with defaults filled in. */

import { ConfigMistake, Fields, readNumber } from '../../config.ts';
import { dayMs, hourMs } from '../../market/calendar.ts';
import { moneyDecimalsMax } from '../../money.ts';

/** When market orders fill: at the next bar's open, at the close of the bar that made them, at the next close. */
export const fillTimes = ['next-open', 'same-close', 'next-close'] as const;
export type FillTime = (typeof fillTimes)[number];

/** What is assumed about the way of the price inside a bar. */
export const barPaths = ['pessimistic', 'ohlc-path', 'olhc-path', 'finer-bars'] as const;
export type BarPath = (typeof barPaths)[number];

/** One step of a commission table: from this measure on, this rate holds for the whole fill. */
export interface CommissionTier {
  /** Units or currency traded so far, in the measure of the table. */
  readonly from: number;
  /** Replaces `rate`, `maker` and `taker`: fraction of the value. */
  readonly maker: number;
  readonly taker: number;
  readonly perUnit: number;
}

/** All parts add up; then `minimum` and the maxima bound the sum of each order. Currency and fractions. */
export interface CommissionConfig {
  readonly perOrder: number;
  readonly perUnit: number;
  /** Fraction of a fill's value, for fills that waited in the book and for those that took from it. */
  readonly maker: number;
  readonly taker: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Upper bound as a fraction of the order's value. */
  readonly maximumFraction: number;
  readonly tiers: {
    readonly by: 'value' | 'quantity';
    /** What is summed up: fills of this order, of this calendar month (UTC), or of the run. */
    readonly over: 'order' | 'month' | 'run';
    readonly table: readonly CommissionTier[];
  } | null;
}

export type SlippageConfig = { readonly limitToBar: boolean } & (
  | { readonly model: 'none' }
  /** Currency per unit. */
  | { readonly model: 'fixed'; readonly amount: number }
  /** Fraction of the price. */
  | { readonly model: 'percent'; readonly fraction: number }
  /** Fraction of the price: impact × (share of the bar's volume) ^ exponent. */
  | { readonly model: 'volume-share'; readonly impact: number; readonly exponent: number }
);

/** Half of it is paid on each side by fills that take liquidity. */
export type SpreadConfig = { readonly amount: number } | { readonly fraction: number };

/** Rates are paid by longs to shorts, as a fraction of the position's value; negative ones the other way. */
export type FundingConfig =
  /** The same at each full interval since 1970 UTC. */
  | { readonly rate: number; readonly intervalMs: number }
  /** Known rates: [time in milliseconds UTC, rate], ascending. */
  | { readonly table: readonly (readonly [number, number])[] };

export interface NativeConfig {
  readonly profile: 'native';
  /** Capital at the start, in currency. */
  readonly cash: number;
  readonly fillAt: FillTime;
  readonly insideBar: BarPath;
  readonly commission: CommissionConfig;
  readonly slippage: SlippageConfig;
  readonly spread: SpreadConfig;
  /** Most of a bar's volume that this account's fills may take (0 < share ≤ 1); null: no limit. */
  readonly volumeShare: number | null;
  readonly positions: 'netting' | 'hedging';
  /** Exposure ÷ equity at most; the initial margin is its inverse unless set. */
  readonly leverage: number;
  readonly initialMargin: number;
  /** Below this fraction of exposure the account is liquidated. */
  readonly maintenanceMargin: number;
  /** Fraction of the value of what is liquidated. */
  readonly liquidationFee: number;
  readonly funding: FundingConfig | null;
  /** Yearly rates (actual/365, charged per calendar day): on the value of shorts, on negative cash. */
  readonly borrowRate: number;
  readonly marginRate: number;
  /** Fraction of equity that targets in percent leave unused, beside the costs of the order itself. */
  readonly sizingBuffer: number;
  /** When a trading day begins, milliseconds after midnight UTC (DAY orders). */
  readonly dayStartMs: number;
  /** Decimal places of the money quantum; null: by the capital. */
  readonly moneyDecimals: number | null;
}

const fieldNames = [
  'profile',
  'cash',
  'fillAt',
  'insideBar',
  'commission',
  'slippage',
  'spread',
  'volumeShare',
  'positions',
  'leverage',
  'initialMargin',
  'maintenanceMargin',
  'liquidationFee',
  'funding',
  'borrowRate',
  'marginRate',
  'sizingBuffer',
  'dayStartMs',
  'moneyDecimals',
] as const;

/** Largest capital that leaves exact cents some room to grow. */
const cashMax = 1e12;
/** Exchanges offer up to 125; far more is a slip of the keyboard. */
const leverageMax = 1000;
/** A table longer than this is data in the wrong place. */
const tableRowsMax = 100_000;

/** Parses settings and fills defaults. `undefined` gives the defaults. Throws ConfigMistake with the field's path. */
export const parseNativeConfig = (value: unknown): NativeConfig => {
  const fields = new Fields(value ?? {}, '', fieldNames);
  const leverage = fields.number('leverage', 1, { min: 1, max: leverageMax });
  const initialMargin = fields.number('initialMargin', 1 / leverage, { above: 0, max: 1 });
  const maintenanceMargin = fields.number(
    'maintenanceMargin',
    leverage > 1 || initialMargin < 1 ? initialMargin / 2 : 0,
    { min: 0, max: 1 },
  );
  if (maintenanceMargin > initialMargin) {
    throw new ConfigMistake(
      'maintenanceMargin',
      `${maintenanceMargin} is above the initial margin ${initialMargin}: a new position would be liquidated at once.`,
      'Write a fraction at or below initialMargin (default: half of it).',
    );
  }
  return {
    profile: fields.choice('profile', ['native'], 'native'),
    cash: fields.number('cash', 10_000, { above: 0, max: cashMax }),
    fillAt: fields.choice('fillAt', fillTimes, 'next-open'),
    insideBar: fields.choice('insideBar', barPaths, 'pessimistic'),
    commission: parseCommission(fields.raw('commission')),
    slippage: parseSlippage(fields.raw('slippage')),
    spread: parseSpread(fields.raw('spread')),
    volumeShare: fields.number('volumeShare', null, { above: 0, max: 1 }),
    positions: fields.choice('positions', ['netting', 'hedging'], 'netting'),
    leverage,
    initialMargin,
    maintenanceMargin,
    liquidationFee: fields.number('liquidationFee', 0, { min: 0, below: 1 }),
    funding: parseFunding(fields.raw('funding')),
    borrowRate: fields.number('borrowRate', 0, { min: 0, max: 10 }),
    marginRate: fields.number('marginRate', 0, { min: 0, max: 10 }),
    sizingBuffer: fields.number('sizingBuffer', 0, { min: 0, below: 1 }),
    dayStartMs: fields.number('dayStartMs', 0, { min: 0, below: dayMs }),
    moneyDecimals: fields.number('moneyDecimals', null, { min: 0, max: moneyDecimalsMax, whole: true }),
  };
};

const rateLimits = { above: -1, below: 1 };

const parseCommission = (value: unknown): CommissionConfig => {
  const given = typeof value === 'number' ? { rate: value } : (value ?? {});
  const fields = new Fields(given, 'commission', [
    'rate',
    'maker',
    'taker',
    'perOrder',
    'perUnit',
    'minimum',
    'maximum',
    'maximumFraction',
    'tiers',
  ]);
  const rate =
    typeof value === 'number' ? readNumber(value, 'commission', rateLimits) : fields.number('rate', 0, rateLimits);
  const minimum = fields.number('minimum', -Infinity, { min: 0 });
  const maximum = fields.number('maximum', Infinity, { min: 0 });
  if (minimum > maximum)
    throw new ConfigMistake(
      'commission.minimum',
      `${minimum} is above the maximum ${maximum}.`,
      'Write a minimum at or below the maximum.',
    );
  return {
    perOrder: fields.number('perOrder', 0, { min: 0 }),
    perUnit: fields.number('perUnit', 0, { min: 0 }),
    maker: fields.number('maker', rate, rateLimits),
    taker: fields.number('taker', rate, rateLimits),
    minimum,
    maximum,
    maximumFraction: fields.number('maximumFraction', Infinity, { above: 0 }),
    tiers: parseTiers(fields.raw('tiers')),
  };
};

const parseTiers = (value: unknown): CommissionConfig['tiers'] => {
  if (value === undefined) return null;
  const path = 'commission.tiers';
  const fields = new Fields(value, path, ['by', 'over', 'table']);
  const table = readList(fields.raw('table'), fields.at('table')).map((row, i): CommissionTier => {
    const tier = new Fields(row, `${path}.table[${i}]`, ['from', 'rate', 'maker', 'taker', 'perUnit']);
    const rate = tier.number('rate', 0, rateLimits);
    return {
      from: tier.number('from', 0, { min: 0 }),
      maker: tier.number('maker', rate, rateLimits),
      taker: tier.number('taker', rate, rateLimits),
      perUnit: tier.number('perUnit', 0, { min: 0 }),
    };
  });
  table.forEach((tier, i) => {
    const before = table[i - 1];
    if (before === undefined ? tier.from !== 0 : tier.from <= before.from) {
      throw new ConfigMistake(
        `${path}.table[${i}].from`,
        `${tier.from} does not continue the table.`,
        'The first row starts at 0, and each row above the one before it.',
      );
    }
  });
  return {
    by: fields.choice('by', ['value', 'quantity'], 'value'),
    over: fields.choice('over', ['order', 'month', 'run'], 'month'),
    table,
  };
};

const parseSlippage = (value: unknown): SlippageConfig => {
  if (value === undefined) return { model: 'none', limitToBar: false };
  if (typeof value === 'number') {
    return { model: 'percent', fraction: readNumber(value, 'slippage', { min: 0, below: 1 }), limitToBar: false };
  }
  const fields = new Fields(value, 'slippage', ['model', 'amount', 'fraction', 'impact', 'exponent', 'limitToBar']);
  const model = fields.choice('model', ['none', 'fixed', 'percent', 'volume-share'], null);
  const limitToBar = fields.flag('limitToBar', false);
  const belongs = {
    none: [],
    fixed: ['amount'],
    percent: ['fraction'],
    'volume-share': ['impact', 'exponent'],
  } as const;
  if (model === null)
    throw new ConfigMistake(
      'slippage.model',
      'the model is missing.',
      'Write one of none, fixed, percent, volume-share.',
    );
  for (const name of ['amount', 'fraction', 'impact', 'exponent'] as const) {
    const names: readonly string[] = belongs[model];
    if (fields.has(name) && !names.includes(name))
      throw new ConfigMistake(
        `slippage.${name}`,
        `the model ${model} does not know it.`,
        `Its fields are ${['model', ...names, 'limitToBar'].join(', ')}.`,
      );
  }
  switch (model) {
    case 'none':
      return { model, limitToBar };
    case 'fixed':
      return { model, amount: required(fields, 'amount', { min: 0 }), limitToBar };
    case 'percent':
      return { model, fraction: required(fields, 'fraction', { min: 0, below: 1 }), limitToBar };
    case 'volume-share':
      return {
        model,
        impact: fields.number('impact', 0.1, { min: 0, below: 1 }),
        exponent: fields.number('exponent', 2, { above: 0, max: 10 }),
        limitToBar,
      };
  }
};

const parseSpread = (value: unknown): SpreadConfig => {
  if (value === undefined) return { fraction: 0 };
  if (typeof value === 'number') return { fraction: readNumber(value, 'spread', { min: 0, below: 1 }) };
  const fields = new Fields(value, 'spread', ['amount', 'fraction']);
  if (fields.has('amount') && fields.has('fraction'))
    throw new ConfigMistake('spread', 'amount and fraction exclude each other.', 'Write one of them.');
  return fields.has('amount')
    ? { amount: required(fields, 'amount', { min: 0 }) }
    : { fraction: required(fields, 'fraction', { min: 0, below: 1 }) };
};

const parseFunding = (value: unknown): FundingConfig | null => {
  if (value === undefined) return null;
  if (typeof value === 'number') return { rate: readNumber(value, 'funding', rateLimits), intervalMs: 8 * hourMs };
  const fields = new Fields(value, 'funding', ['rate', 'intervalHours', 'intervalMs', 'table']);
  if (!fields.has('table')) {
    const hours = fields.number('intervalHours', 8, { above: 0, max: 24 * 366 });
    return {
      rate: required(fields, 'rate', rateLimits),
      intervalMs: fields.number('intervalMs', hours * hourMs, { min: 1, whole: true }),
    };
  }
  for (const name of ['rate', 'intervalHours', 'intervalMs']) {
    if (fields.has(name))
      throw new ConfigMistake(fields.at(name), 'it and a table of rates exclude each other.', 'Write one of them.');
  }
  const table = readList(fields.raw('table'), 'funding.table').map((row, i): readonly [number, number] => {
    const path = `funding.table[${i}]`;
    if (!Array.isArray(row) || row.length !== 2)
      throw new ConfigMistake(path, 'expected a pair.', 'Write [time in milliseconds UTC, rate].');
    return [readNumber(row[0], `${path}[0]`), readNumber(row[1], `${path}[1]`, rateLimits)];
  });
  table.forEach(([time], i) => {
    const before = table[i - 1];
    if (before !== undefined && time <= before[0])
      throw new ConfigMistake(
        `funding.table[${i}][0]`,
        `${time} is not later than the row before.`,
        'Sort the table by time.',
      );
  });
  return { table };
};

const required = (fields: Fields, name: string, limits: Parameters<Fields['number']>[2]): number => {
  const value = fields.number(name, null, limits);
  if (value === null) throw new ConfigMistake(fields.at(name), 'it is missing.', 'Write a number.');
  return value;
};

const readList = (value: unknown, path: string): readonly unknown[] => {
  if (Array.isArray(value) && value.length >= 1 && value.length <= tableRowsMax) return value;
  throw new ConfigMistake(path, 'expected a list.', `Write a list of 1 to ${tableRowsMax} rows.`);
};
