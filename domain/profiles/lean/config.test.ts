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

  it('takes a number for a constant fee and a constant slippage', () => {
    expect(parseLeanConfig({ fee: 2, slippage: 0.001 })).toMatchObject({ fee: { type: 'constant', amount: 2 }, slippage: { type: 'constant', percent: 0.001 } });
  });

  it.each([
    [{ leverage: 0.5 }, 'config.leverage'],
    [{ fee: { type: 'free' } }, 'config.fee.type'],
    [{ fee: {} }, 'config.fee.type'],
    [{ slippage: { type: 'volume-share', volumeLimit: 2 } }, 'config.slippage.volumeLimit'],
    [{ slippage: {} }, 'config.slippage.type'],
    [{ commission: 1 }, 'config.commission'],
  ])('refuses %o at %s', (config, path) => {
    expect(() => parseLeanConfig(config)).toThrow(expect.objectContaining({ name: ConfigMistake.name, path }));
  });
});
