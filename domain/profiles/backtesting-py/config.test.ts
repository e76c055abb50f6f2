import { describe, expect, it } from 'vitest';
import { parseBacktestingPyConfig } from './config.ts';
import { backtestingPyProfile } from './profile.ts';

describe('settings of the profile backtesting.py', () => {
  it("have that library's defaults", () => {
    expect(parseBacktestingPyConfig(undefined)).toEqual({
      cash: 10_000,
      commission: { fixed: 0, relative: 0 },
      spread: 0,
      margin: 1,
      tradeOnClose: false,
      hedging: false,
      exclusiveOrders: false,
      finalizeTrades: false,
      fractionalUnit: 1,
      warmUpBars: null,
    });
  });

  it('take a commission as a fraction or as fixed and relative', () => {
    expect(parseBacktestingPyConfig({ commission: 0.002 }).commission).toEqual({ fixed: 0, relative: 0.002 });
    expect(parseBacktestingPyConfig({ commission: [100, 0.01] }).commission).toEqual({ fixed: 100, relative: 0.01 });
  });

  it.each([
    [{ cash: 0 }, 'config.cash: 0 is out of range.'],
    [{ cash: '10000' }, 'config.cash: expected a number, got "10000".'],
    [{ margin: 2 }, 'config.margin: 2 is out of range.'],
    [{ commission: 0.1 }, 'config.commission: 0.1 is out of range.'],
    [{ commission: [-1, 0] }, 'config.commission[0]: -1 is out of range.'],
    [{ commission: [1, 2, 3] }, 'config.commission: expected a number or a pair of numbers.'],
    [{ spread: 1 }, 'config.spread: 1 is out of range.'],
    [{ spread: -1.5 }, 'config.spread: -1.5 is out of range.'],
    [{ hedging: 1 }, 'config.hedging: expected true or false, got 1.'],
    [{ tradeOnClose: true }, 'config.tradeOnClose: there is no such field.'],
  ])('refuse %j', (config, message) => {
    expect(() => parseBacktestingPyConfig(config)).toThrow(message);
  });

  it('come back from a run as they can be given again', () => {
    const { settings } = backtestingPyProfile({
      cash: 500,
      commission: [1, 0.001],
      exclusive_orders: true,
      warm_up_bars: 19,
    });
    expect(backtestingPyProfile(settings).settings).toEqual(settings);
    expect(settings).toMatchObject({
      cash: 500,
      commission: [1, 0.001],
      exclusive_orders: true,
      margin: 1,
      warm_up_bars: 19,
    });
  });
});
