/** The settings of the profile `lean`, under the names of that engine's own settings, with its defaults for US equities. */

import { ConfigMistake, Fields, readNumber } from '../../config.ts';

/** What an order costs. Rates as fractions, amounts in currency. */
export type FeeModel =
  | {
      readonly type: 'interactive-brokers';
      readonly perShare: number;
      readonly minimum: number;
      readonly maximumRate: number;
    }
  | { readonly type: 'constant'; readonly amount: number }
  | { readonly type: 'percent'; readonly rate: number };

/** How far market and stop orders fill from the price: nowhere, a fraction of it, or by the share of the bar's volume. */
export type SlippageModel =
  | { readonly type: 'none' }
  | { readonly type: 'constant'; readonly percent: number }
  | { readonly type: 'volume-share'; readonly volumeLimit: number; readonly priceImpact: number };

/**
 * Where limits and stops fill: `equity` looks at a bar's open for gaps, Lean's default for shares;
 * `immediate` guesses nothing about the path inside a bar, its default for everything else.
 */
export type FillModel = 'equity' | 'immediate';

export interface LeanConfig {
  /** Cash at the start, in currency. */
  readonly cash: number;
  /** Value that a unit of margin can carry: 2 for a margin account, 1 for a cash account. */
  readonly leverage: number;
  /** Share of the portfolio's value that a target in percent leaves alone. */
  readonly freePortfolioValuePercentage: number;
  /** Targets that would move less margin than this share of the portfolio's value are left undone. */
  readonly minimumOrderMarginPortfolioPercentage: number;
  /** Margin in use may exceed the portfolio's value by this share before positions are closed. */
  readonly marginCallBuffer: number;
  /** Smallest quantity step; null for the instrument's, or 1 where it has none. */
  readonly lotSize: number | null;
  readonly fillModel: FillModel;
  readonly fee: FeeModel;
  readonly slippage: SlippageModel;
  /** A market without closing hours, such as crypto: market orders fill at once, a year has 365 days. */
  readonly alwaysOpen: boolean;
  readonly tradingDaysPerYear: number;
  /** A yearly rate as a fraction; null for the Federal Reserve's primary credit rate of each day. */
  readonly riskFreeRate: number | null;
  /** Id or symbol of the feed that is the benchmark; null for the first. */
  readonly benchmark: string | null;
  /** The settings as they were given, for the record. */
  readonly given: Readonly<Record<string, unknown>>;
}

const fieldNames = [
  'cash',
  'startingCash',
  'leverage',
  'accountType',
  'freePortfolioValuePercentage',
  'minimumOrderMarginPortfolioPercentage',
  'marginCallBuffer',
  'lotSize',
  'fillModel',
  'fee',
  'fees',
  'feeModel',
  'slippage',
  'slippageModel',
  'alwaysOpen',
  'tradingDaysPerYear',
  'riskFreeRate',
  'benchmark',
] as const;

/** What a share account and a crypto account may carry by default. */
const leverages = { margin: 2, cash: 1 } as const;

/** Parses the `config` of a run. Throws ConfigMistake with the name of the field. */
export const parseLeanConfig = (value: unknown): LeanConfig => {
  const fields = new Fields(value ?? {}, 'config', fieldNames);
  const alwaysOpen = fields.flag('alwaysOpen', false);
  const accountType = fields.choice('accountType', ['margin', 'cash'], alwaysOpen ? 'cash' : 'margin');
  return {
    cash: fields.number(onlyOne(fields, 'cash', 'startingCash'), 100_000, { above: 0 }),
    leverage: fields.number('leverage', leverages[accountType], { min: 1 }),
    freePortfolioValuePercentage: fields.number('freePortfolioValuePercentage', 0.0025, { min: 0, below: 1 }),
    minimumOrderMarginPortfolioPercentage: fields.number('minimumOrderMarginPortfolioPercentage', 0.001, {
      min: 0,
      below: 1,
    }),
    marginCallBuffer: fields.number('marginCallBuffer', 0.1, { min: 0 }),
    lotSize: fields.number('lotSize', null, { above: 0 }),
    fillModel: fields.choice('fillModel', ['equity', 'immediate'], alwaysOpen ? 'immediate' : 'equity'),
    fee: parseFee(fields, alwaysOpen ? 'zero' : 'interactive-brokers'),
    slippage: parseSlippage(fields),
    alwaysOpen,
    tradingDaysPerYear: fields.number('tradingDaysPerYear', alwaysOpen ? 365 : 252, { above: 0 }),
    riskFreeRate: fields.number('riskFreeRate', null),
    benchmark: fields.text('benchmark', null),
    given: Object.fromEntries(fieldNames.filter((name) => fields.has(name)).map((name) => [name, fields.raw(name)])),
  };
};

/** The one of several names for the same setting that is given; the first when none is. Throws ConfigMistake for two. */
const onlyOne = (fields: Fields, first: string, ...others: readonly string[]): string => {
  const [name = first, second] = [first, ...others].filter((each) => fields.has(each));
  if (second !== undefined)
    throw new ConfigMistake(fields.at(second), `says the same as ${name}.`, `Leave one of ${name} and ${second} out.`);
  return name;
};

/**
 * The type of a model, by our name or by that of Lean's class: `interactive-brokers` is
 * `InteractiveBrokersFeeModel`, `none` is `NullSlippageModel`. Throws ConfigMistake.
 */
const parseModelType = <T extends string>(fields: Fields, types: readonly T[]): T => {
  const name = onlyOne(fields, 'type', 'model');
  const plain = plainName(fields.text(name, ''));
  const found = types.find((type) => plainName(type) === (plain === 'null' ? 'none' : plain));
  if (found !== undefined) return found;
  throw new ConfigMistake(
    fields.at(name),
    plain === '' ? 'is missing.' : 'is no such model.',
    `Write one of ${types.join(', ')}.`,
  );
};

const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[-_ ]/g, '')
    .replace(/(?:fee|slippage)model$/, '');

const feeTypes = ['interactive-brokers', 'constant', 'percent', 'zero', 'none'] as const;

const parseFee = (parent: Fields, fallback: 'zero' | 'interactive-brokers'): FeeModel => {
  const name = onlyOne(parent, 'fee', 'fees', 'feeModel');
  const value = parent.raw(name) ?? fallback;
  const path = parent.at(name);
  if (typeof value === 'number') return { type: 'constant', amount: readNumber(value, path, { min: 0 }) };
  const fields = new Fields(typeof value === 'string' ? { type: value } : value, path, [
    'type',
    'model',
    'perShare',
    'minimum',
    'maximumRate',
    'amount',
    'rate',
  ]);
  switch (parseModelType(fields, feeTypes)) {
    case 'interactive-brokers':
      return {
        type: 'interactive-brokers',
        perShare: fields.number('perShare', 0.005, { min: 0 }),
        minimum: fields.number('minimum', 1, { min: 0 }),
        maximumRate: fields.number('maximumRate', 0.005, { min: 0 }),
      };
    case 'constant':
      return { type: 'constant', amount: fields.number('amount', 0, { min: 0 }) };
    case 'percent':
      return { type: 'percent', rate: fields.number('rate', 0, { min: 0, below: 1 }) };
    case 'zero':
    case 'none':
      return { type: 'constant', amount: 0 };
  }
};

const slippageTypes = ['none', 'constant', 'volume-share'] as const;

const parseSlippage = (parent: Fields): SlippageModel => {
  const name = onlyOne(parent, 'slippage', 'slippageModel');
  const value = parent.raw(name) ?? 'none';
  const path = parent.at(name);
  if (typeof value === 'number') return { type: 'constant', percent: readNumber(value, path, { min: 0, below: 1 }) };
  const fields = new Fields(typeof value === 'string' ? { type: value } : value, path, [
    'type',
    'model',
    'percent',
    'volumeLimit',
    'priceImpact',
  ]);
  switch (parseModelType(fields, slippageTypes)) {
    case 'none':
      return { type: 'none' };
    case 'constant':
      return { type: 'constant', percent: fields.number('percent', 0, { min: 0, below: 1 }) };
    case 'volume-share':
      return {
        type: 'volume-share',
        volumeLimit: fields.number('volumeLimit', 0.025, { min: 0, max: 1 }),
        priceImpact: fields.number('priceImpact', 0.1, { min: 0 }),
      };
  }
};
