/** The settings of the profile `lean`, under the names of that engine's own settings, with its defaults for US equities. */

import { ConfigMistake, Fields, readNumber } from '../../config.ts';

/** What an order costs. Rates as fractions, amounts in currency. */
export type FeeModel =
  | { readonly type: 'interactive-brokers'; readonly perShare: number; readonly minimum: number; readonly maximumRate: number }
  | { readonly type: 'constant'; readonly amount: number }
  | { readonly type: 'percent'; readonly rate: number };

/** How far market and stop orders fill from the price: nowhere, a fraction of it, or by the share of the bar's volume. */
export type SlippageModel =
  | { readonly type: 'none' }
  | { readonly type: 'constant'; readonly percent: number }
  | { readonly type: 'volume-share'; readonly volumeLimit: number; readonly priceImpact: number };

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
  'cash', 'leverage', 'freePortfolioValuePercentage', 'minimumOrderMarginPortfolioPercentage', 'marginCallBuffer', 'lotSize',
  'fee', 'slippage', 'alwaysOpen', 'tradingDaysPerYear', 'riskFreeRate', 'benchmark',
] as const;

/** Parses the `config` of a run. Throws ConfigMistake with the name of the field. */
export const parseLeanConfig = (value: unknown): LeanConfig => {
  const fields = new Fields(value ?? {}, 'config', fieldNames);
  const alwaysOpen = fields.flag('alwaysOpen', false);
  return {
    cash: fields.number('cash', 100_000, { above: 0 }),
    leverage: fields.number('leverage', 2, { min: 1 }),
    freePortfolioValuePercentage: fields.number('freePortfolioValuePercentage', 0.0025, { min: 0, below: 1 }),
    minimumOrderMarginPortfolioPercentage: fields.number('minimumOrderMarginPortfolioPercentage', 0.001, { min: 0, below: 1 }),
    marginCallBuffer: fields.number('marginCallBuffer', 0.1, { min: 0 }),
    lotSize: fields.number('lotSize', null, { above: 0 }),
    fee: parseFee(fields),
    slippage: parseSlippage(fields),
    alwaysOpen,
    tradingDaysPerYear: fields.number('tradingDaysPerYear', alwaysOpen ? 365 : 252, { above: 0 }),
    riskFreeRate: fields.number('riskFreeRate', null),
    benchmark: fields.text('benchmark', null),
    given: Object.fromEntries(fieldNames.filter((name) => fields.has(name)).map((name) => [name, fields.raw(name)])),
  };
};

const feeTypes = ['interactive-brokers', 'constant', 'percent', 'zero'] as const;

const parseFee = (parent: Fields): FeeModel => {
  const value = parent.raw('fee');
  const path = parent.at('fee');
  if (typeof value === 'number') return { type: 'constant', amount: readNumber(value, path, { min: 0 }) };
  const fields = new Fields(value ?? { type: 'interactive-brokers' }, path, ['type', 'perShare', 'minimum', 'maximumRate', 'amount', 'rate']);
  switch (fields.choice('type', feeTypes, null)) {
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
      return { type: 'constant', amount: 0 };
    case null:
      throw new ConfigMistake(fields.at('type'), 'is missing.', `Write one of ${feeTypes.join(', ')}.`);
  }
};

const slippageTypes = ['none', 'constant', 'volume-share'] as const;

const parseSlippage = (parent: Fields): SlippageModel => {
  const value = parent.raw('slippage');
  const path = parent.at('slippage');
  if (typeof value === 'number') return { type: 'constant', percent: readNumber(value, path, { min: 0, below: 1 }) };
  const fields = new Fields(value ?? { type: 'none' }, path, ['type', 'percent', 'volumeLimit', 'priceImpact']);
  switch (fields.choice('type', slippageTypes, null)) {
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
    case null:
      throw new ConfigMistake(fields.at('type'), 'is missing.', `Write one of ${slippageTypes.join(', ')}.`);
  }
};
