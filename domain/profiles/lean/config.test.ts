/** The settings of the profile, read and refused. */

import { describe, expect, it } from 'vitest';
import { ConfigMistake } from '../../config.ts';
import { parseLeanConfig } from './config.ts';

describe('the settings of the profile lean', () => {
  it("has that engine's defaults for US equities", () => {
    expect(parseLeanConfig(undefined)).toMatchObject({
      cash: 100_000,
      leverage: 2,
      freePortfolioValuePercentage: 0.0025,
      minimumOrderMarginPortfolioPercentage: 0.001,
      fee: { type: 'interactive-brokers', perShare: 0.005, minimum: 1, maximumRate: 0.005 },
      slippage: { type: 'none' },
      tradingDaysPerYear: 252,
      riskFreeRate: null,
    });
  });

  it('has 365 days in the year of a market that never closes', () => {
    expect(parseLeanConfig({ alwaysOpen: true }).tradingDaysPerYear).toBe(365);
  });

  it("has no fee, no leverage and the immediate fills of that engine's crypto accounts", () => {
    expect(parseLeanConfig({ alwaysOpen: true })).toMatchObject({
      leverage: 1,
      fee: { type: 'constant', amount: 0 },
      fillModel: 'immediate',
    });
    expect(parseLeanConfig({})).toMatchObject({ fillModel: 'equity' });
    expect(parseLeanConfig({ accountType: 'cash' }).leverage).toBe(1);
  });

  it("takes that engine's names of models and the usual names of settings", () => {
    const config = {
      startingCash: 5000,
      fees: 'InteractiveBrokersFeeModel',
      slippageModel: { model: 'VolumeShareSlippageModel', priceImpact: 0.2 },
    };
    expect(parseLeanConfig(config)).toMatchObject({
      cash: 5000,
      fee: { type: 'interactive-brokers' },
      slippage: { type: 'volume-share', volumeLimit: 0.025, priceImpact: 0.2 },
    });
    expect(parseLeanConfig({ fees: 'none', slippage: 'NullSlippageModel' })).toMatchObject({
      fee: { amount: 0 },
      slippage: { type: 'none' },
    });
    expect(parseLeanConfig({ feeModel: { type: 'ConstantFeeModel', amount: 2 } }).fee).toEqual({
      type: 'constant',
      amount: 2,
    });
  });

  it('takes a number for a constant fee and a constant slippage', () => {
    expect(parseLeanConfig({ fee: 2, slippage: 0.001 })).toMatchObject({
      fee: { type: 'constant', amount: 2 },
      slippage: { type: 'constant', percent: 0.001 },
    });
  });

  it.each([
    [{ leverage: 0.5 }, 'config.leverage'],
    [{ fee: { type: 'free' } }, 'config.fee.type'],
    [{ fee: {} }, 'config.fee.type'],
    [{ slippage: { type: 'volume-share', volumeLimit: 2 } }, 'config.slippage.volumeLimit'],
    [{ slippage: {} }, 'config.slippage.type'],
    [{ commission: 1 }, 'config.commission'],
    [{ fee: 1, fees: 1 }, 'config.fees'],
    [{ fillModel: 'best' }, 'config.fillModel'],
  ])('refuses %o at %s', (config, path) => {
    expect(() => parseLeanConfig(config)).toThrow(expect.objectContaining({ name: ConfigMistake.name, path }));
  });
});
