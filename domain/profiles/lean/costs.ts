/** Lean's models of fees and slippage. */

import type { Bars } from '../../market/bars.ts';
import type { FeeModel, SlippageModel } from './config.ts';

/** Fee of an order for `units` (positive) that is worth `value` (positive), in currency. */
export const feeFor = (model: FeeModel, units: number, value: number): number => {
  switch (model.type) {
    case 'interactive-brokers': {
      const fee = model.perShare * units;
      if (fee < model.minimum) return model.minimum;
      return Math.min(fee, model.maximumRate * value);
    }
    case 'constant':
      return model.amount;
    case 'percent':
      return model.rate * value;
  }
};

/** How far from the price an order for `units` (positive) fills in bar `index`, in currency, positive. */
export const slippageFor = (model: SlippageModel, bars: Bars, index: number, units: number): number => {
  const close = bars.close[index] ?? 0;
  switch (model.type) {
    case 'none':
      return 0;
    case 'constant':
      return close * model.percent;
    case 'volume-share': {
      const volume = bars.volume[index] ?? 0;
      // Against no volume any order has the greatest impact.
      const share = volume > 0 ? Math.min(units / volume, model.volumeLimit) : model.volumeLimit;
      return share * share * model.priceImpact * close;
    }
  }
};
