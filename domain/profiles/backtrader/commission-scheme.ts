/** What positions cost and bind under backtrader's commission schemes: stocks in percent or per share, futures with margin. */

import { floorDivide } from '../floor-divide.ts';

/** The parameters of a scheme, as backtrader's `setcommission` takes them. */
export interface CommissionParameters {
  readonly commission: number;
  readonly margin: number | null;
  /** null: the instrument's. */
  readonly mult: number | null;
  readonly commtype: 'percent' | 'fixed' | null;
  readonly percabs: boolean;
  readonly stocklike: boolean;
  /** 0: `margin`; negative: price × multiplier; positive: price × automargin. */
  readonly automargin: number;
  readonly leverage: number;
  /** Yearly, as a fraction. */
  readonly interest: number;
  readonly interestLong: boolean;
}

export interface CommissionScheme {
  /** Bought with the full price, or like a future bound by margin and settled daily. */
  readonly stocklike: boolean;
  /** `commission` is a fraction of the value, else currency per unit. */
  readonly percent: boolean;
  readonly commission: number;
  readonly multiplier: number | null;
  readonly margin: number;
  readonly automargin: number;
  readonly leverage: number;
  /** Interest of a day, as a fraction. */
  readonly dailyInterest: number;
  readonly interestLong: boolean;
}

/**
 * Settles what the parameters leave open: without `commtype`, a margin makes a future with a
 * commission per contract, no margin a stock with a commission in percent. With `commtype`,
 * `stocklike` decides, and a future without margin binds 1 a contract.
 */
export const commissionScheme = (parameters: CommissionParameters): CommissionScheme => {
  const { commission, margin, mult, commtype, percabs, automargin, leverage, interest, interestLong } = parameters;
  const hasMargin = margin !== null && margin !== 0;
  const stocklike = commtype === null ? !hasMargin : parameters.stocklike;
  const percent = commtype === null ? !hasMargin : commtype === 'percent';
  return {
    stocklike,
    percent,
    commission: percent && !percabs ? commission / 100 : commission,
    multiplier: mult,
    margin: hasMargin ? margin : 1,
    automargin,
    leverage,
    dailyInterest: interest / 365,
    interestLong,
  };
};

/** A scheme joined to the multiplier of one feed. All amounts in currency, sizes signed. */
export class Costs {
  readonly scheme: CommissionScheme;
  readonly multiplier: number;

  constructor(scheme: CommissionScheme, instrumentMultiplier: number) {
    this.scheme = scheme;
    this.multiplier = scheme.multiplier ?? instrumentMultiplier;
  }

  /** Cash bound by one contract at that price. */
  marginAt(price: number): number {
    const { automargin, margin } = this.scheme;
    if (automargin === 0) return margin;
    return automargin < 0 ? price * this.multiplier : price * automargin;
  }

  /** Value of a holding: negative for a short stock. */
  valueOf(size: number, price: number): number {
    return this.scheme.stocklike ? size * price : Math.abs(size) * this.marginAt(price);
  }

  /** Cash that a trade of that size takes when short sales bind cash too. */
  operationCost(size: number, price: number): number {
    return Math.abs(size) * (this.scheme.stocklike ? price : this.marginAt(price));
  }

  /** Value of a position when short sales bind cash: a short one is worth more as the price falls. */
  boundValueOf(size: number, entryPrice: number, price: number): number {
    if (!this.scheme.stocklike) return Math.abs(size) * this.marginAt(price);
    if (size >= 0) return size * price;
    return entryPrice * size + (entryPrice - price) * size;
  }

  commissionOn(size: number, price: number): number {
    const { percent, commission } = this.scheme;
    return percent ? Math.abs(size) * commission * price : Math.abs(size) * commission;
  }

  profit(size: number, price: number, newPrice: number): number {
    return size * (newPrice - price) * this.multiplier;
  }

  /** What a change of price pays into the cash at once: nothing for stocks. */
  settlement(size: number, price: number, newPrice: number): number {
    return this.scheme.stocklike ? 0 : size * (newPrice - price) * this.multiplier;
  }

  /** Whole units that this much cash can trade at that price. */
  sizeFor(price: number, cash: number): number {
    const { stocklike, leverage } = this.scheme;
    return Math.trunc(leverage * floorDivide(cash, stocklike ? price : this.marginAt(price)));
  }

  /** Interest due for `days` on a position. */
  interestOn(size: number, price: number, days: number): number {
    const { dailyInterest, interestLong } = this.scheme;
    if (size > 0 && !interestLong) return 0;
    return days * dailyInterest * Math.abs(size) * price;
  }
}
