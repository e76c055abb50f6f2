/** The settings of the native engine: defaults, short forms, and refusals that name the field. */

import { describe, expect, it } from 'vitest';
import { ConfigMistake } from '../../config.ts';
import { parseNativeConfig } from './native-config.ts';

describe('native settings', () => {
  it('have defaults for everything', () => {
    expect(parseNativeConfig(undefined)).toMatchObject({
      profile: 'native',
      cash: 10_000,
      fillAt: 'next-open',
      insideBar: 'pessimistic',
      positions: 'netting',
      leverage: 1,
      initialMargin: 1,
      maintenanceMargin: 0,
      volumeShare: null,
      funding: null,
      slippage: { model: 'none' },
      spread: { fraction: 0 },
    });
  });

  it('survive being written as JSON and read again', () => {
    const config = parseNativeConfig({
      commission: {
        maker: -0.0001,
        taker: 0.0005,
        tiers: {
          by: 'quantity',
          over: 'run',
          table: [
            { from: 0, perUnit: 0.01 },
            { from: 100, perUnit: 0.005 },
          ],
        },
      },
      slippage: { model: 'volume-share' },
      spread: { amount: 0.02 },
      funding: {
        table: [
          [1, 0.1],
          [2, -0.1],
        ],
      },
      leverage: 5,
    });
    expect(parseNativeConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  it('take numbers as short forms', () => {
    const config = parseNativeConfig({ commission: 0.001, slippage: 0.0005, spread: 0.0002, funding: 0.0001 });
    expect(config.commission).toMatchObject({ maker: 0.001, taker: 0.001 });
    expect(config.slippage).toEqual({ model: 'percent', fraction: 0.0005, limitToBar: false });
    expect(config.spread).toEqual({ fraction: 0.0002 });
    expect(config.funding).toEqual({ rate: 0.0001, intervalMs: 8 * 3_600_000 });
  });

  it('derive the margins from the leverage', () => {
    expect(parseNativeConfig({ leverage: 10 })).toMatchObject({ initialMargin: 0.1, maintenanceMargin: 0.05 });
  });

  it.each([
    ['comission', { comission: 0.001 }, 'comission'],
    ['a word for a number', { cash: 'much' }, 'cash'],
    ['no capital', { cash: 0 }, 'cash'],
    ['an unknown policy', { fillAt: 'yesterday' }, 'fillAt'],
    ['an unknown path', { insideBar: 'random' }, 'insideBar'],
    ['a share above 1', { volumeShare: 1.5 }, 'volumeShare'],
    ['leverage below 1', { leverage: 0.5 }, 'leverage'],
    ['maintenance above initial', { initialMargin: 0.1, maintenanceMargin: 0.2 }, 'maintenanceMargin'],
    ['a commission field that is not there', { commission: { percent: 1 } }, 'commission.percent'],
    ['a commission of 100 %', { commission: 1 }, 'commission'],
    ['minimum above maximum', { commission: { minimum: 2, maximum: 1 } }, 'commission.minimum'],
    [
      'a table that does not start at 0',
      { commission: { tiers: { table: [{ from: 5, rate: 0.1 }] } } },
      'commission.tiers.table[0].from',
    ],
    [
      'a table out of order',
      { commission: { tiers: { table: [{ from: 0 }, { from: 9 }, { from: 9 }] } } },
      'commission.tiers.table[2].from',
    ],
    ['an empty table', { commission: { tiers: { table: [] } } }, 'commission.tiers.table'],
    ['slippage without a model', { slippage: { amount: 1 } }, 'slippage.model'],
    ["another model's field", { slippage: { model: 'fixed', amount: 1, fraction: 0.1 } }, 'slippage.fraction'],
    ['fixed slippage without an amount', { slippage: { model: 'fixed' } }, 'slippage.amount'],
    ['two kinds of spread', { spread: { amount: 1, fraction: 0.1 } }, 'spread'],
    ['funding without a rate', { funding: {} }, 'funding.rate'],
    [
      'a funding table out of order',
      {
        funding: {
          table: [
            [2, 0.1],
            [1, 0.1],
          ],
        },
      },
      'funding.table[1][0]',
    ],
    ['a funding row that is no pair', { funding: { table: [[1]] } }, 'funding.table[0]'],
    ['settings that are a list', [], 'settings'],
  ])('refuse %s by the name of the field', (_, value, path) => {
    const parse = () => parseNativeConfig(value);
    expect(parse).toThrow(ConfigMistake);
    expect(parse).toThrow(
      expect.objectContaining({ code: 'config-invalid', path, remedy: expect.stringMatching(/\.$/) }),
    );
  });
});
