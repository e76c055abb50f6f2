import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal, decimalText, timesDecimal } from '#domain';
import { given } from '#kernel/testing';
import { accountKind } from './account.ts';
import type { AccountCommand, PlaceOrder, QuoteSeen } from './account-messages.ts';
import { equityOf } from './account-state.ts';
import type { AccountEvent, AccountState } from './account-state.ts';

const id = 'u1.a1';
const now = Date.UTC(2026, 0, 5, 12);
const opened: AccountEvent = {
  type: 'AccountOpened',
  name: 'Paper',
  currency: 'USD',
  initialCash: '10000',
  feeRate: '0.001',
  at: now,
};

const limitBuy: PlaceOrder = {
  type: 'PlaceOrder',
  orderId: `${id}.o1`,
  clientOrderId: 'mine-1',
  symbol: 'BTC-USD',
  side: 'buy',
  orderType: 'limit',
  timeInForce: 'GTC',
  quantity: '0.10',
  limitPrice: '60000',
  grid: { tick: '0.5', lot: '0.001', minQuantity: null },
};
const marketBuy: PlaceOrder = { ...limitBuy, orderType: 'market', limitPrice: null };

const quote = (bid: string, ask: string): QuoteSeen => ({
  type: 'QuoteSeen',
  symbol: 'BTC-USD',
  bid,
  ask,
  last: bid,
  at: now,
});

/** The account after commands, each of which must be accepted. */
const after = (commands: readonly AccountCommand[], start: readonly AccountEvent[] = [opened]): AccountEvent[] => {
  const events = [...start];
  for (const command of commands) {
    const { decision } = given(accountKind, events, { id, now }).when(command);
    expect(decision.refusal).toBeUndefined();
    events.push(...(decision.events ?? []));
  }
  return events;
};

const account = (events: readonly AccountEvent[]) => given(accountKind, events, { id, now });

describe('an order on a symbol without live prices', () => {
  const unpriced = (order: Partial<PlaceOrder>): PlaceOrder => ({ ...limitBuy, ...order, isUnpriced: true });

  test('is refused where it can not wait, with what to do', () => {
    for (const order of [
      unpriced(marketBuy),
      unpriced({ ...marketBuy, timeInForce: 'DAY' }),
      unpriced({ timeInForce: 'IOC' }),
      unpriced({ timeInForce: 'FOK' }),
    ])
      account([opened])
        .when(order)
        .then({
          refusal: {
            code: 'no-live-price',
            message: expect.stringContaining('BTC-USD'),
            field: '/symbol',
            remedy: expect.stringContaining('limit order'),
          },
        });
  });

  test('rests where it can', () => {
    for (const timeInForce of ['GTC', 'DAY'] as const)
      expect(account([opened]).when(unpriced({ timeInForce })).decision.reply).toMatchObject({ status: 'accepted' });
  });

  test('that was accepted before is shown when it is sent again', () => {
    const events = after([marketBuy]);
    expect(account(events).when(unpriced(marketBuy)).decision.reply).toMatchObject({ id: marketBuy.orderId });
  });
});

describe('placing an order', () => {
  test('holds the money of a buy, with its fee, and watches the market', () => {
    const { decision, state } = account([opened]).when(limitBuy);
    expect(decision.reply).toMatchObject({ id: limitBuy.orderId, quantity: '0.1', status: 'accepted' });
    expect(state.openOrders[limitBuy.orderId]?.reserved).toBe('6006');
    expect(decision.effects).toEqual([
      {
        type: 'tell',
        message: {
          to: { kind: 'market', id: 'BTC-USD' },
          command: { type: 'Watch', watcher: { kind: 'account', id } },
        },
      },
    ]);
  });

  test('refuses what the account can not pay', () => {
    account([opened])
      .when({ ...limitBuy, quantity: '0.2' })
      .then({ refusal: { code: 'insufficient-funds', field: '/quantity' } });
    const one = after([limitBuy]);
    account(one)
      .when({ ...limitBuy, orderId: `${id}.o2`, clientOrderId: 'mine-2' })
      .then({ refusal: { code: 'insufficient-funds' } });
  });

  test('names the field that is at fault', () => {
    const cases: readonly (readonly [Partial<PlaceOrder>, string, string])[] = [
      [{ quantity: '0' }, 'order-quantity', '/quantity'],
      [{ quantity: '-1' }, 'order-quantity', '/quantity'],
      [{ quantity: '1e3' }, 'order-quantity', '/quantity'],
      [{ quantity: '0.0005' }, 'order-quantity', '/quantity'],
      [{ limitPrice: '60000.3' }, 'order-price', '/limitPrice'],
      [{ limitPrice: null }, 'order-price', '/limitPrice'],
      [{ orderType: 'market' }, 'order-price', '/limitPrice'],
      [{ clientOrderId: '' }, 'client-order-id-invalid', '/clientOrderId'],
      [{ clientOrderId: 'mine\u0000' }, 'client-order-id-invalid', '/clientOrderId'],
      [{ clientOrderId: 'mine\n' }, 'client-order-id-invalid', '/clientOrderId'],
      [{ clientOrderId: 'mine\ud800' }, 'client-order-id-invalid', '/clientOrderId'],
    ];
    for (const [change, code, field] of cases)
      account([opened])
        .when({ ...limitBuy, ...change })
        .then({ refusal: { code: code as 'order-price', field } });
  });

  test('the same order again is answered with the order as it is', () => {
    const { decision } = account(after([limitBuy])).when({ ...limitBuy, orderId: `${id}.o2` });
    expect(decision.events ?? []).toEqual([]);
    expect(decision.reply).toMatchObject({ id: limitBuy.orderId });
  });

  test('another order under a used client order id is refused', () => {
    account(after([limitBuy]))
      .when({ ...limitBuy, orderId: `${id}.o2`, side: 'sell' })
      .then({ refusal: { code: 'client-order-id-taken' } });
  });

  test('an order that was cancelled before it came stays dead', () => {
    account(after([{ type: 'CancelOrder', orderId: limitBuy.orderId }]))
      .when(limitBuy)
      .then({ refusal: { code: 'order-cancelled-before' } });
  });

  test('an account that was never opened has no orders', () => {
    account([])
      .when(limitBuy)
      .then({ refusal: { code: 'account-unknown' } });
  });
});

describe('a quote', () => {
  test('fills a market order at the ask, whole, and tells the owner', () => {
    const { decision, state } = account(after([marketBuy])).when(quote('59990', '60000'));
    expect(decision.events).toMatchObject([
      { type: 'OrderFilled', price: '60000', quantity: '0.1', fee: '6', cash: '3994', realised: '0' },
    ]);
    expect(decision.send).toMatchObject([
      { to: { kind: 'inbox', id: 'u1' }, command: { type: 'Notify', kind: 'order.filled' } },
    ]);
    expect(state.openOrders).toEqual({});
    expect(decision.effects).toMatchObject([{ message: { command: { type: 'Unwatch' } } }]);
  });

  test('leaves a limit order alone until its price is reached', () => {
    const events = after([limitBuy]);
    account(events).when(quote('60000', '60001')).then({ events: [], reply: null });
    const { decision } = account(events).when(quote('59998', '59999'));
    expect(decision.events).toMatchObject([{ type: 'OrderFilled', price: '59999' }]);
  });

  test('cancels an IOC order that it does not fill', () => {
    const { decision } = account(after([{ ...limitBuy, timeInForce: 'IOC' }])).when(quote('60000', '60001'));
    expect(decision.events).toMatchObject([{ type: 'OrderClosed', status: 'cancelled' }]);
  });

  test('rejects a market order that the account can not pay', () => {
    const { decision } = account(after([{ ...marketBuy, quantity: '1' }])).when(quote('59990', '60000'));
    expect(decision.events).toMatchObject([{ type: 'OrderClosed', status: 'rejected' }]);
  });

  test('two orders that share the money: the second is judged by what the first has left', () => {
    const events = after([marketBuy, { ...marketBuy, orderId: `${id}.o2`, clientOrderId: 'mine-2' }]);
    const { decision } = account(events).when(quote('59990', '60000'));
    expect(decision.events?.map(({ type }) => type)).toEqual(['OrderFilled', 'OrderClosed']);
  });

  test('realises the profit of what it closes, and turns a position around', () => {
    const bought = after([marketBuy, quote('59990', '60000')]);
    const sell: PlaceOrder = {
      ...marketBuy,
      orderId: `${id}.o2`,
      clientOrderId: 'mine-2',
      side: 'sell',
      quantity: '0.15',
    };
    const { decision } = account(after([sell], bought)).when(quote('61000', '61010'));
    expect(decision.events).toMatchObject([
      { realised: '100', fee: '9.15', position: { quantity: '-0.05', averagePrice: '61000' } },
    ]);
  });
});

describe('cancelling and amending', () => {
  test('a cancel frees the money and clears the timer of the day', () => {
    const { decision, state } = account(after([{ ...limitBuy, timeInForce: 'DAY' }])).when({
      type: 'CancelOrder',
      orderId: limitBuy.orderId,
    });
    expect(decision.timers).toEqual([{ type: 'clear', name: `day:${limitBuy.orderId}` }]);
    expect(state.openOrders).toEqual({});
  });

  test('a closed order can not be cancelled', () => {
    account(after([marketBuy, quote('1', '2')]))
      .when({ type: 'CancelOrder', orderId: limitBuy.orderId })
      .then({ refusal: { code: 'order-closed' } });
  });

  test('a DAY order ends at midnight UTC', () => {
    const { decision } = account([opened]).when({ ...limitBuy, timeInForce: 'DAY' });
    expect(decision.timers).toMatchObject([{ type: 'set', at: Date.UTC(2026, 0, 6) }]);
    const expired = account(after([{ ...limitBuy, timeInForce: 'DAY' }])).when({
      type: 'ExpireOrder',
      orderId: limitBuy.orderId,
    });
    expect(expired.decision.events).toMatchObject([{ status: 'expired' }]);
  });

  test('an amendment counts the money that the order already holds', () => {
    account(after([limitBuy]))
      .when({ type: 'AmendOrder', orderId: limitBuy.orderId, quantity: '0.16' })
      .then({
        events: [
          {
            type: 'OrderAmended',
            orderId: limitBuy.orderId,
            quantity: '0.16',
            limitPrice: '60000',
            reserved: '9609.6',
            at: now,
          },
        ],
      });
    account(after([limitBuy]))
      .when({ type: 'AmendOrder', orderId: limitBuy.orderId, quantity: '0.17' })
      .then({ refusal: { code: 'insufficient-funds' } });
  });

  test('a reset cancels what is open and starts again', () => {
    const { state } = account(after([limitBuy])).when({ type: 'ResetAccount', initialCash: '500' });
    expect(state).toMatchObject({ cash: '500', openOrders: {}, positions: {} });
  });
});

describe('its standing, for a strategy', () => {
  const standing = (events: readonly AccountEvent[], symbols: readonly string[], orderIds: readonly string[] = []) =>
    account(events).when({ type: 'GetStanding', symbols, orderIds }).decision.reply;

  test('has the money, the symbols asked for in their order, and what the others cost', () => {
    const bought = after([marketBuy, quote('50000', '50000')]);
    const { cash } = [...bought].reduce(accountKind.evolve, accountKind.initialState(id));
    expect(cash).toBe('4995');
    const empty = { quantity: '0', averagePrice: '0' };
    const held = { quantity: '0.1', averagePrice: '50000' };
    expect(standing(bought, ['ETH-USD', 'BTC-USD'])).toEqual({
      cash: '4995',
      free: '4995',
      elsewhere: '0',
      feeRate: '0.001',
      positions: [empty, held],
      orders: [],
    });
    expect(standing(bought, ['ETH-USD'])).toMatchObject({ elsewhere: '5000', positions: [empty] });
  });

  test('has of the orders asked for those that it remembers, with what is held for them not free', () => {
    const waiting = after([limitBuy]);
    expect(standing(waiting, ['BTC-USD'], [`${id}.other`, limitBuy.orderId])).toMatchObject({
      cash: '10000',
      free: '3994',
      orders: [{ id: limitBuy.orderId, status: 'accepted' }],
    });
    const cancelled = after([{ type: 'CancelOrder', orderId: limitBuy.orderId }], waiting);
    expect(standing(cancelled, [], [limitBuy.orderId])).toMatchObject({
      free: '10000',
      orders: [{ id: limitBuy.orderId, status: 'cancelled' }],
    });
    expect(standing(waiting, [])).toMatchObject({ positions: [], orders: [] });
  });

  test('is refused by an account that was never opened', () => {
    account([])
      .when({ type: 'GetStanding', symbols: [], orderIds: [] })
      .then({ refusal: { code: 'account-unknown' } });
  });
});

describe('the ledger', () => {
  const step = fc.oneof(
    fc.record({
      type: fc.constant('order' as const),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      lots: fc.integer({ min: 1, max: 200 }),
      limit: fc.option(fc.integer({ min: 90_000, max: 110_000 })),
    }),
    fc.record({ type: fc.constant('quote' as const), bid: fc.integer({ min: 95_000, max: 105_000 }) }),
    fc.record({ type: fc.constant('cancel' as const), order: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ type: fc.constant('deposit' as const), cents: fc.integer({ min: 1, max: 100_000 }) }),
  );

  /** Half units: prices on a tick of 0.5. */
  const price = (halves: number): string => decimalText(BigInt(halves) * 50_000_000n);

  const commandOf = (given_: typeof step extends fc.Arbitrary<infer S> ? S : never, place: number): AccountCommand => {
    switch (given_.type) {
      case 'order':
        return {
          ...limitBuy,
          orderId: `${id}.o${place}`,
          clientOrderId: `c${place}`,
          side: given_.side,
          quantity: decimalText(BigInt(given_.lots) * 100_000n),
          orderType: given_.limit === null ? 'market' : 'limit',
          limitPrice: given_.limit === null ? null : price(given_.limit),
        };
      case 'quote':
        return quote(price(given_.bid), price(given_.bid + 1));
      case 'cancel':
        return { type: 'CancelOrder', orderId: `${id}.o${given_.order}` };
      case 'deposit':
        return { type: 'Deposit', amount: decimalText(BigInt(given_.cents) * 1_000_000n) };
    }
  };

  test('is the sum of its journal, and never holds more than it owns', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let state: AccountState = [opened].reduce(accountKind.evolve, accountKind.initialState(id));
        const events: AccountEvent[] = [opened];
        for (const [place, one] of steps.entries()) {
          const { decision } = given(accountKind, events, { id, now }).when(commandOf(one, place));
          for (const event of decision.events ?? []) {
            events.push(event);
            state = accountKind.evolve(state, event);
          }
        }
        let cash = 0n;
        const held = new Map<string, bigint>();
        for (const event of events) {
          if (event.type === 'AccountOpened') cash = decimal(event.initialCash);
          if (event.type === 'Deposited') cash += decimal(event.amount);
          if (event.type !== 'OrderFilled') continue;
          const notional = timesDecimal(decimal(event.quantity), decimal(event.price));
          cash += (event.side === 'buy' ? -notional : notional) - decimal(event.fee);
          const signed = event.side === 'buy' ? decimal(event.quantity) : -decimal(event.quantity);
          held.set(event.symbol, (held.get(event.symbol) ?? 0n) + signed);
        }
        expect(state.cash).toBe(decimalText(cash));
        for (const [symbol, quantity] of held) expect(state.positions[symbol]?.quantity).toBe(decimalText(quantity));
        // A state that was stored as a snapshot and read again goes on the same.
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        expect(equityOf(state) >= 0n).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
