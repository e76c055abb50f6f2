import { expect, it } from 'vitest';
import type { Account, Position } from '#sdk';
import { equityOf, valuationOf } from './valuation.ts';

const position = (part: Partial<Position> = {}): Position => ({
  symbol: 'GOOG',
  quantity: '10',
  averagePrice: '100',
  lastPrice: null,
  unrealisedProfit: null,
  realisedProfit: '0',
  ...part,
});

it('values a long position at the live price, before the one that it came with', () => {
  expect(valuationOf(position({ lastPrice: '90' }), '110')).toEqual({
    price: 110,
    profit: 100,
    profitFraction: 0.1,
    value: 1_100,
  });
  expect(valuationOf(position({ lastPrice: '90' }), null).profit).toBe(-100);
});

it('earns on a short position when the price falls', () => {
  expect(valuationOf(position({ quantity: '-10' }), '90')).toMatchObject({
    profit: 100,
    profitFraction: 0.1,
    value: -900,
  });
});

it('says nothing without a price', () => {
  expect(valuationOf(position(), null)).toEqual({ price: null, profit: null, profitFraction: null, value: null });
});

it('adds cash and positions up, at cost where there is no price', () => {
  const account = { cash: '500', positions: [position(), position({ symbol: 'AAPL', quantity: '2' })] };
  expect(equityOf(account as unknown as Account, { GOOG: '120' })).toBe(500 + 1_200 + 200);
});
