/** Sizes never exceed what they aim at, and never miss it by more than a lot and the fee. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateBars } from '../../market/bars.ts';
import { dayMs } from '../../market/calendar.ts';
import { positionFor, truncateToLots } from './buying-power.ts';
import { parseLeanConfig } from './config.ts';
import { feeFor } from './costs.ts';
import { Holding } from './holding.ts';

const holdingAt = (close: number, quantity: number): Holding => {
  const instrument = { symbol: 'X', tick: 0, lot: 1, multiplier: 1, currency: 'USD' };
  const holding = new Holding({ id: 'x', symbol: 'X', timeframeMs: dayMs, instrument, bars: allocateBars(0) }, 0);
  holding.close = close;
  holding.quantity = quantity;
  return holding;
};

describe('truncateToLots', () => {
  it('keeps exact multiples of a lot, whatever the float division says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.constantFrom(1, 10, 0.1, 0.01, 0.001),
        (lots, lot) => {
          expect(truncateToLots(lots * lot, lot)).toBeCloseTo(lots * lot, 9);
        },
      ),
    );
  });

  it('keeps exact multiples of the smallest lots, however many they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000_000 }), (lots) => {
        const units = lots / 1e8;
        const once = truncateToLots(units, 1e-8);
        expect(Math.abs(once - units)).toBeLessThan(1e-9);
        expect(truncateToLots(once, 1e-8)).toBe(once);
      }),
      { examples: [[29_000_000], [57_000_000]] },
    );
  });
});

describe('the position for a fraction of the portfolio', () => {
  it('stays within the target after its fee, and a lot more would not', () => {
    const config = parseLeanConfig({});
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1000, noNaN: true }),
        fc.integer({ min: -500, max: 500 }),
        fc.double({ min: 0.01, max: 1.9, noNaN: true }),
        fc.boolean(),
        (close, quantity, size, isLong) => {
          const fraction = isLong ? size : -size;
          const portfolioValue = 1_000_000;
          const position = positionFor(
            { portfolioValue, marginUsed: 0 },
            holdingAt(close, quantity),
            fraction,
            1,
            config,
          );
          if (position === quantity) return;
          const share = size * (1 - config.freePortfolioValuePercentage);
          const fee = feeFor(config.fee, Math.abs(position - quantity), Math.abs(position - quantity) * close);
          expect(Math.sign(position) * Math.sign(fraction)).toBeGreaterThanOrEqual(0);
          expect(Math.abs(position) * close).toBeLessThanOrEqual(share * (portfolioValue - fee) * (1 + 1e-9));
          // Each round of counting the fee in can cost one lot more.
          expect((Math.abs(position) + 2) * close).toBeGreaterThan(share * (portfolioValue - 2 * fee));
        },
      ),
    );
  });
});
