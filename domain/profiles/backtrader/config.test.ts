/** The settings of the profile, read and refused. */

import { describe, expect, it } from 'vitest';
import { ConfigMistake } from '../../config.ts';
import { parseBacktraderConfig, sessionEndDefaultMs } from './config.ts';

const schemeOf = (config: object) => parseBacktraderConfig(config).scheme;

describe('the settings of the profile backtrader', () => {
  it("has that library's defaults", () => {
    expect(parseBacktraderConfig(undefined)).toMatchObject({
      cash: 10_000,
      checkSubmit: true,
      cheatOnClose: false,
      cheatOnOpen: false,
      interestToProfit: true,
      shortCash: true,
      sessionEndMs: sessionEndDefaultMs,
      filler: null,
      slippage: { fraction: 0, amount: 0, open: false, match: true, limit: true, out: false },
      scheme: { stocklike: true, percent: true, commission: 0, leverage: 1 },
    });
  });

  it('takes a margin for a future, and with a type of commission takes what stocklike says', () => {
    expect(schemeOf({ commission: 2, margin: 1000 })).toMatchObject({ stocklike: false, percent: false, margin: 1000 });
    expect(schemeOf({ commission: 2, commtype: 'COMM_FIXED' })).toMatchObject({
      stocklike: false,
      percent: false,
      margin: 1,
    });
    expect(schemeOf({ commission: 2, commtype: 'COMM_FIXED', stocklike: true })).toMatchObject({
      stocklike: true,
      percent: false,
    });
    expect(schemeOf({ commission: 0.1, percabs: false })).toMatchObject({ percent: true, commission: 0.001 });
  });

  it('takes a filler by its name alone, and the risk-free rate of the analyzers', () => {
    expect(parseBacktraderConfig({ filler: 'FixedBarPerc', riskfreerate: 0, name: null })).toMatchObject({
      filler: { type: 'FixedBarPerc', perc: 100 },
      riskFreeRate: 0,
    });
    expect(parseBacktraderConfig({}).riskFreeRate).toBe(0.01);
  });

  it('reads the end of the session', () => {
    expect(parseBacktraderConfig({ sessionend: '17:30' }).sessionEndMs).toBe(63_000_000);
  });

  it.each([
    [{ slip_perc: 1 }, 'config.slip_perc'],
    [{ cash: 'much' }, 'config.cash'],
    [{ fundmode: true }, 'config.fundmode'],
    [{ filler: { type: 'Everything' } }, 'config.filler.type'],
    [{ filler: {} }, 'config.filler.type'],
    [{ commtype: 'COMM_MOON' }, 'config.commtype'],
    [{ commissions: { A: { rate: 1 } } }, 'config.commissions.A.rate'],
    [{ sessionend: '25:00' }, 'config.sessionend'],
    [{ name: 'ORCL' }, 'config.name'],
    [{ filler: 'Everything' }, 'config.filler.type'],
  ])('refuses %o at %s', (config, path) => {
    expect(() => parseBacktraderConfig(config)).toThrow(expect.objectContaining({ name: ConfigMistake.name, path }));
  });
});
