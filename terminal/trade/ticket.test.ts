import { expect, it } from 'vitest';
import { canWait, estimateOf, orderOf, problemsOf } from './ticket.ts';
import type { Ticket } from './ticket.ts';

const ticket = (part: Partial<Ticket> = {}): Ticket => ({
  side: 'buy',
  type: 'limit',
  quantity: '10',
  limitPrice: '99.5',
  timeInForce: 'GTC',
  ...part,
});
const place = { accountId: 'u.a', symbol: 'GOOG' };
const quote = { bid: '99', ask: '101' };

it('makes an order of texts as they are, without grouping', () => {
  expect(orderOf(ticket({ quantity: '1,000', limitPrice: '0.00000001' }), place)).toEqual({
    ...place,
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    quantity: '1000',
    limitPrice: '0.00000001',
  });
});

it('can wait for a price as a limit order that is good beyond now', () => {
  expect([ticket(), ticket({ timeInForce: 'DAY' })].map(canWait)).toEqual([true, true]);
  expect([ticket({ type: 'market' }), ticket({ timeInForce: 'IOC' })].map(canWait)).toEqual([false, false]);
});

it('gives a market order no price', () => {
  expect(orderOf(ticket({ type: 'market' }), place)).not.toHaveProperty('limitPrice');
});

it.each(['0', '0.0', '-1', 'abc', '1e5', '.5', '1.'])('takes %s for no quantity', (quantity) => {
  expect(problemsOf(ticket({ quantity })).quantity).toContain('quantity is a number above 0');
  expect(orderOf(ticket({ quantity }), place)).toBeNull();
});

it('finds nothing wrong with what is not there yet', () => {
  expect(problemsOf(ticket({ quantity: '', limitPrice: '' }))).toEqual({ quantity: null, limitPrice: null });
  expect(problemsOf(ticket({ type: 'market', limitPrice: 'abc' })).limitPrice).toBeNull();
  expect(orderOf(ticket({ quantity: '' }), place)).toBeNull();
});

it('estimates at the limit, or at the price of the other side', () => {
  expect(estimateOf(ticket(), quote)).toBe(995);
  expect(estimateOf(ticket({ type: 'market' }), quote)).toBe(1_010);
  expect(estimateOf(ticket({ type: 'market', side: 'sell' }), quote)).toBe(990);
  expect(estimateOf(ticket({ type: 'market' }), null)).toBeNull();
});
